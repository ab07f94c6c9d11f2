"""A sliding buffer over a stream, for parsers, that keeps track of offsets in the file."""

from __future__ import annotations

import collections
import re

from streams.feeding.members import PIECE, Damaged, Stream


class Window:
    """``data`` is the unparsed part of the stream that has been read; its first byte is at ``position`` of the unpacked stream.

    Damage ends ``data``, and ``sound`` is then the position up to which the bytes can be trusted.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._ended = False
        self._starts: collections.deque[tuple[int, int]] = collections.deque([(0, stream.member)])
        self._ahead: set[int] = set()  # positions in ``data`` at which compressed members begin
        self.data = bytearray()
        self.position = 0
        self.damage: Damaged | None = None
        self.sound = 0

    def fill(self, number: int) -> bool:
        """Read until ``data`` has ``number`` bytes; whether it has."""
        while len(self.data) < number and not self._ended:
            end = self.position + len(self.data)
            try:
                piece = self._stream.read()
            except Damaged as damage:
                self._ended, self.damage = True, damage
                self._begin(end)
                self.sound = end if damage.sound else self._starts[-1][0]
                break
            self._begin(end)
            self._ended = not piece
            self.data += piece
        return len(self.data) >= number

    def _begin(self, end: int) -> None:
        if self._starts[-1][1] != self._stream.member:
            self._starts.append((end, self._stream.member))
            self._ahead.add(end)

    def settled(self, number: int) -> bool:
        """Whether the next ``number`` bytes can be trusted. In a compressed file this reads on, up to a checksum that may follow."""
        if self._stream.packed:
            self.fill(number + PIECE)
        return self.damage is None or self.position + number <= self.sound

    def begins_member(self, position: int) -> bool:
        """Whether a compressed member begins at ``position``, so that the record before it ends there."""
        return position in self._ahead

    def consume(self, number: int) -> bytes:
        """Remove and return the next ``number`` bytes."""
        consumed = bytes(self.data[:number])
        self.drop(number)
        return consumed

    def drop(self, number: int) -> None:
        """Remove the next ``number`` bytes, or as many as ``data`` has."""
        number = min(number, len(self.data))
        del self.data[:number]
        self.position += number
        while len(self._starts) > 1 and self._starts[1][0] <= self.position:
            self._ahead.discard(self._starts.popleft()[0])

    def skip(self, number: int, begins: re.Pattern[bytes]) -> int:
        """Skip ``number`` bytes without holding them, and return how many there were.

        A compressed file is skipped no further than to the next member whose content ``begins`` matches. A seekable file is not
        read, and not skipped beyond its end.
        """
        size = self._stream.size()
        if size is not None:
            if self.position + number <= size:
                self.go_back(self.position + number)
                return number
            return size - self.position
        gone = 0
        while gone < number and (self.data or self.fill(1)):
            step = min(number - gone, len(self.data))
            if len(self._starts) > 1:
                step = min(step, self._starts[1][0] - self.position)
            self.drop(step)
            gone += step
            if self._starts[0][0] == self.position and self.fill(64) and begins.match(self.data):
                break
        return gone

    def go_back(self, position: int) -> None:
        """Move to ``position`` if the stream is seekable; otherwise do nothing."""
        if self._stream.seek(position):
            self.data.clear()
            self.position = position
            self._ended = False

    def line(self, longest: int) -> bytes | None:
        """Remove and return the next line with its line break; empty at the end of the stream, None if longer than ``longest``."""
        end = self.line_end(longest)
        return None if end is None else self.consume(end)

    def line_end(self, longest: int) -> int | None:
        """The length of the next line with its line break; 0 at the end of the stream, None if over ``longest``."""
        searched = 0
        while (end := self.data.find(b"\n", searched)) < 0:
            searched = len(self.data)
            if searched > longest:
                return None
            if not self.fill(searched + 1):
                end = searched - 1
                break
        return None if end >= longest else end + 1

    def skip_to(self, pattern: re.Pattern[bytes], overlap: int) -> bool:
        """Skip to the next match of ``pattern``; whether there is one. ``overlap`` is the longest match in bytes."""
        while True:
            if found := pattern.search(self.data):
                self.drop(found.start())
                return True
            self.drop(max(0, len(self.data) - overlap))
            if not self.fill(len(self.data) + 1):
                self.drop(len(self.data))
                return False

    def offset(self) -> int:
        """The offset of ``data`` in the file; in a compressed file, that of its member."""
        self.drop(0)
        return self._starts[0][1] if self._stream.packed else self.position

    def recover(self, begins: re.Pattern[bytes]) -> bool:
        """Continue after the damage; whether anything readable follows."""
        self.drop(len(self.data))
        self.damage = None
        if not self._stream.resync(begins):
            return False
        self._ended = False
        return True
