"""A semaphore whose waiters are served by urgency, then in order of arrival."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Urgency = int | Callable[[], int]  # a callable is evaluated again whenever a slot becomes free


class PrioritySemaphore:
    """A semaphore of ``count`` slots, for one event loop. Releasing a slot scans all waiters: O(n)."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: list[tuple[Urgency, asyncio.Future[None]]] = []  # in order of arrival

    @property
    def free(self) -> int:
        """The number of slots that nobody holds."""
        return self._free

    @property
    def has_waiters(self) -> bool:
        """Whether somebody waits for a slot."""
        return any(not granted.done() for _, granted in self._waiting)

    @asynccontextmanager
    async def slot(self, urgency: Urgency = 0) -> AsyncIterator[None]:
        """Hold a slot during the block, waiting for a free one; higher ``urgency`` is served first."""
        await self._acquire(urgency)
        try:
            yield
        finally:
            self._release()

    async def _acquire(self, urgency: Urgency) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((urgency, granted))
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._release()  # cancelled after the slot was granted: pass it on
            raise

    def _release(self) -> None:
        self._waiting = [(urgency, granted) for urgency, granted in self._waiting if not granted.done()]
        if not self._waiting:
            self._free += 1
            return
        first = max(range(len(self._waiting)), key=lambda number: _current(self._waiting[number][0]))
        self._waiting.pop(first)[1].set_result(None)


def _current(urgency: Urgency) -> int:
    return urgency if isinstance(urgency, int) else urgency()
