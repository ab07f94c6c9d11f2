"""Which messages are in flight, and which may be acknowledged: in offset order, whatever order they finish in.

Faust takes the first offset acknowledged on a partition without a committed one for the start of everything
(``Consumer._new_offset``): acknowledging offset 5 while 0 to 4 are in flight would commit 6 and lose five pages
in a crash. So a message is released only when all before it on its partition are done.
"""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

E = TypeVar("E")


class Entry(Generic[E]):
    """One message in flight."""

    __slots__ = ("done", "event", "partition", "size")

    def __init__(self, partition: object, event: E, size: int) -> None:
        self.partition = partition
        self.event = event
        self.size = size
        self.done = False


class OffsetTracker(Generic[E]):
    """The messages in flight of one stage, by partition (any hashable: Faust's generation belongs into it)."""

    def __init__(self) -> None:
        self._partitions: dict[object, deque[Entry[E]]] = {}
        self._given_up: dict[object, int] = {}  # how many are in flight where one was given up
        self.messages = 0
        self.bytes = 0

    def begin(self, partition: object, event: E, size: int) -> Entry[E]:
        """Note a message, in the order of offsets."""
        entry = Entry(partition, event, size)
        if partition in self._given_up:
            self._given_up[partition] += 1
        else:
            self._partitions.setdefault(partition, deque()).append(entry)
        self.messages += 1
        self.bytes += size
        return entry

    def finish(self, entry: Entry[E]) -> list[E]:
        """Mark a message done; the events that may now be acknowledged, in order."""
        if not self._end(entry) or self._was_given_up(entry.partition):
            return []
        queue = self._partitions[entry.partition]
        released = []
        while queue and queue[0].done:
            released.append(queue.popleft().event)
        if not queue:
            del self._partitions[entry.partition]
        return released

    def give_up(self, entry: Entry[E]) -> None:
        """Mark a message as one that comes again: it is not released, nor is any behind it on its partition.

        Nothing of that partition is kept from then on but a count, until the last of it is done.
        """
        if self._end(entry) and not self._was_given_up(entry.partition):
            left = sum(not other.done for other in self._partitions.pop(entry.partition))
            if left:
                self._given_up[entry.partition] = left

    def _end(self, entry: Entry[E]) -> bool:
        """Whether it is the first time that it is said to be."""
        if entry.done:
            return False
        entry.done = True
        self.messages -= 1
        self.bytes -= entry.size
        return True

    def _was_given_up(self, partition: object) -> bool:
        """Whether the partition was; one less of it is in flight then."""
        if partition not in self._given_up:
            return False
        self._given_up[partition] -= 1
        if not self._given_up[partition]:
            del self._given_up[partition]
        return True
