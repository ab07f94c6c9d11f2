"""Collects single items into batches: full ones under load, without delay when there is none."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

# Without a batch, after which the next ones are small. Cleaning what fills one takes a tenth of a second for each process.
PAUSE_SECONDS = 1.0

T = TypeVar("T")
R = TypeVar("R")


class Batcher(Generic[T, R]):
    """Collects items while no slot is free, and forms batches of up to ``size`` items as slots become free.

    ``slot()`` returns the context manager of a slot, which a batch holds while it runs. Where a slot is free, an item is
    run at once, without waiting for others. A batch takes at most its share of the waiting items: their number divided by
    ``sharers()``, so that other processes get some too. ``run`` processes a batch and returns as many results, in order.
    An exception that it raises goes to ``rescue`` together with the batch, after the slot was released; an exception
    that ``rescue`` raises is the result of every item of the batch. ``patience``, in seconds, is for :meth:`is_due`.

    After :data:`PAUSE_SECONDS` without one, batches grow from one item, each due at twice the number of the one before: so the
    first results of a burst, or of a start, do not wait for a full batch.
    """

    def __init__(
        self,
        size: int,
        slot: Callable[[], AbstractAsyncContextManager[None]],
        run: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        rescue: Callable[[Sequence[T], Exception], Awaitable[Sequence[R]]],
        patience: float = 0.0,
        sharers: Callable[[], int] = lambda: 1,
    ) -> None:
        self._size = size
        self._patience = patience
        self._slot = slot
        self._sharers = sharers
        self._run = run
        self._rescue = rescue
        self._waiting: deque[tuple[T, asyncio.Future[R], float]] = deque()
        self._without_slot = 0  # tasks that wait for a slot
        self._due_at = 1  # items that make a batch due
        self._under_way = 0  # batches that run
        self._last_end = -math.inf  # when one ended
        self._running: set[asyncio.Task[None]] = set()

    def submit(self, item: T) -> asyncio.Future[R]:
        """Add an item; returns the future of its result."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future, time.monotonic()))
        self._start_tasks()
        return future

    def is_due(self) -> bool:
        """Whether a full batch is waiting (after a pause a smaller one), or an item has waited for ``patience`` seconds."""
        if not self._waiting:
            return False
        due_at = 1 if self._has_paused() else self._due_at
        return len(self._waiting) >= due_at or time.monotonic() - self._waiting[0][2] >= self._patience

    def _has_paused(self) -> bool:
        return not self._under_way and time.monotonic() - self._last_end >= PAUSE_SECONDS

    def _start_tasks(self) -> None:
        """Start as many tasks as the waiting items need batches."""
        while len(self._waiting) > self._without_slot * self._size:
            self._without_slot += 1
            task = asyncio.create_task(self._run_batch())
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _run_batch(self) -> None:
        """Wait for a slot, then run one batch and set its results."""
        batch: list[tuple[T, asyncio.Future[R]]] = []
        try:
            try:
                async with self._slot():
                    batch = self._next_batch()
                    if not batch:
                        return
                    results = await self._counted([item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - rescue decides what it means
                results = await self._rescue([item for item, _ in batch], error)
        except Exception as error:  # noqa: BLE001 - raised to whoever awaits an item
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)

    async def _counted(self, items: Sequence[T]) -> Sequence[R]:
        self._under_way += 1
        try:
            return await self._run(items)
        finally:
            self._under_way -= 1
            self._last_end = time.monotonic()

    def _next_batch(self) -> list[tuple[T, asyncio.Future[R]]]:
        """Remove a batch from the waiting items, and start tasks for the rest."""
        self._without_slot -= 1
        share = -(-len(self._waiting) // self._sharers())
        batch = [self._waiting.popleft()[:2] for _ in range(min(self._size, share))]
        if batch:
            self._due_at = min(self._size, 2 if self._has_paused() else 2 * self._due_at)
        self._start_tasks()
        return batch
