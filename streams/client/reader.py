"""Reads batches of one topic with aiokafka: from where, in which group, and what is committed when."""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Generic, Literal

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, KafkaError
from aiokafka.structs import ConsumerRecord

from streams import topics
from streams.client.received import R, Received
from streams.errors import BrokerUnavailable
from streams.records import Foreign, Replayed, Tombstone
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.end_offsets import true_ends
from streams.runtime.kafka.topic_records import message, topic_record
from streams.settings import Settings

log = logging.getLogger(__name__)

Start = Literal["earliest", "latest"] | datetime.datetime | datetime.timedelta | Mapping[int, int]
"""Where a consumer begins: the oldest record, the next one, a time, so long ago, or offsets by partition (others: the oldest)."""

_POLL_MS = 500


class Options(msgspec.Struct, frozen=True):
    """How a topic is read. ``group``: of consumers that share the partitions and remember what they have read; None for all of it."""

    topic: str
    group: str | None
    start: Start
    to_end: bool


class Reader(Generic[R]):
    """Batches of typed records. Records that are not of the topic's class are skipped, logged and counted in ``skipped``.

    On pages.deadletter there are notes of replays beside the dead letters: they are passed over, and counted in ``notes``.
    """

    def __init__(self, settings: Settings, options: Options) -> None:
        self.skipped = self.notes = 0
        self._settings = settings
        self._options = options
        self._name = topics.full_name(settings, options.topic)
        self._consumer: Any = None
        self._ends: dict[TopicPartition, int] = {}
        self._ends_confirmed = False
        # Where a partition begins at a time, in ms: leading older records are passed over. The embedded broker answers the question
        # for the offset of a time with the first offset.
        self._not_before: dict[TopicPartition, int] = {}
        self._done: dict[TopicPartition, int] = {}  # offset after the last record that was dealt with
        self._fetched: dict[TopicPartition, int] = {}  # offset after the last record of the batch

    async def open(self) -> None:
        """Connect and go to the start. Raises :class:`BrokerUnavailable`, :class:`~streams.errors.TopicMismatch`."""
        counts = await topic_admin.partition_counts(self._settings, [self._name])
        partitions = [TopicPartition(self._name, number) for number in range(counts[self._name])]
        self._ends = await self._read_ends(partitions)
        reset = self._options.start if isinstance(self._options.start, str) else "earliest"
        self._consumer = AIOKafkaConsumer(
            **clients.consumer_options(self._settings), group_id=self._options.group, auto_offset_reset=reset
        )
        await self._start(self._consumer)
        if self._options.group is not None:
            listener = None if isinstance(self._options.start, str) else _FromTime(self)
            self._consumer.subscribe([self._name], listener=listener)
            return
        self._consumer.assign(partitions)
        for partition, offset in (await self.starts(partitions)).items():
            self._consumer.seek(partition, offset)

    async def _start(self, consumer: Any) -> None:
        try:
            await consumer.start()
        except (TimeoutError, KafkaError, OSError) as error:
            await consumer.stop()
            raise await clients.unavailable(self._settings, error) from error

    async def _read_ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The end of each partition as of now, read outside of the group: see :mod:`streams.runtime.kafka.end_offsets`."""
        reader = AIOKafkaConsumer(**clients.consumer_options(self._settings))
        await self._start(reader)
        try:
            reader.assign(partitions)
            first = await reader.beginning_offsets(partitions)
            return await true_ends(reader, await reader.end_offsets(partitions), first)
        finally:
            await reader.stop()

    async def starts(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The offset at which each partition begins for who has read nothing yet."""
        start = self._options.start
        if start == "earliest":
            return dict(await self._consumer.beginning_offsets(partitions))
        if isinstance(start, Mapping):
            first = await self._consumer.beginning_offsets(partitions)
            return {at: max(offset, start.get(at.partition, offset)) for at, offset in first.items()}
        if start == "latest":
            return {partition: self._ends[partition] for partition in partitions}
        since = (
            datetime.datetime.now(datetime.UTC) - start if isinstance(start, datetime.timedelta) else start
        )
        stamp = int(since.timestamp() * 1_000)
        self._not_before.update(dict.fromkeys(partitions, stamp))
        found = await self._consumer.offsets_for_times(dict.fromkeys(partitions, stamp))
        return {
            partition: self._ends[partition] if (at := found.get(partition)) is None else at.offset
            for partition in partitions
        }

    async def begin(self, assigned: Sequence[TopicPartition]) -> None:
        """Go to the start of those partitions for which the group has committed nothing."""
        new = [partition for partition in assigned if await self._consumer.committed(partition) is None]
        for partition, offset in (await self.starts(new) if new else {}).items():
            self._consumer.seek(partition, offset)

    async def batch(self, most: int) -> list[Received[R]] | None:
        """The next records, at least one; None at the end, where ``to_end`` is set. The batch before has been dealt with.

        A group's offsets are committed here, so that a crash repeats at most one batch.
        """
        self._done.update(self._fetched)
        await self.commit()
        try:
            while not (self._options.to_end and await self._is_at_end()):
                fetched = await self._consumer.getmany(timeout_ms=_POLL_MS, max_records=most)
                self._fetched = {partition: records[-1].offset + 1 for partition, records in fetched.items()}
                found = [
                    one
                    for records in fetched.values()
                    for record in records
                    if (one := self.received(record))
                ]
                if found:
                    return found
                self._done.update(self._fetched)
        except (KafkaError, TimeoutError) as error:
            raise BrokerUnavailable(f"reading {self._name}: {clients.why(error)}") from error
        return None

    def done(self, received: Received[R]) -> None:
        """Note that a record was dealt with: it is committed with the next batch, or at the end."""
        self._done[TopicPartition(received.topic, received.partition)] = received.offset + 1

    async def commit(self) -> None:
        """Commit what has been dealt with; without a group nothing is remembered."""
        if self._options.group is None or not self._done:
            return
        assigned = self._consumer.assignment()
        done = {partition: offset for partition, offset in self._done.items() if partition in assigned}
        self._done.clear()
        if not done:
            return  # others have these partitions now, and read these records again
        try:
            await self._consumer.commit(done)
        except CommitFailedError:
            log.warning(
                "partitions of %s were reassigned before a commit: their records are read again", self._name
            )

    async def close(self) -> None:
        """Leave the group and disconnect. What was not committed is delivered again."""
        if self._consumer is not None:
            await asyncio.shield(self._consumer.stop())

    async def _is_at_end(self) -> bool:
        """Whether every assigned partition is where it ended when this consumer was opened.

        The ends are read once more before it is said: those of a topic that was written to a moment before may come too low.
        """
        if not await self._passed_ends():
            return False
        if not self._ends_confirmed:
            self._ends_confirmed = True
            self._ends = await self._read_ends(sorted(self._ends))
        return await self._passed_ends()

    async def _passed_ends(self) -> bool:
        assigned = self._consumer.assignment()
        if not assigned:
            return False
        for partition in assigned:
            if await self._consumer.position(partition) < self._ends.get(partition, 0):
                return False
        return True

    def _is_before_start(self, record: ConsumerRecord) -> bool:
        partition = TopicPartition(record.topic, record.partition)
        if record.timestamp < self._not_before.get(partition, record.timestamp):
            return True
        self._not_before.pop(partition, None)  # later ones may have any time: it is the producer's
        return False

    def received(self, record: ConsumerRecord) -> Received[R] | None:
        """The record with its place; None for one that is passed over."""
        if self._is_before_start(record):
            return None
        # Without a value a record is a tombstone on compacted topics only: a dead letter may have been cut.
        found = topic_record(self._options.topic, message(record))
        if isinstance(found, Replayed):
            self.notes += 1
            return None
        if isinstance(found, Foreign):
            self.skipped += 1
            log.warning("skipped: %s: %s", found.foreign, found.why[:200])
            return None
        return Received(
            record=None if isinstance(found, Tombstone) else found,  # type: ignore[arg-type]  # of the topic's class: see RECORDS
            key=(record.key or b"").decode("utf-8", "replace"),
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            timestamp=datetime.datetime.fromtimestamp(record.timestamp / 1_000, datetime.UTC),
            headers=tuple(record.headers),
        )


class _FromTime(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """Begins the partitions that the group has not read yet at the reader's start."""

    def __init__(self, reader: Reader[Any]) -> None:
        self._reader = reader

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Nothing to do: what was not committed is delivered to another member."""

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Seek where nothing is committed."""
        await self._reader.begin(sorted(assigned))
