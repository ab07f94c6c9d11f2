"""Places at a scarce resource, given to the most urgent who waits, then to whoever came first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

Urgency = int | Callable[[], int]  # asked anew whenever a place is given away


class PrioritySemaphore:
    """``count`` places. All use from one event loop at a time; who waits is looked through for each place given."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: list[tuple[Urgency, asyncio.Future[None]]] = []  # in the order they came

    @property
    def free(self) -> int:
        """Places that nobody holds."""
        return self._free

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for a place."""
        return any(not turn.done() for _, turn in self._waiting)

    @asynccontextmanager
    async def place(self, urgency: Urgency = 0) -> AsyncIterator[None]:
        """Hold a place; waits for one. The higher ``urgency`` goes first."""
        await self._take(urgency)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, urgency: Urgency) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((urgency, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_back()  # the place was ours already: to the next
            raise

    def _give_back(self) -> None:
        self._waiting = [(urgency, turn) for urgency, turn in self._waiting if not turn.done()]
        if not self._waiting:
            self._free += 1
            return
        first = max(range(len(self._waiting)), key=lambda number: _now(self._waiting[number][0]))
        self._waiting.pop(first)[1].set_result(None)


def _now(urgency: Urgency) -> int:
    return urgency if isinstance(urgency, int) else urgency()
