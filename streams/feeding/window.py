"""A sliding buffer over a stream, for parsers, that keeps track of offsets in the file."""

from __future__ import annotations

import collections
import re

from streams.feeding.members import PIECE, Damaged, Stream


class Window:
    """``data`` is what is ahead. Its first byte is at ``position`` of the unpacked stream.

    Damage of the stream ends ``data``; ``sound`` is the position up to which it can be trusted then.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._ended = False
        self._starts: collections.deque[tuple[int, int]] = collections.deque([(0, stream.member)])
        self._ahead: set[int] = set()  # positions at which members begin
        self.data = bytearray()
        self.position = 0
        self.damage: Damaged | None = None
        self.sound = 0

    def fill(self, number: int) -> bool:
        """Whether so many bytes are ahead, after reading on as far as needed."""
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
        """Whether the next bytes can be trusted. In a compressed file it looks further, to where its checksum may be."""
        if self._stream.packed:
            self.fill(number + PIECE)
        return self.damage is None or self.position + number <= self.sound

    def begins_member(self, position: int) -> bool:
        """Whether a member ahead begins at that position: what was before it ended there, whatever it is itself."""
        return position in self._ahead

    def take(self, number: int) -> bytes:
        """The next bytes; what is ahead begins behind them."""
        taken = bytes(self.data[:number])
        self.drop(number)
        return taken

    def drop(self, number: int) -> None:
        """Go on by so many of the bytes that are ahead."""
        number = min(number, len(self.data))
        del self.data[:number]
        self.position += number
        while len(self._starts) > 1 and self._starts[1][0] <= self.position:
            self._ahead.discard(self._starts.popleft()[0])

    def skip(self, number: int, begins: re.Pattern[bytes]) -> int:
        """Go on by so many bytes without holding them; how many there were.

        In a compressed file no further than to the next member whose content ``begins`` matches; in another nothing is
        read, and no step is made beyond its end.
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
        """Go to a position, where the stream can do that; else stay."""
        if self._stream.seek(position):
            self.data.clear()
            self.position = position
            self._ended = False

    def line(self, longest: int) -> bytes | None:
        """The next line with its end; empty at the end of the stream; None if it is longer than that."""
        end = self.line_end(longest)
        return None if end is None else self.take(end)

    def line_end(self, longest: int) -> int | None:
        """Where the next line ends; 0 at the end of the stream; None if it is longer than that."""
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
        """Go on to the next match of ``pattern``, which is no longer than ``overlap``; whether there is one."""
        while True:
            if found := pattern.search(self.data):
                self.drop(found.start())
                return True
            self.drop(max(0, len(self.data) - overlap))
            if not self.fill(len(self.data) + 1):
                self.drop(len(self.data))
                return False

    def offset(self) -> int:
        """Where in the file that is: in a compressed one, where the member begins."""
        self.drop(0)
        return self._starts[0][1] if self._stream.packed else self.position

    def recover(self, begins: re.Pattern[bytes]) -> bool:
        """Go on behind the damage, if there is something."""
        self.drop(len(self.data))
        self.damage = None
        if not self._stream.resync(begins):
            return False
        self._ended = False
        return True
