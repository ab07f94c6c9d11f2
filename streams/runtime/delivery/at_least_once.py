"""How parcels leave: here at least once, with transactions in :mod:`streams.runtime.delivery.exactly_once`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from aiokafka.partitioner import murmur2

from streams.errors import CrawlmillError
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.results import OutputRecord, TableChange
from streams.runtime.delivery.timeouts import acknowledged_within
from streams.runtime.kafka import topics
from streams.settings import Settings


class Revoked(CrawlmillError):
    """The partition was taken from this worker: the message was or will be delivered again, perhaps elsewhere."""


class Refused(CrawlmillError):
    """The producer cannot encode a record: it has not gone to the broker, and never will."""


REFUSED = (MessageSizeTooLargeError, RecordListTooLargeError, Refused)
"""What is about a record and not about the broker: another parcel may be sent instead."""


class Place(Protocol):
    """What one message causes leaves from here."""

    async def send(self, parcel: MessageOutput) -> None:
        """Returns when the broker has it for good. Raises what the broker said.

        After one of :data:`REFUSED` another parcel may be sent from the same place.
        Raises :class:`Revoked` when the partition was taken away.
        """


Take = Callable[[Any], Place | None]
"""A Faust event's place, taken in the order of offsets; None when it had one already, or its partition was
taken away meanwhile."""


class AtLeastOnce:
    """Places from which records leave as soon as they are made, whatever becomes of other messages.

    They go to aiokafka's ``producer`` (that of the app, once it runs) without Faust's channels between: sending the facts
    of an article through those costs four times as much CPU (``python -m benchmarks.sending``). ``publish`` writes changes of
    the doors to the changelog, and returns when the broker has them. ``is_current`` says whether an event's partition is
    this worker's since the event came.
    """

    def __init__(
        self,
        settings: Settings,
        producer: Callable[[], Any],
        publish: Callable[[Sequence[TableChange]], Awaitable[None]],
        is_current: Callable[[Any], bool],
    ) -> None:
        self.settings = settings
        self.producer = producer
        self.publish = publish
        self.is_current = is_current

    def take(self, event: Any) -> AtLeastOnceOutbox | None:
        """An event's place: see :data:`Take`."""
        return AtLeastOnceOutbox(self, event) if self.is_current(event) else None


class AtLeastOnceOutbox:
    """The place of one message, which needs nothing from the others."""

    __slots__ = ("_event", "_remembered", "_sender")

    def __init__(self, sender: AtLeastOnce, event: Any) -> None:
        self._sender = sender
        self._event = event
        self._remembered = False

    async def send(self, parcel: MessageOutput) -> None:
        """Returns when the broker has acknowledged all of it: first the changes, so that what goes out is remembered."""
        sender = self._sender
        self._require_current()
        async with acknowledged_within(sender.settings.kafka.delivery_seconds):
            if parcel.changes and not self._remembered:
                # Once: another parcel from here would write them again, over those of later messages.
                await sender.publish(parcel.changes)
                self._remembered = True
            self._require_current()
            await _all_of(await post(sender.producer(), sender.settings, parcel))

    def _require_current(self) -> None:
        if not self._sender.is_current(self._event):
            raise Revoked("the partition was taken away while its message was worked on")


async def _all_of(sent: Sequence[Awaitable[Any]]) -> None:
    """Wait until every one has been answered, then raise the first error.

    One after the other: they are answered together, batch by batch, and ``asyncio.gather`` has each wake it.
    """
    error: Exception | None = None
    for answer in sent:
        try:
            await answer
        except Exception as raised:  # noqa: BLE001 - raised when all are there
            error = error or raised
    if error is not None:
        raise error


async def post(producer: Any, settings: Settings, parcel: MessageOutput) -> list[Awaitable[Any]]:
    """Hand a parcel's records to an aiokafka producer; what each is to be awaited by.

    Raises one of :data:`REFUSED` for a record that the producer does not take, and what it says of itself.
    """
    besides = {beside for made, _ in parcel.records if (beside := _beside(made))}  # as a rule one: the page
    partitions = {beside: partition_of(beside, settings) for beside in besides}
    try:
        return [
            await producer.send(
                topics.full_name(settings, made.topic),
                made.value,
                key=made.key,
                partition=partitions.get(_beside(made)),
                headers=headers,
            )
            for made, headers in parcel.records
        ]
    except (UnicodeError, TypeError, OverflowError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error


def _beside(made: OutputRecord) -> bytes:
    """What chooses the partition by the declared number of them; nothing where the producer does, by those there are.

    A candidate's key always does: it meets its part of the table also when somebody has added partitions to the topic.
    """
    return made.key if made.topic == topics.CANDIDATES else made.partition_key


def partition_of(key: bytes, settings: Settings) -> int:
    """The partition that Kafka's own clients give a key: murmur2, its sign bit dropped, by the number of partitions."""
    return int((murmur2(key) & 0x7FFFFFFF) % settings.kafka.partitions)
