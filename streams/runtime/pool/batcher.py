"""Batches of things that come one at a time: as large as what waits when there is room to work on it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batcher(Generic[T, R]):
    """Collects items while ``gate`` is shut and takes up to ``size`` of them when it opens.

    Nobody waits at an open gate for a batch to fill: without load an item goes through at once. Where others wait at the
    gate too, :meth:`is_due` tells when the batch should go before them. ``sharers`` says among how many to share what waits:
    whoever takes a batch leaves the others theirs. ``run`` gets a batch and answers with as many results, in order. What it
    raises goes to ``rescue`` with the batch, after the gate was left; what that raises, every item of the batch raises.
    """

    def __init__(
        self,
        size: int,
        gate: Callable[[], AbstractAsyncContextManager[None]],
        run: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        rescue: Callable[[Sequence[T], Exception], Awaitable[Sequence[R]]],
        patience: float = 0.0,
        sharers: Callable[[], int] = lambda: 1,
    ) -> None:
        self._size = size
        self._patience = patience
        self._gate = gate
        self._sharers = sharers
        self._run = run
        self._rescue = rescue
        self._waiting: deque[tuple[T, asyncio.Future[R], float]] = deque()
        self._at_gate = 0
        self._running: set[asyncio.Task[None]] = set()

    def submit(self, item: T) -> asyncio.Future[R]:
        """A future of the item's result."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future, time.monotonic()))
        self._queue_up()
        return future

    def _queue_up(self) -> None:
        """Have as many at the gate as batches are needed for what waits."""
        while len(self._waiting) > self._at_gate * self._size:
            self._at_gate += 1
            task = asyncio.create_task(self._work())
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def is_due(self) -> bool:
        """Whether a full batch waits, or an item that has waited ``patience`` seconds."""
        if not self._waiting:
            return False
        return len(self._waiting) >= self._size or time.monotonic() - self._waiting[0][2] >= self._patience

    async def _work(self) -> None:
        """One batch, from the gate to its answers."""
        batch: list[tuple[T, asyncio.Future[R]]] = []
        try:
            try:
                async with self._gate():
                    batch = self._take()
                    if not batch:
                        return
                    results = await self._run([item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - the rescue decides what it was
                results = await self._rescue([item for item, _ in batch], error)
        except Exception as error:  # noqa: BLE001 - whoever waits for an item gets it
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)

    def _take(self) -> list[tuple[T, asyncio.Future[R]]]:
        """What goes through the gate now, and somebody to the gate for the rest."""
        self._at_gate -= 1
        share = -(-len(self._waiting) // self._sharers())
        batch = [self._waiting.popleft()[:2] for _ in range(min(self._size, share))]
        self._queue_up()
        return batch
