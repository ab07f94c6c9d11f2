"""Follows the topics of dispositions with a consumer of its own that belongs to no group, and remembers them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams import topics
from streams.inspector.entries import Entry, dead_letter_entry, page_entry
from streams.inspector.store import Store
from streams.records import DeadLetter, Replayed
from streams.runtime.delivery.outputs import ARRIVED_HEADER
from streams.runtime.faust_overrides import record_batches
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.topic_records import ENDS, deadletter_record, message
from streams.settings import Settings

RESPONSE_BYTES = (
    4_000_000  # of a response at most, but for one batch: what the follower holds beside its store
)
_FETCHING: dict[str, Any] = {
    # The broker collects that much, or waits that long, before it answers: one request a second costs next to nothing.
    "fetch_min_bytes": 500_000,
    "fetch_max_wait_ms": 1_000,
    "fetch_max_bytes": RESPONSE_BYTES,
    "max_partition_fetch_bytes": 250_000,
}
_BATCH = 50  # records between two chances for other tasks


class Follower:
    """Reads new dispositions into a store, after the newest ``backlog`` that are on the topics already.

    With ``most_a_second`` it reads no more than that: what comes beyond is passed over and counted as ``store.skipped``.
    """

    def __init__(
        self, settings: Settings, store: Store, backlog: int, most_a_second: float | None = None
    ) -> None:
        self._settings = settings
        self._store = store
        self._backlog = backlog
        self._most = most_a_second
        self.caught_up = asyncio.Event()

    @asynccontextmanager
    async def consumer(self) -> AsyncIterator[tuple[AIOKafkaConsumer, list[TopicPartition]]]:
        """A started consumer with every partition of every topic assigned, and those partitions; only those of dispositions are read.

        Raises :class:`~streams.errors.BrokerUnavailable` and :class:`~streams.errors.TopicMismatch`.
        """
        settings = self._settings
        record_batches.bound(settings.kafka.max_batch_bytes)
        names = [topics.full_name(settings, name) for name in topics.NAMES]
        counts = await topic_admin.partition_counts(settings, names)
        async with clients.reading(settings, **_FETCHING, auto_offset_reset="latest") as consumer:
            every = [
                TopicPartition(name, number) for name, count in counts.items() for number in range(count)
            ]
            consumer.assign(every)
            followed = {topics.full_name(settings, name) for name in ENDS}
            consumer.pause(*(tp for tp in every if tp.topic not in followed))
            yield consumer, every

    async def follow(self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> None:
        """Read until cancelled. Raises ``KafkaError``."""
        followed = [tp for tp in partitions if tp not in consumer.paused()]
        due = await self._seek(consumer, followed)
        backlog: list[Entry] = []
        loop = asyncio.get_running_loop()
        while True:
            started, read = loop.time(), 0
            for tp, records in (
                await consumer.getmany(*followed, timeout_ms=500, max_records=_BATCH)
            ).items():
                found = [entry for record in records if (entry := self._entry(record)) is not None]
                read += len(records)
                due[tp] -= len(records)
                if self.caught_up.is_set():
                    self._remember(found)
                else:
                    backlog += found
            if not self.caught_up.is_set() and await self._reached(consumer, due):
                self._remember(sorted(backlog, key=lambda entry: entry.at))
                backlog.clear()
                self.caught_up.set()
            if self._most is not None and self.caught_up.is_set() and read:
                await self._rest(consumer, followed, read / self._most - (loop.time() - started))

    async def _seek(
        self, consumer: AIOKafkaConsumer, followed: list[TopicPartition]
    ) -> dict[TopicPartition, int]:
        """Go back by the backlog, the same number in each partition, and return how many records each has up to now."""
        self.caught_up.clear()
        ends = await consumer.end_offsets(followed)
        starts = await consumer.beginning_offsets(followed)
        each = max(1, self._backlog // max(1, len(followed)))
        due = {}
        for tp in followed:
            start = max(starts[tp], ends[tp] - each)
            consumer.seek(tp, start)
            due[tp] = ends[tp] - start
        return due

    async def _reached(self, consumer: AIOKafkaConsumer, due: dict[TopicPartition, int]) -> bool:
        """Whether the backlog is read: each partition has given its records, or has none left to give (markers, compaction)."""
        for tp, left in due.items():
            if left > 0 and await consumer.position(tp) < (consumer.highwater(tp) or 0):
                return False
            if left > 0 and consumer.highwater(tp) is None:
                return False
        return True

    async def _rest(self, consumer: AIOKafkaConsumer, followed: list[TopicPartition], seconds: float) -> None:
        """Wait so long, then pass over what came meanwhile beyond what may be read in a second."""
        if seconds <= 0:
            return
        await asyncio.sleep(seconds)
        most = max(1, int((self._most or 1) / len(followed)))
        for tp in followed:
            end, at = consumer.highwater(tp), await consumer.position(tp)
            if end is not None and end - at > most * _BEHIND_SECONDS:
                consumer.seek(tp, end - most)
                self._store.skipped += end - most - at

    def _remember(self, entries: list[Entry]) -> None:
        for entry in entries:
            self._store.add(entry)

    def _entry(self, record: Any) -> Entry | None:
        """The entry of a consumed record; None for a replay's mark, and for what is no disposition, which is counted."""
        found = entry_of(self._settings, record)
        if found is None:
            self._store.foreign += 1
        return found if isinstance(found, Entry) else None


_BEHIND_SECONDS = 5  # of records that a partition may be behind before some are passed over


def entry_of(settings: Settings, record: Any) -> Entry | Replayed | None:
    """The entry of a consumed record of pages.enriched, pages.rejected or pages.deadletter; None for a foreign record."""
    at, position = int(record.timestamp), f"{record.topic}/{record.partition}/{record.offset}"
    arrived = _arrived(record.headers)
    if record.topic.removeprefix(settings.kafka.topic_prefix) == topics.DEADLETTER:
        letter = deadletter_record(message(record))
        if isinstance(letter, DeadLetter):
            return dead_letter_entry(letter, record.value, at, position, arrived)
        return letter if isinstance(letter, Replayed) else None
    try:
        return page_entry(record.value or b"", at, position, arrived)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _arrived(headers: Any) -> int:
    """Milliseconds since the epoch when the page arrived; 0 without a header that says so."""
    for name, value in headers or ():
        if name == ARRIVED_HEADER and value and len(value) < 16 and value.isdigit():
            return int(value)
    return 0
