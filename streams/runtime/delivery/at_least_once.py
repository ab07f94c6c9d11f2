"""At-least-once output: each message's records are produced as soon as they are ready.

Also the outbox interface that this guarantee shares with :mod:`streams.runtime.delivery.exactly_once`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from aiokafka.partitioner import murmur2

from streams import topics
from streams.errors import Refused, Revoked
from streams.execution.results import OutputRecord, TableChange
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.timeouts import acknowledged_within
from streams.runtime.faust_overrides.interfaces import Event
from streams.settings import Settings

REFUSED = (MessageSizeTooLargeError, RecordListTooLargeError, Refused)
"""Errors about one record rather than the broker: a dead letter may be sent instead."""


class Outbox(Protocol):
    """Sends the output of one message."""

    async def send(self, output: MessageOutput) -> None:
        """Send the output; returns when the broker has acknowledged (or committed) all of it.

        Raises the broker's error. After one of :data:`REFUSED`, another output may be sent from the same outbox.
        Raises :class:`Revoked` when the partition was revoked.
        """


OpenOutbox = Callable[[Event], Outbox | None]
"""Returns the outbox of a Faust event; called in offset order. None for an event that has had one, or whose partition
was revoked meanwhile."""


class AtLeastOnce:
    """At-least-once output: each message's records are produced as soon as they are ready.

    ``producer`` returns the app's aiokafka producer, which is used without Faust's channels: sending an article's facts
    through channels costs four times as much CPU (``python -m benchmarks.stream.sending``). ``publish`` writes table changes to the
    changelog and returns when the broker has acknowledged them. ``is_current`` tells whether an event's partition has
    been assigned to this worker ever since the event arrived.
    """

    def __init__(
        self,
        settings: Settings,
        producer: Callable[[], Any],
        publish: Callable[[Sequence[TableChange]], Awaitable[None]],
        is_current: Callable[[Event], bool],
    ) -> None:
        self.settings = settings
        self.producer = producer
        self.publish = publish
        self.is_current = is_current

    def outbox(self, event: Event) -> AtLeastOnceOutbox | None:
        """The outbox of an event: see :data:`OpenOutbox`."""
        return AtLeastOnceOutbox(self, event) if self.is_current(event) else None


class AtLeastOnceOutbox:
    """Sends the output of one message, independently of other messages."""

    __slots__ = ("_event", "_published", "_sender")

    def __init__(self, sender: AtLeastOnce, event: Event) -> None:
        self._sender = sender
        self._event = event
        self._published = False

    async def send(self, output: MessageOutput) -> None:
        """Send the table changes, then the records; returns when the broker has acknowledged all of them.

        Changes go first, so that a record that was produced is never missing from the dedup table after a crash.
        """
        sender = self._sender
        self._require_current()
        async with acknowledged_within(sender.settings.kafka.delivery_seconds):
            if output.changes and not self._published:
                # Only once: a second output of this message would overwrite the changes of later messages.
                await sender.publish(output.changes)
                self._published = True
            self._require_current()
            await _all_of(await post(sender.producer(), sender.settings, output))

    def _require_current(self) -> None:
        if not self._sender.is_current(self._event):
            raise Revoked("the partition was revoked while its message was being processed")


async def _all_of(sent: Sequence[Awaitable[Any]]) -> None:
    """Await all acknowledgements, then raise the first error.

    Awaited one after the other: acknowledgements arrive a batch at a time, and ``asyncio.gather`` would be woken by each.
    """
    error: Exception | None = None
    for answer in sent:
        try:
            await answer
        except Exception as raised:  # noqa: BLE001 - raised when all have been awaited
            error = error or raised
    if error is not None:
        raise error


async def post(producer: Any, settings: Settings, output: MessageOutput) -> list[Awaitable[Any]]:
    """Hand the records to an aiokafka producer; returns the awaitable acknowledgement of each.

    Raises one of :data:`REFUSED` for a record that the producer does not accept, and the producer's own errors.
    """
    keys = {key for made, _ in output.records if (key := _partition_key(made))}  # usually one, the page id
    partitions = {key: partition_of(key, settings) for key in keys}
    try:
        return [
            await producer.send(
                topics.full_name(settings, made.topic),
                made.value,
                key=made.key,
                partition=partitions.get(_partition_key(made)),
                headers=headers,
            )
            for made, headers in output.records
        ]
    except (UnicodeError, TypeError, OverflowError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error


def _partition_key(made: OutputRecord) -> bytes:
    """The key that chooses among the declared partitions; empty where the producer chooses among the existing ones.

    A candidate always uses its own key: it must reach its partition of the table even after partitions were added to the topic.
    """
    return made.key if made.topic == topics.CANDIDATES else made.partition_key


def partition_of(key: bytes, settings: Settings) -> int:
    """The partition of a key as Kafka's default partitioner computes it: murmur2 without its sign bit, modulo kafka.partitions."""
    return int((murmur2(key) & 0x7FFFFFFF) % settings.kafka.partitions)
