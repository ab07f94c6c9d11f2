"""JSON records in a stream: one a line, an array of them, objects over several lines, or the entries of a HAR file.

A record is yielded as the bytes it has in the file. A line that is not JSON is yielded too and becomes a dead letter, so that
nothing is dropped without a trace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from streams.feeding.item import Kind
from streams.feeding.readers.json_values import Broken, TooLong, ready, space, value_end
from streams.feeding.tally import Skip, Tally
from streams.feeding.window import Window
from streams.records import MAX_PAGE_BYTES

_LINE_HEAD = 4_096  # bytes at the start of a line that show whether it begins an object or an array
_AFTER_VALUE = 4_096  # bytes after a value that show what follows it
_URL_ONLY = re.compile(rb"[\"']?https?://[^\s\"'{}<>]{1,4000}[\"']?,?")
_MAY_BE_HAR = re.compile(rb'\{\s{0,99}(?:"(?:l(?:o(?:g(?:"(?:\s{0,99}(?::\s{0,99})?)?)?)?)?)?)?\Z')
_HAR = re.compile(rb'\s{0,99}\{\s{0,99}"log"\s{0,99}:\s{0,99}\{')
_LINE_END = re.compile(rb"\n")
_elements = msgspec.json.Decoder(list[msgspec.Raw])
_value = msgspec.json.Decoder(msgspec.Raw)
# What may follow a record: the end of its line, a comma, the next record.
_FOLLOWING = re.compile(rb"[ \t\r,]{0,200}+(?:\n|\Z|(?=\{))")


class JsonRecords:
    """Iterates over the records of one stream. ``number`` is the line of the last record, or its index where records are not lines.

    ``kind`` tells entries of a HAR file from other records.
    """

    def __init__(self, window: Window, name: str, tally: Tally) -> None:
        self.number = 0
        self.kind = Kind.JSON
        self._window = window
        self._name = name
        self._tally = tally
        self._searched_to = 0  # position up to which a record over several lines was searched for in vain

    def records(self) -> Iterator[bytes]:
        """Yield each record; what is skipped or damaged goes to the tally."""
        window = self._window
        while self._skip_blank():
            if window.data[:1] == b"[":
                yield from self._array()
            elif window.data[:1] != b"{":
                yield from self._line()
            elif self._begins_har():
                yield from self._har()
            elif self._is_line():
                while window.fill(1):  # JSON Lines from here on: a broken line costs only itself
                    yield from self._line()
            else:
                yield from self._object()

    def _begins_har(self) -> bool:
        """Whether a HAR file begins here; if so, the window moves into its ``log`` object. Reads no further than needed to tell."""
        window = self._window
        while _MAY_BE_HAR.match(window.data) and window.fill(len(window.data) + 1):
            pass
        found = _HAR.match(window.data)
        window.drop(found.end() if found else 0)
        return found is not None

    def _skip_blank(self) -> bool:
        """Skip and count blank lines and commas; whether anything follows them."""
        window = self._window
        while window.fill(1):
            blank = len(window.data) - len(window.data.lstrip(b" \t\r\n\x1e,"))
            self.number += window.data.count(b"\n", 0, blank)
            window.drop(blank)
            if window.data:
                return True
        return False

    def _line(self) -> Iterator[bytes]:
        window, offset = self._window, self._window.offset()
        self.number += 1
        end = window.line_end(MAX_PAGE_BYTES)
        if end is None:
            self._too_large(offset)
            window.skip_to(_LINE_END, 0)
            window.drop(1)
            return
        line = bytes(window.data[:end])
        if window.damage is not None and (window.position + end > window.sound or not line.endswith(b"\n")):
            window.drop(end)
            return  # the line is cut off, or its bytes failed their checksum
        value = line.strip(b"\r\n\x1e")
        begins = value[:_LINE_HEAD].lstrip()
        if begins[:1] == b"{" and not _is_json(value) and (stop := self._multi_line_end()):
            yield from self._multi_line(stop)
            return
        window.drop(end)
        if begins[:1] == b"[":
            yield from self._array_in_line(value)
        elif _URL_ONLY.fullmatch(value.strip()):
            self._tally.skip(Skip.URL_ONLY)
        elif begins:
            yield value

    def _multi_line_end(self) -> int:
        """The end of the record that begins on the current line, which is not JSON by itself: on a later line, or earlier on this one.

        0 where no record ends: the line is then yielded as it is and costs no other.
        """
        window = self._window
        if window.position < self._searched_to:
            return 0
        try:
            stop = value_end(window)
        except (Broken, TooLong) as error:
            self._searched_to = window.position + (error.at if isinstance(error, Broken) else MAX_PAGE_BYTES)
            return 0
        if window.data.find(b"\n", stop) < 0:
            window.fill(stop + _AFTER_VALUE)
        following = _FOLLOWING.match(window.data, stop)
        return stop if following and window.settled(stop) else 0

    def _multi_line(self, stop: int) -> Iterator[bytes]:
        """Yield the record that ends at ``stop``, on this line or a later one; the next may begin on the same line."""
        window = self._window
        value = window.consume(stop)
        yield value.strip(b" \t\r\n\x1e")
        self.number += value.count(b"\n")
        following = _FOLLOWING.match(window.data)
        line_ended = following is not None and following.group().endswith(
            b"\n"
        )  # read before the window moves on
        window.drop(following.end() if following else 0)
        if following and not line_ended and window.fill(1):
            self.number -= 1  # the next record is on the same line

    def _array_in_line(self, value: bytes) -> Iterator[bytes]:
        """Yield the objects of an array on one line; a line whose array holds anything else is yielded as it is."""
        try:
            elements = [bytes(element) for element in _elements.decode(value)]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            elements = []
        objects = elements and all(element.startswith(b"{") for element in elements)
        yield from elements if objects else [value]

    def _is_line(self) -> bool:
        """Whether the object ahead ends, or is broken, on its first line."""
        window = self._window
        try:
            end = value_end(window)
        except TooLong:
            return window.data.find(b"\n") < 0
        except Broken as broken:
            return window.data.find(b"\n", 0, broken.at) < 0
        return window.data.find(b"\n", 0, end) < 0

    def _object(self) -> Iterator[bytes]:
        """Yield an object over several lines. A broken one is yielded as it is and becomes a dead letter."""
        window, offset = self._window, self._window.offset()
        self.number += 1
        try:
            end = value_end(window)
        except TooLong:
            self._too_large(offset)
            self._skip_to_next_record()
            return
        except Broken as broken:
            end = window.data.rfind(b"\n", 0, broken.at) + 1
            if broken.at >= len(window.data):
                end = broken.at
        if window.settled(end):
            yield window.consume(end).strip()
        else:
            window.drop(len(window.data))

    def _array(self) -> Iterator[bytes]:
        """Yield the objects of an array one at a time, so that memory holds one."""
        window = self._window
        window.drop(1)
        while (begins := ready(window))[0] not in (b"", b"]"):
            offset, column = window.offset(), begins[1]
            try:
                end = value_end(window)
            except TooLong:
                self._too_large(offset)
                self._skip_to_next_record(0, column)
                continue
            except Broken as broken:
                if window.damage is None:
                    self._tally.damaged(self._name, offset, f"in a JSON array: {broken.what}")
                self._skip_to_next_record(broken.at, column)
                continue
            if not window.settled(end):
                window.drop(len(window.data))
                return
            self.number += 1
            yield from self._element(window.consume(end))
        if begins[0]:
            window.drop(1)
        elif window.damage is None:
            self._tally.damaged(self._name, window.offset(), "cut short: a JSON array has no end")

    def _element(self, value: bytes) -> Iterator[bytes]:
        if value[:1] == b"{":
            yield value
        else:
            self._tally.skip(Skip.URL_ONLY if _URL_ONLY.fullmatch(value) else Skip.NOT_OBJECTS)

    def _har(self) -> Iterator[bytes]:
        """Yield the entries of a HAR file; the window is just inside its ``log`` object."""
        window = self._window
        offset = window.offset()
        self.kind = Kind.HAR_ENTRY
        try:
            for _ in ("log", "the object around it"):
                yield from self._members()
                if ready(window)[0] == b"}":
                    window.drop(1)
                elif window.damage is None:
                    raise Broken(0, "cut short: its log has no end")
        except (Broken, TooLong) as error:
            if window.damage is None:
                self._tally.damaged(self._name, offset, f"in a HAR file: {error or 'a value too long'}")
            self._skip_to_next_record()
        self.kind = Kind.JSON

    def _members(self) -> Iterator[bytes]:
        """Yield the elements of ``entries`` in the object that the window is in, and skip its other members."""
        window = self._window
        while ready(window)[0] == b'"':
            key = window.consume(value_end(window))
            if space(window) != b":":
                raise Broken(0, "expected a colon")
            window.drop(1)
            if space(window) == b"[" and key == b'"entries"':
                yield from self._array()
            else:
                window.drop(value_end(window))

    def _skip_to_next_record(self, broken: int = 0, column: int = 0) -> None:
        """Skip to where the next record may begin: a line after ``broken``, indented no further than ``column``."""
        window = self._window
        window.drop(broken if broken >= len(window.data) else max(0, window.data.rfind(b"\n", 0, broken)))
        window.skip_to(re.compile(rb"\n[ \t]{0,%d}[{\[\]]" % min(column, 64)), 80)

    def _too_large(self, offset: int) -> None:
        self._tally.too_large(f"{self._name}: byte {offset:,}", MAX_PAGE_BYTES, MAX_PAGE_BYTES)


def _is_json(line: bytes) -> bool:
    """Whether the strict decoder accepts the line as one JSON value."""
    try:
        _value.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
