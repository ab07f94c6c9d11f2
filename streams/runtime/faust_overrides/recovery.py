"""Faust's table recovery, which first checks whether each partition's local state matches its changelog.

Overrides ``Recovery._build_offsets`` and ``_wait``, and ``TableManager.recovery`` and ``on_start``. Faust 0.15 trusts the offset stored in RocksDB: where
the changelog was deleted, truncated or compacted beyond it, the table silently differs from its changelog. And its own timeouts end
the recovery task silently, after which the worker neither recovers nor stops.

Upstream patch: a hook before recovery with the stored offset and the changelog's first and last offsets; timeouts that raise.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.types import TP

from streams import dedup, topics
from streams.runtime.faust_overrides.interfaces import worker
from streams.runtime.faust_overrides.rocksdb_store import StateStore
from streams.runtime.kafka import clients
from streams.runtime.state import fact_keys
from streams.runtime.state.changelog_check import FORGET_KEY, Copy, Log, Verdict, compare
from streams.settings import Dedup, Settings
from streams.wording import counted, noun

_logger = logging.getLogger(__name__)

_WRITE_BATCH = 1_000  # buckets sent to the changelog before waiting for their acknowledgements
_WARNINGS = {
    Verdict.AHEAD: "the changelog {topic}/{partition} ends at {end}, the state on disk at {offset}: the topic was created again, or lost "
    "its end. The state is written back to it, so that duplicates are still found",
    Verdict.GONE: "topics were created again since the state of {topic}/{partition} was written, pages.clean among them: the broker has lost its "
    "data. The state names documents that no longer exist, and is set aside; all pages count as new",
    Verdict.FORGOTTEN: "the changelog {topic}/{partition} was emptied by crawlmill dedup forget: the older state is set aside",
    Verdict.GAP: "the changelog {topic}/{partition} begins at {start}, the state on disk ends at {offset}: records in between were deleted "
    "before dedup.window_hours had passed, and duplicates of them will not be found. To find the cause: crawlmill topics check",
    Verdict.LOST: "the changelog {topic}/{partition} is empty, but {processed} processed: earlier documents are not known any more, "
    "and duplicates of them will not be found. To restore them from pages.clean: stop the workers, then crawlmill dedup warm",
}  # fmt: skip


class StateRecovery(Recovery):
    """Recovery that first compares state and changelog. Each mismatch is logged, counted and repaired once per partition."""

    async def _wait(self, coro: Any, timeout: Any = None) -> None:
        """Wait without a timeout: Faust's timeouts here end the recovery task silently."""
        await super()._wait(coro)

    async def _build_offsets(self, consumer: Any, tps: Any, destination: Any, title: str) -> None:
        """Compare, then determine the offsets to recover from. Faust calls it for the active and then for the standby partitions."""
        if tps:
            await self._compare_all(consumer, sorted(tps), destination, active=title == "active")
        await super()._build_offsets(consumer, tps, destination, title)

    async def _compare_all(self, consumer: Any, tps: list[TP], destination: Any, *, active: bool) -> None:
        app = worker(self.app)
        await app.require_same_topics()
        if app.crashed:
            return  # it stops, and its next start compares
        # Before the end offsets are requested: a standby keeps applying records, and would seem to be ahead of older ends.
        copies = {tp: _copy(self._store(tp), tp) for tp in tps}
        starts = await consumer.earliest_offsets(*tps)
        if active:
            ends = {tp: self.active_highwaters[tp] + 1 for tp in tps}
        else:
            ends = {tp: end or 0 for tp, end in (await consumer.highwaters(*tps)).items()}
        candidates = topics.full_name(app.settings, topics.CANDIDATES)
        for tp in tps:
            passed = await consumer.committed_offset(TP(candidates, tp.partition)) if active else 0
            log = await self._log(tp, starts[tp] or 0, ends[tp], passed)
            store, copy = self._store(tp), copies[tp]
            verdict = compare(copy, log, time.time(), app.settings.dedup.window_hours * 3_600)
            if verdict is not Verdict.FITS:
                processed = f"{counted(log.candidates, 'candidate')} {noun(log.candidates, 'was', 'were')}"
                said = _WARNINGS[verdict].format(
                    topic=tp.topic, partition=tp.partition, start=log.start, end=log.end, processed=processed, **copy._asdict()
                )  # fmt: skip
                _logger.warning("%s", said)
                app.metrics.state_events.labels(verdict).inc()
            if verdict in (Verdict.GONE, Verdict.FORGOTTEN) or (verdict is Verdict.AHEAD and not active):
                # A standby does not write its state to the changelog: the partition is assigned to another worker.
                store.give_up(tp.partition, f"it does not belong to its changelog ({verdict})")
                destination[tp] = None
            elif verdict is Verdict.AHEAD:
                # The ids in ``log`` are those of this worker's start. Where the broker has lost its data since, the state must not come
                # into the new changelog: it names documents that no longer exist, and their copies would be lost with them.
                await app.require_same_topics()
                if app.crashed:
                    return
                destination[tp] = self.active_highwaters[tp] = await write_back(app.settings, store, tp, log)
            store.set_log_id(tp.partition, f"{log.log_id} {log.documents_id}")

    def _store(self, tp: TP) -> StateStore:
        table: Any = self.tp_to_table[tp]
        store: StateStore = table.data
        return store

    async def _log(self, tp: TP, start: int, end: int, candidates: int) -> Log:
        app = worker(self.app)
        ids = app.identity.topics
        documents = ids.get(topics.full_name(app.settings, topics.CLEAN), "")
        emptied = end > start and await _begins_emptied(app.settings, tp, start)
        return Log(start, end, ids.get(tp.topic, ""), documents, emptied, candidates)


class StateTables(TableManager):
    """Faust's table manager with :class:`StateRecovery`, which starts without a pause."""

    async def on_start(self) -> None:
        """Register the table and start recovery at once.

        Faust sleeps for a second first, to let agents start. But it subscribes only when all agents have started and the table
        is registered (``Conductor._subscriber``), so the second is added to every start.
        """
        if not self.should_stop:
            await self._update_channels()
            await self.recovery.start()

    @property
    def recovery(self) -> Recovery:
        """The recovery service, created on first use."""
        if self._recovery is None:
            self._recovery = StateRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery


async def write_back(settings: Settings, store: StateStore, tp: TP, log: Log) -> int:
    """Merge the changelog into the state, write the state to the changelog, and return the offset up to which they are the same.

    Entries of the changelog take precedence. It can be interrupted at any moment and repeated.
    """
    database, limits = store.database(tp.partition), settings.dedup
    async for record in _records(settings, tp, log.start, log.end):
        if record.key != FORGET_KEY and record.value is not None:
            known = database.get(record.key) or b""
            database.put(record.key, _merged(record.key, record.value, known, limits))
    last = log.end - 1
    producer = AIOKafkaProducer(**clients.producer_options(settings))
    await producer.start()
    try:
        key: bytes | None = None
        while found := database.after(key, _WRITE_BATCH):
            key = found[-1][0]
            sent = [
                await producer.send(tp.topic, value, key=key, partition=tp.partition)
                for key, value in found
                if key != FORGET_KEY and value
            ]
            for there in await asyncio.gather(*sent):
                last = max(last, there.offset)
    finally:
        await producer.stop()
    store.set_persisted_offset(tp, last)
    return last


def _merged(key: bytes, newer: bytes, older: bytes, limits: Dedup) -> bytes:
    if fact_keys.is_page(key):
        return fact_keys.merge_facts(newer, older)
    return dedup.merge(newer, older, limits.bucket_documents, limits.bucket_bytes)


def _copy(store: StateStore, tp: TP) -> Copy:
    log_id, _, documents_id = store.log_id(tp.partition).partition(" ")
    return Copy(store.persisted_offset(tp), log_id, documents_id, store.written(tp.partition))


async def _begins_emptied(settings: Settings, tp: TP, start: int) -> bool:
    async with aclosing(_records(settings, tp, start, start + 1)) as records:
        async for record in records:
            return bool(record.key == FORGET_KEY)
    return False


async def _records(settings: Settings, tp: TP, start: int, end: int) -> AsyncGenerator[Any, None]:
    """Yield the records from ``start`` to before ``end``; compacted and aborted ones are missing."""
    if start >= end:
        return  # aiokafka raises CancelledError from a consumer that is stopped right after its start
    partition = TopicPartition(tp.topic, tp.partition)
    reader = AIOKafkaConsumer(**clients.consumer_options(settings))
    try:
        await reader.start()
        reader.assign([partition])
        reader.seek(partition, start)
        while await reader.position(partition) < end:
            for record in (await reader.getmany(partition, timeout_ms=500)).get(partition, ()):
                if record.offset < end:
                    yield record
    finally:
        await reader.stop()
