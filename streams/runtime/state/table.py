"""The dedup table: RocksDB with a changelog topic, written no later than its message is acknowledged."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import faust
from faust.types import TP, AppT

from streams import dedup, topics
from streams.errors import CrawlmillError, Revoked
from streams.execution.memory import store_share
from streams.execution.results import TableChange
from streams.runtime.faust_overrides.interfaces import worker
from streams.runtime.faust_overrides.rocksdb_store import StateStore
from streams.runtime.state import fact_keys
from streams.runtime.state.changelog import PendingChanges, Written

_SWEEP_STEP = 200  # buckets checked between two pauses: some milliseconds


def store_options(store_bytes: int, partitions: int = 1) -> dict[str, Any]:
    """Options of one partition's RocksDB, when ``partitions`` of them share ``store_bytes`` of memory.

    The memory is divided by the number of all partitions, although a worker may own a few: how many it will own is not known
    when the first is opened. Faust's sizes, 2 GB of cache and 192 MB of write buffers, are for one database.

    ``ttl`` is not used: RocksDB permanently refuses to read values written while the clock was at 1970, and drops valid ones
    when the clock is ahead. Lookups ignore expired entries, and :meth:`DedupTable.sweep` removes them.
    """
    share = store_share(store_bytes, partitions)
    return {
        "block_cache_size": share.cache,
        "write_buffer_size": share.write_buffer,
        "max_write_buffer_number": 2,
        "bloom_filter_size": 10,  # bits a key: most lookups are in a new bucket, and 1 % of these read a block
    }


class DedupTable(faust.Table[bytes, bytes]):
    """A Faust table whose changelog is written together with a message's output, instead of by Faust's buffer.

    Faust buffers changes and does not await them: a failed write goes undetected, and a commit may come before it. Here
    :meth:`drain_changes` returns the changes of a lookup to the stage. At least once
    (:mod:`streams.runtime.delivery.at_least_once`), :meth:`publish` is awaited before the output is sent; exactly once
    (:mod:`streams.runtime.delivery.exactly_once`), changes and output are one transaction, followed by :meth:`store_written`.
    RocksDB has only what is in the changelog; pending changes are in :mod:`streams.runtime.state.changelog`. Keys and values are
    raw bytes.
    """

    def __init__(self, app: AppT, **kwargs: Any) -> None:
        settings, metrics = worker(app).settings, worker(app).metrics
        options = store_options(settings.worker.store_bytes, settings.kafka.partitions)
        super().__init__(app, options=options, **kwargs)
        self._changes: list[TableChange] = []
        self._candidates = topics.full_name(settings, topics.CANDIDATES)
        self._changelog = topics.changelog_name(settings)
        self._owned: frozenset[int] = frozenset()
        self._epoch = 0
        self._held: dict[int, int] = {}
        self._pending = self._begin()
        self._on_damage = metrics.state_events.labels("damaged").inc

    def _new_store_by_url(self, url: Any) -> StateStore:
        """Override of Faust's: a RocksDB store that sets damaged databases aside and continues."""
        store = StateStore(
            url, self.app, self, table_name=self.name, key_type=self.key_type, key_serializer=self.key_serializer,
            value_type=self.value_type, value_serializer=self.value_serializer, loop=self.loop, options=self.options,
        )  # fmt: skip
        store.on_damage = self._on_damage
        return store

    def _serializer_from_type(self, typ: Any) -> str:
        return "raw"

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Called by Faust when partitions have been assigned, before any message of theirs."""
        self._epoch += 1
        self._held.clear()
        self._pending = self._begin()
        self._owned = frozenset(tp.partition for tp in assigned if tp.topic == self._candidates)
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)

    def owns(self, partition: int) -> bool:
        """Whether this worker owns a partition's buckets, and no rebalance is under way."""
        app = worker(self.app)
        return partition in self._owned and not app.rebalancing and app.session.is_alive

    def read_bucket(self, partition: int, key: bytes) -> bytes:
        """The value of a bucket, pending changes included; empty for a new bucket.

        It is read from RocksDB directly: ``table.get`` reads a value twice, and takes the partition from the message that its
        agent is processing.
        """
        value: bytes | None = self._pending.get((partition, key))
        if value is None:
            value = self._database(partition).get(key)
        return value or b""

    def write_bucket(self, partition: int, key: bytes, value: bytes) -> None:
        """Set a key's value for later lookups, and queue the change for the changelog.

        Raises ``RuntimeError`` for a partition that this worker does not own.
        """
        self._changes.append(self.pending_change(partition, key, value))

    def pending_change(self, partition: int, key: bytes, value: bytes) -> TableChange:
        """Set a key's value for later reads; returns the change, which the caller has to :meth:`publish`.

        Raises ``RuntimeError`` for a partition that this worker does not own.
        """
        return self._pending.add(self.change(partition, key, value))

    def change(self, partition: int, key: bytes, value: bytes) -> TableChange:
        """A change for a transaction, which no read sees before :meth:`store_written`. Raises as :meth:`pending_change`."""
        if partition not in self._owned:
            raise RuntimeError(f"the table of partition {partition} is another worker's")
        return TableChange(partition, key, value, self._epoch)

    @contextmanager
    def held_offset(self, partition: int, release_after: tuple[type[Exception], ...]) -> Iterator[None]:
        """Keep the partition's recovery offset where it is, while a second producer's transaction writes to its changelog.

        Two transactions are not stored in the order of the log, and an offset must not pass a change that is not stored. It stays
        for good, until the next rebalance recovers the partition, where the transaction ends in an error other than these: it
        may have been committed.
        """
        self._held[partition] = self._held.get(partition, 0) + 1
        epoch = self._epoch
        try:
            yield
        except release_after:
            self._release(partition, epoch)
            raise
        self._release(partition, epoch)

    def _release(self, partition: int, epoch: int) -> None:
        if epoch == self._epoch:
            self._held[partition] -= 1

    def drain_changes(self) -> list[TableChange]:
        """The changes made since the last call."""
        changes, self._changes = self._changes, []
        return changes

    async def publish(self, changes: Sequence[TableChange]) -> None:
        """Write the changes of one message to the changelog; returns when the broker has acknowledged them.

        Raises as :meth:`streams.runtime.state.changelog.PendingChanges.publish`.
        """
        if any(change.epoch != self._epoch for change in changes):
            raise Revoked("partitions were revoked before their bucket changes were sent")
        await self._pending.publish(changes)

    def store_written(self, written: Sequence[Written]) -> None:
        """Put the changes of a committed transaction into RocksDB: of one partition, in the order of its log."""
        if all(change.epoch == self._epoch for change, _ in written):
            self._pending.store_written(written)

    async def sweep(self, now: Callable[[], float], pause: Callable[[], Awaitable[object]]) -> int:
        """Remove from RocksDB what has no new entry for two windows (:func:`~streams.topics.table_hours`); returns how many.

        Two, so that a clock that is one window ahead does not empty the table; lookups ignore such entries anyway. The
        changelog topic's retention removes their records. ``pause`` is awaited between steps, to let lookups run. ``now``
        returns seconds since the epoch.
        """
        app = worker(self.app)
        window = topics.table_hours(app.settings) * 3_600
        removed = 0
        for partition in sorted(self._owned):
            key: bytes | None = None
            while self.owns(partition) and (found := self._database(partition).after(key, _SWEEP_STEP)):
                key = found[-1][0]
                oldest = (now() - 2 * window) * 1_000
                for bucket, value in found:
                    if self._pending.get((partition, bucket)) is None and _last_seen(bucket, value) < oldest:
                        self._database(partition).delete(bucket)
                        removed += 1
                await pause()
        return removed

    def _begin(self) -> PendingChanges:
        app = worker(self.app)
        epoch = self._epoch

        def is_over() -> bool:
            return app.rebalancing or epoch != self._epoch or not app.session.is_alive

        return PendingChanges(self._send, self._store_all, is_over)

    async def _send(self, change: TableChange) -> Any:
        app = worker(self.app)
        return await app.sender().send(
            self._changelog, change.value, key=change.key, partition=change.partition
        )

    def _store_all(self, written: Sequence[Written]) -> None:
        """Put changes of one partition into RocksDB, with the changelog offset from which recovery will start."""
        change, offset = written[-1]
        # -1 where the broker recognised a retried produce request, and does not return the offset
        passed = offset if offset >= 0 and not self._held.get(change.partition) else None
        data: Any = self.data
        data.put_all(change.partition, [(each.key, each.value) for each, _ in written], passed)

    def _database(self, partition: int) -> Any:
        data: Any = self.data
        return data.database(partition)


def _last_seen(key: bytes, value: bytes) -> float:
    """When a bucket got its newest entry, or a page's facts were written, milliseconds since the epoch.

    0 for an empty one, infinity for an unreadable one.
    """
    try:
        if fact_keys.is_page(key):
            return fact_keys.last_written(value)
        return dedup.decode_bucket(value).last_seen() if value else 0.0
    except CrawlmillError:
        return math.inf  # kept: a lookup in it raises the error, with its remedy
