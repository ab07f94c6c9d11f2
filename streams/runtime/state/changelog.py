"""Dedup-table changes not yet in the changelog: readable at once, written in dependency order.

A worker looks a page up in all buckets it owns, so the changes go to several partitions of the changelog, and a crash can
leave any prefix of each. After a crash, a page with an entry in one bucket must have entries in all its earlier buckets.
Otherwise the page could cause a copy's rejection in the later bucket and, when it is redelivered, be rejected in the earlier
one because of that copy: both would be lost. Therefore

* the changes of one page are sent one after the other, each after the broker has acknowledged the one before; successive
  changes on the same partition are sent together, as its log keeps their order;
* the changes of one bucket are sent in the order of its lookups, so no document is written before those it was compared with;
* RocksDB gets only changes that the broker has acknowledged, in the order of the log. Until then later lookups read them
  here, and the changes of those lookups are written after them.

All of this is within one epoch, from one rebalance to the next. A rebalance discards pending changes, as their messages are
redelivered. ``tests/runtime/state/test_changelog.py`` tests it with crashes and rebalances at every point.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from streams.errors import Revoked
from streams.execution.results import TableChange
from streams.runtime.delivery.offset_tracker import Entry, OffsetTracker

TableKey = tuple[int, bytes]
"""A key of the dedup table: its partition and its bytes."""


class Written(NamedTuple):
    """A change that the broker has acknowledged, and its offset in the changelog."""

    change: TableChange
    offset: int


class _Sent:
    """A change that was sent to the changelog and is not in RocksDB yet."""

    __slots__ = ("change", "offset")

    def __init__(self, change: TableChange) -> None:
        self.change = change
        self.offset = -1  # until it is acknowledged


class _SendTurn:
    """A change's position in the send order of its key: it is sent after the previous one, and fails if that one failed.

    A :class:`~streams.runtime.delivery.completion_queue.CompletionQueue` would not do: it lets all operations start and orders
    their ends, whereas here the start has to wait. Changes that were sent and are not acknowledged yet are in such a queue,
    ``PendingChanges._sent``.
    """

    __slots__ = ("_error", "_previous", "_sent")

    def __init__(self, previous: _SendTurn | None) -> None:
        self._previous = previous
        self._sent = asyncio.Event()
        self._error: Exception | None = None

    async def wait(self) -> None:
        """Wait until the previous change has been sent. Raises the error that it failed with."""
        previous, self._previous = self._previous, None
        if previous is not None:
            await previous._sent.wait()
            if previous._error is not None:
                raise previous._error

    def release(self, error: Exception | None = None) -> None:
        """Let the next change be sent, or fail it with ``error``. Calls after the first do nothing."""
        if not self._sent.is_set():
            self._previous, self._error = None, error
            self._sent.set()


class PendingChanges:
    """The pending changes of one epoch, from one rebalance to the next.

    ``send`` hands a change to the producer and returns an awaitable of the broker's acknowledgement. ``store`` puts
    acknowledged changes of one partition into RocksDB, in the order of the log. ``is_over`` returns whether the epoch has
    ended: a rebalance has started, or the worker's group session has expired.
    """

    def __init__(
        self,
        send: Callable[[TableChange], Awaitable[Awaitable[Any]]],
        store: Callable[[Sequence[Written]], None],
        is_over: Callable[[], bool],
    ) -> None:
        self._send = send
        self._store = store
        self._is_over = is_over
        self._latest: dict[TableKey, TableChange] = {}
        self._turns: dict[TableKey, _SendTurn] = {}
        self._sent: OffsetTracker[_Sent] = OffsetTracker()
        self._order = asyncio.Lock()

    def get(self, table_key: TableKey) -> bytes | None:
        """The bucket's value after its latest pending change; None where no change is pending."""
        change = self._latest.get(table_key)
        return None if change is None else change.value

    def add(self, change: TableChange) -> TableChange:
        """Set a bucket's value for later lookups; returns the change with its send order, for :meth:`publish`."""
        turn = self._turns[change.table_key] = _SendTurn(self._turns.get(change.table_key))
        change = self._latest[change.table_key] = change._replace(turn=turn)
        return change

    async def publish(self, changes: Sequence[TableChange]) -> None:
        """Write the changes of one message, as :meth:`add` returned them, to the changelog and RocksDB.

        Returns when the broker has acknowledged them. Raises the producer's error, also that of an earlier change of the same
        bucket, and :class:`~streams.errors.Revoked` when the epoch has ended.
        """
        try:
            for _, run in groupby(changes, key=lambda change: change.partition):
                await self._write(list(run))
        except BaseException as error:
            # Later changes of these buckets were computed from values that will not be written.
            reason = error if isinstance(error, Exception) else Revoked("given up")
            for change in changes:
                change.turn.release(reason)
            raise

    def store_written(self, written: Sequence[Written]) -> None:
        """Put changes that are in the changelog into RocksDB: of one partition, in the order of its log.

        They are not pending any more. Does nothing when the epoch has ended.
        """
        if self._is_over():
            return  # another worker may own the partition and its database by now
        self._store(written)
        for change, _ in written:
            if change.turn is None:
                continue  # it was not pending: see DedupTable.change
            change.turn.release()
            if self._latest.get(change.table_key) is change:
                del self._latest[change.table_key], self._turns[change.table_key]

    async def _write(self, run: Sequence[TableChange]) -> None:
        """Write changes of one partition."""
        under_way = [await self._hand_over(change) for change in run]
        for entry, acknowledged in under_way:
            entry.event.offset = (await acknowledged).offset
            self._refuse_if_over()
            if released := self._sent.finish(entry):
                self.store_written([Written(sent.change, sent.offset) for sent in released])

    async def _hand_over(self, change: TableChange) -> tuple[Entry[_Sent], Awaitable[Any]]:
        """Send a change once the previous one of its key has been sent."""
        await change.turn.wait()
        async with (
            self._order
        ):  # the same order in the producer and in the queue, even when the producer waits
            self._refuse_if_over()
            entry = self._sent.begin(change.partition, _Sent(change), len(change.value))
            acknowledged = await self._send(change)
        change.turn.release()
        return entry, acknowledged

    def _refuse_if_over(self) -> None:
        if self._is_over():
            raise Revoked("partitions were revoked before their bucket changes were in the changelog")
