"""Replays dead letters: sends their messages back to the topics they came from, and records that on pages.deadletter.

The record of a replay (:class:`~streams.records.Replayed`) is sent after the message, and a message with such a record is not sent again
unless asked for. If a replay is interrupted between the two, the message is sent twice; a page that is delivered twice has the same id
both times, so all its output has the same keys.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from streams import topics
from streams.errors import TopicMismatch
from streams.records import Message, Replayed, encode
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.kafka import clients, topic_admin, topic_check
from streams.runtime.kafka.dead_letters import IndexEntry, StoredDeadLetter, message_of, read
from streams.runtime.kafka.topic_records import REPLAYED_SCHEMA
from streams.settings import Settings

_MOST_PENDING = 200  # messages sent whose replay is not recorded yet
_MOST_PENDING_BYTES = 20_000_000  # of their values: memory held at most, beside one message


class ReplayResult(NamedTuple):
    """The number of messages sent, and for each that could not be sent a sentence with the reason."""

    sent: int
    refused: tuple[str, ...]


async def replay(settings: Settings, groups: Iterable[tuple[IndexEntry, ...]]) -> ReplayResult:
    """Send the message of each group of dead letters (:meth:`Index.due`) to the topic it came from, and record the replay.

    A candidate is sent to the partition of its key, any other message to the partition it came from if that still exists. The
    dead letters are read again, so that only :data:`_MOST_PENDING_BYTES` of messages are in memory. Raises
    :class:`~streams.errors.BrokerUnavailable`, and :class:`TopicMismatch` if pages.candidates has fewer than ``kafka.partitions`` partitions.
    """
    kafka = settings.kafka
    sources = [topics.full_name(settings, name) for name in topics.CONSUMED]
    counts = await topic_admin.partition_counts(settings, sources)
    candidates = topics.full_name(settings, topics.CANDIDATES)
    if counts[candidates] < kafka.partitions:
        raise TopicMismatch(topic_check.keyed_difference(candidates, counts[candidates], kafka.partitions))
    producer = AIOKafkaProducer(
        **clients.producer_options(settings),
        enable_idempotence=kafka.processing_guarantee == "exactly_once",
    )
    waiting = {group[-1].position: group for group in groups}
    replayer = _Replayer(settings, producer, counts)
    try:
        await producer.start()
        async for record in read(settings):
            if (
                isinstance(record, StoredDeadLetter)
                and (group := waiting.pop(record.position, None)) is not None
            ):
                await replayer.add(record, group)
        await replayer.flush()
    except (KafkaError, OSError) as error:
        raise await clients.unavailable(settings, error) from error
    finally:
        await producer.stop()
    gone = [
        f"{group[-1].details.id}: its dead letter is no longer on {topics.DEADLETTER}"
        for group in waiting.values()
    ]
    return ReplayResult(replayer.sent, (*replayer.refused, *gone))


class _Replayer:
    """Sends messages in batches; after each batch it records the replays."""

    def __init__(self, settings: Settings, producer: Any, counts: Mapping[str, int]) -> None:
        self.sent = 0
        self.refused: list[str] = []
        self._settings = settings
        self._producer = producer
        self._counts = counts
        self._pending: list[tuple[tuple[IndexEntry, ...], Awaitable[Any]]] = []
        self._bytes = 0

    async def add(self, letter: StoredDeadLetter, group: tuple[IndexEntry, ...]) -> None:
        """Send the message that a group of dead letters is about; ``letter`` is one of the group."""
        message, why = await self._message(letter)
        if message is None:
            self.refused.append(f"{letter.details.id}: {why}")
            return
        try:
            sent = await self._producer.send(
                message.topic, message.value, key=message.key,
                partition=_partition(self._settings, message, self._counts[message.topic]), headers=list(message.headers),
            )  # fmt: skip
        except MessageSizeTooLargeError:
            self._refuse_size(letter.details.id)
            return
        self._pending.append((group, sent))
        self._bytes += len(message.value or b"")
        if len(self._pending) >= _MOST_PENDING or self._bytes >= _MOST_PENDING_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Wait until the broker has acknowledged what was sent, then record the replays."""
        pending, self._pending, self._bytes = self._pending, [], 0
        records = []
        for group, sent in pending:
            try:
                metadata = await sent
            except MessageSizeTooLargeError:
                self._refuse_size(group[-1].details.id)
                continue
            records.append(
                await self._send_record(group, f"{metadata.topic}/{metadata.partition}/{metadata.offset}")
            )
            self.sent += 1
        await asyncio.gather(*records)

    async def _message(self, letter: StoredDeadLetter) -> tuple[Message | None, str]:
        """Return the message to send, or None and the reason."""
        topic = letter.details.topic
        if topic not in self._counts:
            return (
                None,
                f"it came from {topic}, which no stage consumes; check kafka.topic_prefix",
            )
        message = await message_of(self._settings, letter)
        if message is None:
            return (
                None,
                f"the dead letter was cut, and {topic} no longer holds the message; feed the page again",
            )
        if message.key is None and message.value is None:
            return None, "it has neither key nor value: Kafka clients cannot send such a message"
        return message, ""

    async def _send_record(self, group: tuple[IndexEntry, ...], to: str) -> Awaitable[Any]:
        """Hand the record of a group's replay to the producer."""
        record = Replayed(
            id=group[-1].details.id,
            letters=tuple(letter.position for letter in group),
            to=to,
            replayed_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        )
        sent: Awaitable[Any] = await self._producer.send(
            topics.full_name(self._settings, topics.DEADLETTER), encode(record), partition=group[-1].position[0],
            headers=[("content-type", b"application/json"), ("schema", REPLAYED_SCHEMA)],
        )  # fmt: skip
        return sent

    def _refuse_size(self, name: str) -> None:
        limit = self._settings.kafka.max_message_bytes
        self.refused.append(f"{name}: it is larger than kafka.max_message_bytes = {limit}")


def _partition(settings: Settings, message: Message, count: int) -> int | None:
    """Return the partition to send a message to: a candidate's by its key; None if the producer may choose."""
    if message.topic == topics.full_name(settings, topics.CANDIDATES) and message.key is not None:
        return partition_of(message.key, settings)
    return message.partition if message.partition < count else None
