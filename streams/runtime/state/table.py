"""The dedup table: RocksDB with a changelog topic, written no later than its message is acknowledged."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import faust
from faust.types import TP

from streams import dedup, topics
from streams.errors import CrawlmillError, Revoked
from streams.execution.results import TableChange
from streams.runtime.faust_overrides.rocksdb_store import StateStore
from streams.runtime.state.changelog import PendingChanges, Written

_LEAST = 1_000_000  # bytes for one partition, to read and to write
_SWEEP_STEP = 200  # buckets looked at without a pause: some milliseconds


def store_options(store_bytes: int, partitions: int = 1) -> dict[str, Any]:
    """How a partition's RocksDB is opened where there are so many partitions, which share ``store_bytes`` of memory.

    Shared among all there are, also where a worker has a few: how many it will have is not known when the first is opened.

    There is no ``ttl``: RocksDB refuses for ever to read what was written by a clock at 1970, and drops what a clock that
    is ahead takes for old. A visit sees what is old, and :meth:`DedupTable.sweep` removes it. Faust's own sizes are for one database: 2 GB of cache
    and 192 MB of write buffers for each partition.
    """
    return {
        "block_cache_size": max(_LEAST, store_bytes * 2 // 3 // partitions),
        "write_buffer_size": max(_LEAST, store_bytes // 3 // partitions // 2),
        "max_write_buffer_number": 2,
        "bloom_filter_size": 10,  # bits a key: most visits are to a bucket that nobody knows, 1 % of them read a block
    }


class DedupTable(faust.Table[bytes, bytes]):
    """A Faust table whose changelog is written with what a visit causes, instead of by Faust's buffer.

    Faust puts changes into a buffer that nobody awaits: a write that fails is noticed by no one, and a commit may
    come before it. Here :meth:`drain_changes` hands the changes of a visit to the stage; who sends its result awaits :meth:`publish`
    before (:mod:`streams.runtime.delivery.at_least_once`), or has them in one transaction and calls :meth:`settle` after
    (:mod:`streams.runtime.delivery.exactly_once`). RocksDB has what the changelog has; what is under way is in
    :mod:`streams.runtime.state.changelog`. Keys and values are the bytes that they are, never JSON.
    """

    def __init__(self, app: Any, **kwargs: Any) -> None:
        settings = app.settings
        options = store_options(settings.worker.store_bytes, settings.kafka.partitions)
        super().__init__(app, options=options, **kwargs)
        self._changes: list[TableChange] = []
        self._candidates = topics.full_name(settings, topics.CANDIDATES)
        self._changelog = topics.changelog_name(settings)
        self._owned: frozenset[int] = frozenset()
        self._epoch = 0
        self._pending = self._begin()
        self._on_damage = app.metrics.state_events.labels("damaged").inc

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
        self._pending = self._begin()
        self._owned = frozenset(tp.partition for tp in assigned if tp.topic == self._candidates)
        await super().on_rebalance(assigned, revoked, newly_assigned, generation_id)

    def owns(self, partition: int) -> bool:
        """Whether this worker is the one that has the buckets of a partition, and keeps them at the moment."""
        app: Any = self.app
        return partition in self._owned and not app.rebalancing and app.session.is_alive

    def read_bucket(self, partition: int, key: bytes) -> bytes:
        """What the bucket of this key remembers; nothing where nobody has passed it.

        RocksDB is asked, and not the table: ``table.get`` reads a value twice, and knows the partition from the message
        that its agent holds.
        """
        value: bytes | None = self._pending.get((partition, key))
        if value is None:
            value = self._database(partition).get(key)
        return value or b""

    def write_bucket(self, partition: int, key: bytes, value: bytes) -> None:
        """Set a key's value for later lookups, and queue the change for the changelog.

        Raises ``RuntimeError`` for a partition that this worker does not own.
        """
        if partition not in self._owned:
            raise RuntimeError(f"the buckets of partition {partition} are another worker's")
        self._changes.append(self._pending.add(TableChange(partition, key, value, self._epoch)))

    def drain_changes(self) -> list[TableChange]:
        """The changes made since the last call."""
        changes, self._changes = self._changes, []
        return changes

    async def publish(self, changes: Sequence[TableChange]) -> None:
        """Write the changes of one message to the changelog; returns when the broker has them.

        Raises as :meth:`streams.runtime.state.changelog.PendingChanges.publish`.
        """
        if any(change.epoch != self._epoch for change in changes):
            raise Revoked("partitions were taken away before what their buckets learnt was sent")
        await self._pending.publish(changes)

    def settle(self, written: Sequence[Written]) -> None:
        """Note what the changelog has for good, all of one partition and in the order of its log: a transaction's."""
        if all(change.epoch == self._epoch for change, _ in written):
            self._pending.settle(written)

    async def sweep(self, now: Callable[[], float], pause: Callable[[], Awaitable[object]]) -> int:
        """Remove from RocksDB what has not been touched for two windows; how many buckets.

        Two, for a clock that is a window ahead must not empty the disk; nothing of the kind is ever asked for. The changelog
        drops them by itself. ``pause`` is awaited between steps, that visits may come in between.
        """
        app: Any = self.app
        window = app.settings.dedup.window_hours * 3_600
        removed = 0
        for partition in sorted(self._owned):
            key: bytes | None = None
            while self.owns(partition) and (found := self._database(partition).after(key, _SWEEP_STEP)):
                key = found[-1][0]
                oldest = (now() - 2 * window) * 1_000
                for bucket, value in found:
                    if self._pending.get((partition, bucket)) is None and _last_seen(value) < oldest:
                        self._database(partition).delete(bucket)
                        removed += 1
                await pause()
        return removed

    def _begin(self) -> PendingChanges:
        app: Any = self.app
        epoch = self._epoch

        def is_over() -> bool:
            return app.rebalancing or epoch != self._epoch or not app.session.is_alive

        return PendingChanges(self._send, self._store_all, is_over)

    async def _send(self, change: TableChange) -> Any:
        app: Any = self.app
        return await app.sender().send(
            self._changelog, change.value, key=change.key, partition=change.partition
        )

    def _store_all(self, written: Sequence[Written]) -> None:
        """Have RocksDB know what the changelog has of one partition, and up to where: recovery starts there."""
        (change, offset), database = written[-1], self._database(written[-1].change.partition)
        for each, _ in written:
            database.put(each.key, each.value)
        if offset >= 0:  # unknown where a repetition of a transaction's records was taken for what it was
            self.data.set_persisted_offset(TP(self._changelog, change.partition), offset)

    def _database(self, partition: int) -> Any:
        data: Any = self.data
        return data.database(partition)


def _last_seen(value: bytes) -> float:
    """When a bucket was last passed, milliseconds since the epoch; never, where there is nothing that says it."""
    try:
        return dedup.decode_bucket(value).last_seen() if value else 0.0
    except CrawlmillError:
        return math.inf  # a visit says what is wrong with it, and what to do
