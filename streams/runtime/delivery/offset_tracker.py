"""Tracks messages in flight and releases them for acknowledgement in offset order, whatever order they finish in.

On a partition without a committed offset, Faust takes the first acknowledged offset for the start of the partition
(``Consumer._new_offset``): acknowledging offset 5 while 0 to 4 are in flight would commit 6, and a crash would lose five
pages. A message is therefore released only when all messages before it on its partition are done.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Generic, TypeVar

from streams.runtime.delivery.completion_queue import CompletionQueue

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
    """Messages in flight of one stage, by partition.

    A partition is any hashable; it should include the group's generation. ``messages`` and ``bytes`` are totals in flight.
    """

    def __init__(self) -> None:
        self._partitions: dict[object, CompletionQueue[Entry[E]]] = {}
        # Messages still in flight on each partition that was given up.
        self._given_up: dict[object, int] = {}
        self.messages = 0
        self.bytes = 0

    def begin(self, partition: object, event: E, size: int) -> Entry[E]:
        """Add a message; called in offset order on each partition."""
        entry = Entry(partition, event, size)
        if partition in self._given_up:
            self._given_up[partition] += 1
        else:
            if partition not in self._partitions:
                self._partitions[partition] = CompletionQueue(attrgetter("done"))
            self._partitions[partition].append(entry)
        self.messages += 1
        self.bytes += size
        return entry

    def oldest(self) -> Iterator[tuple[object, E]]:
        """Yield each partition with its first message in flight."""
        for partition, queue in self._partitions.items():
            yield partition, next(iter(queue)).event

    def finish(self, entry: Entry[E]) -> list[E]:
        """Mark a message done; returns the events that may now be acknowledged, in offset order."""
        if not self._end(entry) or self._was_given_up(entry.partition):
            return []
        queue = self._partitions[entry.partition]
        finished = queue.finished()
        queue.remove(len(finished))
        if not queue:
            del self._partitions[entry.partition]
        return [other.event for other in finished]

    def give_up(self, entry: Entry[E]) -> None:
        """Mark a message as one that will be redelivered: neither it nor any later one on its partition is released.

        From then on only the number of that partition's messages in flight is kept, until the last of them is done.
        """
        if self._end(entry) and not self._was_given_up(entry.partition):
            left = sum(not other.done for other in self._partitions.pop(entry.partition))
            if left:
                self._given_up[entry.partition] = left

    def _end(self, entry: Entry[E]) -> bool:
        """Mark as ended; False if it was already."""
        if entry.done:
            return False
        entry.done = True
        self.messages -= 1
        self.bytes -= entry.size
        return True

    def _was_given_up(self, partition: object) -> bool:
        """Whether the partition was given up; if so, count one message less in flight there."""
        if partition not in self._given_up:
            return False
        self._given_up[partition] -= 1
        if not self._given_up[partition]:
            del self._given_up[partition]
        return True
