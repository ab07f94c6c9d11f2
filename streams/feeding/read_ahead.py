"""Iterates in a thread, so that a silent pipe or decompression does not block the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

_BYTES = 64_000_000  # held and not yet taken; one item may be larger
_ITEMS = 1_000


async def read_ahead(items: Iterable[T], size: Callable[[T], int]) -> AsyncIterator[T]:
    """The items, in order, read in a thread of their own. What reading raises is raised behind what was read.

    ``size`` tells the bytes of an item: what is read ahead is bounded. Nobody waits for the thread: it may hang in a pipe.
    """
    loop = asyncio.get_running_loop()
    ready: asyncio.Queue[tuple[T | None, int, BaseException | None]] = asyncio.Queue()
    room = _Room()

    def put(item: T | None, number: int, error: BaseException | None) -> None:
        if not room.closed:
            loop.call_soon_threadsafe(ready.put_nowait, (item, number, error))

    def run() -> None:
        try:
            for item in items:
                number = size(item)
                if not room.take(number):
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
            room.give(number)
            yield item  # type: ignore[misc]  # an item: the end has no size
    finally:
        room.close()


class _Room:
    """Bounds the items and bytes that are read and not yet consumed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._items = self._bytes = 0
        self.closed = False

    def take(self, number: int) -> bool:
        """Wait for room; whether somebody still wants the item."""
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

    def give(self, number: int) -> None:
        with self._changed:
            self._items -= 1
            self._bytes -= number
            self._changed.notify()

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._changed.notify()
