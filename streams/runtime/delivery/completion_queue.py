"""A queue whose items finish in any order and leave in the order in which they were added.

Its users: :mod:`streams.runtime.delivery.offset_tracker` acknowledges messages in offset order, :mod:`streams.runtime.state.changelog`
stores written changes in the order of their log (by way of an offset tracker), and
:mod:`streams.runtime.delivery.partition_transaction` commits outputs in offset order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import Generic, TypeVar

T = TypeVar("T")


class CompletionQueue(Generic[T]):
    """Items in the order in which they were added; ``is_finished(item)`` tells whether an item is finished.

    An item may become unfinished again until it is removed.
    """

    def __init__(self, is_finished: Callable[[T], bool]) -> None:
        self._is_finished = is_finished
        self._items: deque[T] = deque()

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def append(self, item: T) -> None:
        """Add an item behind all others."""
        self._items.append(item)

    def is_first(self, item: T) -> bool:
        """Whether no other item is before this one."""
        return bool(self._items) and self._items[0] is item

    def finished(self) -> list[T]:
        """The items that may leave: the longest run of finished ones from the front. They stay until :meth:`remove`."""
        return list(takewhile(self._is_finished, self._items))

    def remove(self, count: int) -> None:
        """Remove the first ``count`` items."""
        for _ in range(count):
            self._items.popleft()
