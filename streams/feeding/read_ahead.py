"""Iterates in a thread, so that a silent pipe or decompression does not block the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

# Bounds of what is read and not yet consumed. One item larger than _BYTES is admitted alone.
_BYTES = 64_000_000
_ITEMS = 1_000


async def read_ahead(items: Iterable[T], size: Callable[[T], int]) -> AsyncIterator[T]:
    """Yield the items in order, read in a daemon thread. An exception of the reader is raised after the items before it.

    ``size`` gives the bytes of an item, which bound how far the thread reads ahead. The thread is never joined: it may be
    blocked in a pipe.
    """
    loop = asyncio.get_running_loop()
    ready: asyncio.Queue[tuple[T | None, int, BaseException | None]] = asyncio.Queue()
    budget = _Budget()

    def put(item: T | None, number: int, error: BaseException | None) -> None:
        if not budget.closed:
            loop.call_soon_threadsafe(ready.put_nowait, (item, number, error))

    def run() -> None:
        try:
            for item in items:
                number = size(item)
                if not budget.acquire(number):
                    return
                put(item, number, None)
        except BaseException as error:  # noqa: BLE001 (it is raised where the items are read)
            put(None, -1, error)
        else:
            put(None, -1, None)

    threading.Thread(target=run, name="read-ahead", daemon=True).start()
    try:
        while True:
            item, number, error = await ready.get()
            if error is not None:
                raise error
            if number < 0:
                return
            budget.release(number)
            yield item  # type: ignore[misc]  # an item: the end has no size
    finally:
        budget.close()


class _Budget:
    """Bounds the items and bytes that are read and not yet consumed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items = self._bytes = 0
        self.closed = False

    def acquire(self, number: int) -> bool:
        """Wait until an item of ``number`` bytes fits; False once the consumer is gone."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self.closed
                    or not self._items
                    or (self._items < _ITEMS and self._bytes + number <= _BYTES)
                )
            )
            self._items += 1
            self._bytes += number
            return not self.closed

    def release(self, number: int) -> None:
        with self._changed:
            self._items -= 1
            self._bytes -= number
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._changed.notify()
