"""Dedup-table changes not yet in the changelog: readable at once, written in dependency order.

A worker takes a page past every bucket it has at one go, so what they learn goes to several partitions of the changelog, and
a crash leaves of each as much as the broker has by then. It must not leave a bucket that remembers a page while a
bucket before it, which the page had passed too, does not: a copy could be turned away at the one by the page, and the page,
when it comes again, at the other by the copy. Both would be gone. Therefore

* a page's changes are sent one after the other, each when the broker has the one before; those of buckets that follow one
  another on one partition together, for its log keeps their order;
* a bucket's changes are sent in the order of its visits, so that who met a page there is not remembered before it;
* RocksDB is given what the broker has, in the order of the log, and nothing else. Until then it is read from here, by
  visits whose own changes come behind it.

All of this is of one epoch, from one rebalance to the next. What is pending then is forgotten: its messages come again.
``tests/runtime/state/test_changelog.py`` holds it against crashes and rebalances at every moment.
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
    """A change that was sent to the changelog and is not settled yet."""

    __slots__ = ("change", "offset")

    def __init__(self, change: TableChange) -> None:
        self.change = change
        self.offset = -1  # until it is there


class _Turn:
    """The position of a change in the send order of its key: each waits for the one before it.

    Not a :class:`~streams.runtime.delivery.completion_queue.CompletionQueue`, which holds back what is finished until everything
    before it is: here a change must not *start* until the one before it has been handed to the producer, and it fails with
    that one. Changes that have been sent and are not acknowledged yet are in such a queue: ``PendingChanges._sent``.
    """

    __slots__ = ("_before", "_error", "_over")

    def __init__(self, before: _Turn | None) -> None:
        self._before = before
        self._over = asyncio.Event()
        self._error: Exception | None = None

    async def wait(self) -> None:
        """Wait until the change before it has been sent. Raises why that one could not be."""
        before, self._before = self._before, None
        if before is not None:
            await before._over.wait()
            if before._error is not None:
                raise before._error

    def release(self, error: Exception | None = None) -> None:
        """Release the next change, or fail it with ``error``. Calls after the first do nothing."""
        if not self._over.is_set():
            self._before, self._error = None, error
            self._over.set()


class PendingChanges:
    """The changes pending in one epoch, from one rebalance to the next.

    ``send`` hands a change to the producer, and returns what its acknowledgement is awaited by. ``store`` is given what the
    changelog has of one partition, in the order of the log. ``is_over`` says whether the epoch is: partitions are being
    taken away, or have been.
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
        self._turns: dict[TableKey, _Turn] = {}
        self._sent: OffsetTracker[_Sent] = OffsetTracker()
        self._order = asyncio.Lock()

    def get(self, table_key: TableKey) -> bytes | None:
        """What this bucket remembers by changes that are pending; None where there are none."""
        change = self._latest.get(table_key)
        return None if change is None else change.value

    def add(self, change: TableChange) -> TableChange:
        """Note what a bucket remembers from now on. The change as it is to be published, with its place in the line."""
        turn = self._turns[change.table_key] = _Turn(self._turns.get(change.table_key))
        change = self._latest[change.table_key] = change._replace(turn=turn)
        return change

    async def publish(self, changes: Sequence[TableChange]) -> None:
        """Write the changes of one message, as :meth:`add` returned them, to the changelog; returns when the broker has them.

        Raises what the broker said, to a change before these as well, and :class:`~streams.errors.Revoked` when the
        epoch is over.
        """
        try:
            for _, run in groupby(changes, key=lambda change: change.partition):
                await self._write(list(run))
        except BaseException as error:
            # What comes behind has seen what is not remembered now.
            reason = error if isinstance(error, Exception) else Revoked("given up")
            for change in changes:
                change.turn.release(reason)
            raise

    def settle(self, written: Sequence[Written]) -> None:
        """Note that the changelog has these for good, all of one partition and in the order of its log."""
        if self._is_over():
            return  # the partition may be another worker's by now, and its database with it
        self._store(written)
        for change, _ in written:
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
                self.settle([Written(sent.change, sent.offset) for sent in released])

    async def _hand_over(self, change: TableChange) -> tuple[Entry[_Sent], Awaitable[Any]]:
        """Send a change once the one before it on its key has been sent."""
        await change.turn.wait()
        async with self._order:  # into the producer as into the ledger, whatever the producer waits for
            self._refuse_if_over()
            entry = self._sent.begin(change.partition, _Sent(change), len(change.value))
            acknowledged = await self._send(change)
        change.turn.release()
        return entry, acknowledged

    def _refuse_if_over(self) -> None:
        if self._is_over():
            raise Revoked("partitions were taken away before the changelog had what their buckets learnt")
