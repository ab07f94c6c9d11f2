"""JSON files -> records: a record a line, an array of them, printed over several lines, or a HAR file's entries.

Each record is a message, passed on untouched. Lines that are no JSON too: the mill dead-letters them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from streams.feeding import json_lists
from streams.feeding.item import Part
from streams.feeding.json_values import Broken, TooLong, ready, space, value_end
from streams.feeding.members import Damaged, opened
from streams.feeding.tally import Skip, Tally
from streams.feeding.window import Window
from streams.records import MAX_PAGE_BYTES, Message

_URL = re.compile(rb'"(?:url|response_url)"\s*:\s*"([^"\\]{1,2000})"')
_HEAD = 4_096  # bytes looked at for the URL that becomes the key: it only spreads the load
_URL_ONLY = re.compile(rb"[\"']?https?://[^\s\"'{}<>]{1,4000}[\"']?,?")
_MAY_BE_HAR = re.compile(rb'\{\s{0,99}(?:"(?:l(?:o(?:g(?:"(?:\s{0,99}(?::\s{0,99})?)?)?)?)?)?)?\Z')
_HAR = re.compile(rb'\s{0,99}\{\s{0,99}"log"\s{0,99}:\s{0,99}\{')
_LINE_END = re.compile(rb"\n")
_UTF16_UNMARKED = {b"{\0": "utf-16-le", b"[\0": "utf-16-le", b"\0{": "utf-16-be", b"\0[": "utf-16-be"}
_LINES = msgspec.json.Decoder(list[msgspec.Raw])
_WHOLE = msgspec.json.Decoder(msgspec.Raw)
# What may stand behind a record: the end of its line, a comma, the next record.
_BEHIND = re.compile(rb"[ \t\r,]{0,200}+(?:\n|\Z|(?=\{))")


def read(path: Path, tally: Tally) -> Iterator[Part]:
    """The records of a file, compressed or not."""
    with path.open("rb") as raw:
        for part in read_stream(raw, str(path), tally):
            yield part._replace(consumed=raw.tell())


def read_stream(raw: BinaryIO, name: str, tally: Tally) -> Iterator[Part]:
    """The records of a stream; each number is that of its line, or of the record where a line is not a record."""
    try:
        window = _decoded(Window(opened(raw, name)))
    except Damaged as damage:
        tally.damaged(name, damage.offset, damage.what)
        return
    reader = _Reader(window, name, tally)
    for record in reader.records():
        for value in json_lists.records(record):
            yield Part(Message(value=value, key=_key(value)), reader.number, window.position)
    if window.damage is not None:
        tally.damaged(name, window.damage.offset, window.damage.what)


class _Reader:
    """One file's records. ``number`` is that of the last."""

    def __init__(self, window: Window, name: str, tally: Tally) -> None:
        self.number = 0
        self._window = window
        self._name = name
        self._tally = tally
        self._given_up = 0  # position up to which it was looked in vain for where a broken line goes on

    def records(self) -> Iterator[bytes]:
        window = self._window
        while self._blank_lines():
            if window.data[:1] == b"[":
                yield from self._array()
            elif window.data[:1] != b"{":
                yield from self._line()
            elif self._begins_har():
                yield from self._har()
            elif self._is_line():
                while window.fill(1):  # JSON Lines from here on: a broken line takes no other with it
                    yield from self._line()
            else:
                yield from self._object()

    def _begins_har(self) -> bool:
        """Whether a HAR file begins; if so, what is ahead is in its log. Reads on only while it may be one."""
        window = self._window
        while _MAY_BE_HAR.match(window.data) and window.fill(len(window.data) + 1):
            pass
        found = _HAR.match(window.data)
        window.drop(found.end() if found else 0)
        return found is not None

    def _blank_lines(self) -> bool:
        """Whether there is something behind blank lines and commas, which are dropped and counted."""
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
            return  # its end is missing, or its bytes are wrong
        value = line.strip(b"\r\n\x1e")
        begins = value[:_HEAD].lstrip()
        if begins[:1] == b"{" and not _is_whole(value) and (stop := self._goes_on()):
            yield from self._spread(stop)
            return
        window.drop(end)
        if begins[:1] == b"[":
            yield from self._array_in_line(value)
        elif _URL_ONLY.fullmatch(value.strip()):
            self._tally.skip(Skip.URL_ONLY)
        elif begins:
            yield value

    def _goes_on(self) -> int:
        """Where the record ends that begins on a line which is none by itself: lines further on, or before its end.

        0 where the line is broken and stays as it is, so that it takes no other with it.
        """
        window = self._window
        if window.position < self._given_up:
            return 0
        try:
            stop = value_end(window)
        except (Broken, TooLong) as error:
            self._given_up = window.position + (error.at if isinstance(error, Broken) else MAX_PAGE_BYTES)
            return 0
        if window.data.find(b"\n", stop) < 0:
            window.fill(stop + _HEAD)
        behind = _BEHIND.match(window.data, stop)
        return stop if behind and window.settled(stop) else 0

    def _spread(self, stop: int) -> Iterator[bytes]:
        """The record up to ``stop``, of one line or several; the next one may begin on the same line."""
        window = self._window
        value = window.take(stop)
        yield value.strip(b" \t\r\n\x1e")
        self.number += value.count(b"\n")
        behind = _BEHIND.match(window.data)
        window.drop(behind.end() if behind else 0)
        if behind and not behind.group().endswith(b"\n") and window.fill(1):
            self.number -= 1  # the rest is a record of the same line

    def _array_in_line(self, value: bytes) -> Iterator[bytes]:
        """The objects of an array on one line; a line with anything else in it stays as it is, as other wrong lines do."""
        try:
            elements = [bytes(element) for element in _LINES.decode(value)]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            elements = []
        objects = elements and all(element.startswith(b"{") for element in elements)
        yield from elements if objects else [value]

    def _is_line(self) -> bool:
        """Whether the object ahead ends on its line, or the line is broken by itself."""
        window = self._window
        try:
            end = value_end(window)
        except TooLong:
            return window.data.find(b"\n") < 0
        except Broken as broken:
            return window.data.find(b"\n", 0, broken.at) < 0
        return window.data.find(b"\n", 0, end) < 0

    def _object(self) -> Iterator[bytes]:
        """An object over several lines. A broken one goes on as it is, to become a dead letter."""
        window, offset = self._window, self._window.offset()
        self.number += 1
        try:
            end = value_end(window)
        except TooLong:
            self._too_large(offset)
            self._to_next()
            return
        except Broken as broken:
            end = window.data.rfind(b"\n", 0, broken.at) + 1
            if broken.at >= len(window.data):
                end = broken.at
        if window.settled(end):
            yield window.take(end).strip()
        else:
            window.drop(len(window.data))

    def _array(self) -> Iterator[bytes]:
        """The objects of an array, one at a time."""
        window = self._window
        window.drop(1)
        while (begins := ready(window))[0] not in (b"", b"]"):
            offset, column = window.offset(), begins[1]
            try:
                end = value_end(window)
            except TooLong:
                self._too_large(offset)
                self._to_next(0, column)
                continue
            except Broken as broken:
                if window.damage is None:
                    self._tally.damaged(self._name, offset, f"in a JSON array: {broken.what}")
                self._to_next(broken.at, column)
                continue
            if not window.settled(end):
                window.drop(len(window.data))
                return
            self.number += 1
            yield from self._element(window.take(end))
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
        """The entries of a HAR file, whose ``log`` has just been opened."""
        window = self._window
        offset = window.offset()
        try:
            for _ in ("log", "what is around it"):
                yield from self._members()
                if ready(window)[0] == b"}":
                    window.drop(1)
                elif window.damage is None:
                    raise Broken(0, "cut short: its log has no end")
        except (Broken, TooLong) as error:
            if window.damage is None:
                self._tally.damaged(self._name, offset, f"in a HAR file: {error or 'a value too long'}")
            self._to_next()

    def _members(self) -> Iterator[bytes]:
        """The entries among the members of an object, which has been opened; all others are dropped."""
        window = self._window
        while ready(window)[0] == b'"':
            key = window.take(value_end(window))
            if space(window) != b":":
                raise Broken(0, "expected a colon")
            window.drop(1)
            if space(window) == b"[" and key == b'"entries"':
                yield from self._array()
            else:
                window.drop(value_end(window))

    def _to_next(self, broken: int = 0, column: int = 0) -> None:
        """Go on where the next record may begin: on a line behind what was looked at, no further in than the last was."""
        window = self._window
        window.drop(broken if broken >= len(window.data) else max(0, window.data.rfind(b"\n", 0, broken)))
        window.skip_to(re.compile(rb"\n[ \t]{0,%d}[{\[\]]" % min(column, 64)), 80)

    def _too_large(self, offset: int) -> None:
        self._tally.too_large(f"{self._name}: byte {offset:,}", MAX_PAGE_BYTES, MAX_PAGE_BYTES)


def _is_whole(line: bytes) -> bool:
    """Whether a line is one JSON value to the strict decoder."""
    try:
        _WHOLE.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


class _Utf16:
    """A stream in UTF-16 as one in UTF-8: what PowerShell writes."""

    packed = False
    member = 0

    def __init__(self, window: Window, codec: str) -> None:
        self._window = window
        self._decoder = codecs.getincrementaldecoder(codec)("replace")

    def read(self) -> bytes:
        while self._window.fill(1):
            piece = self._decoder.decode(self._window.take(len(self._window.data)))
            if piece:
                return piece.encode("utf-8", "replace")
        if self._window.damage is not None:
            raise self._window.damage
        return b""

    def size(self) -> int | None:
        return None

    def seek(self, position: int) -> bool:
        return False

    def resync(self, begins: re.Pattern[bytes]) -> bool:
        return False


def _decoded(window: Window) -> Window:
    """The same without a byte order mark, in UTF-8."""
    window.fill(3)
    if window.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Window(_Utf16(window, "utf-16"))
    for begins, codec in _UTF16_UNMARKED.items():
        if window.data.startswith(begins):
            return Window(_Utf16(window, codec))
    if window.data.startswith(codecs.BOM_UTF8):
        window.drop(3)
    return window


def _key(value: bytes) -> bytes | None:
    found = _URL.search(value, 0, _HEAD)
    return found.group(1) if found else None
