"""JSON as crawlers really write it: the strict decoder first, and for what it rejects a lenient one.

Lenient about exactly this, each noted: a byte order mark, UTF-16 and UTF-32; bytes that are not UTF-8; lone surrogate
escapes; control characters within strings; ``NaN``, ``Infinity`` and numbers out of range; nesting and integers beyond
what every consumer can read. Anything else that RFC 8259 does not allow is an error, with the strict decoder's message.
Of duplicate keys the last one counts, in both decoders.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NamedTuple

import msgspec

from streams.records import MAX_PAGE_BYTES
from streams.utf8 import well_formed, well_formed_values

MAX_DEPTH = 64  # levels of objects and arrays; what is nested deeper is left out (a HAR entry has 8)
_MOST_BRACKETS = 2_000_000  # counted to cut deep nesting: half a second
_MOST_NOTES = 8
_ENOUGH = 24  # bytes beyond ASCII from which on a charset is detected; three were taken for cp1125
_SMALLEST, _LARGEST = (
    -(2**63),
    2**64 - 1,
)  # integers that msgspec, JSON Schema tools and other languages can hold
_DIGITS = 20  # of an integer that may be within them

_strict = msgspec.json.Decoder()
_TOKEN = re.compile(
    r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.S
)  # possessive, and to the end where no quote closes: linear

# The C1 controls as windows-1252 has them, which is what the web means by latin-1 (WHATWG, Encoding); five are not assigned.
_FROM_C1 = {
    byte: ord(bytes([byte]).decode("cp1252"))
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TO_C1 = {character: byte for byte, character in _FROM_C1.items()}


class Decoded(NamedTuple):
    """A JSON value that can be encoded again, and what was left out or replaced to make it so.

    ``single_byte`` says that the bytes were in some 8-bit charset: each character below U+0100, or of windows-1252, was
    one byte (:func:`as_bytes`).
    """

    value: Any
    notes: tuple[str, ...] = ()
    single_byte: bool = False


def decode(data: bytes) -> Decoded:
    """The value. Raises :class:`ValueError` for what is JSON in no reading, with the place of the error."""
    notes = _Notes()
    try:
        return Decoded(_bounded(_strict.decode(data), (), notes), notes.all())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if len(data) > MAX_PAGE_BYTES:
            raise ValueError(str(error)) from error
        text, single_byte = _text(data, notes)
        value = _bounded(_lenient(text, notes, error), (), notes)
        encodable = well_formed_values(value)
        if encodable != value:
            notes.add("lone surrogates, replaced")
        if not notes.count:
            notes.add("control characters in a string, or an integer of more than 64 bits")
        return Decoded(encodable, notes.all(), single_byte)


class _Notes:
    """What was done to a record: the first few in words, the rest as a number."""

    def __init__(self) -> None:
        self._first: list[str] = []
        self.count = 0

    def add(self, words: str) -> None:
        """One more."""
        self.count += 1
        if self.count <= _MOST_NOTES:
            self._first.append(words)

    def all(self) -> tuple[str, ...]:
        """The notes, in order."""
        more = self.count - len(self._first)
        return (*self._first, *([f"and {more:,} more"] if more else []))


def as_bytes(text: str) -> bytes | None:
    """The bytes that a string of a ``single_byte`` record was, for whoever can tell the charset.

    None where it holds what no 8-bit charset had there, and where it has so few letters beyond ASCII that no detector
    could tell: windows-1252, as which it has been read, is the best guess then.
    """
    if sum(character > "\x7f" for character in text) < _ENOUGH:
        return None
    try:
        return text.translate(_TO_C1).encode("latin-1")
    except UnicodeEncodeError:
        return None


def _text(data: bytes, notes: _Notes) -> tuple[str, bool]:
    """The text of JSON bytes, and whether they were in an 8-bit charset."""
    encoding = json.detect_encoding(data)
    try:
        text = data.decode(encoding, "surrogatepass")
        if encoding != "utf-8":
            notes.add(
                f"written in {encoding.removesuffix('-sig')}{' with a byte order mark' * _has_mark(data)}"
            )
        return text, False
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    if encoding.startswith("utf-8") and broken > whole:
        notes.add("bytes of an 8-bit charset instead of UTF-8")
        return data.decode("latin-1").translate(_FROM_C1), True
    notes.add(f"{broken} bytes that are not {encoding.removesuffix('-sig')}, replaced")
    return text, False


def _has_mark(data: bytes) -> bool:
    return data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff"))


def _lenient(text: str, notes: _Notes, error: Exception) -> Any:
    try:
        try:
            value = _loads(text)
        except RecursionError:
            value = _loads(_without_depths(text))
            notes.add(f"nested deeper than {MAX_DEPTH} levels, left out")
    except (ValueError, RecursionError) as second:
        raise ValueError(str(error) if not notes.count else str(second)) from second
    return value


def _loads(text: str) -> Any:
    """The value by Python's decoder, which takes control characters, surrogates and what ``float`` takes as well."""
    return json.loads(text, strict=False, parse_int=_integer)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _DIGITS else digits


def _without_depths(text: str) -> str:
    """The text with ``null`` for each object and array below :data:`MAX_DEPTH` levels. Raises :class:`ValueError`."""
    pieces, start, depth = [], 0, 0
    for count, token in enumerate(_TOKEN.finditer(text)):
        if count > _MOST_BRACKETS:
            raise ValueError(f"more than {_MOST_BRACKETS:,} strings and brackets, and nested too deep")
        character = text[token.start()]
        if character in "[{":
            depth += 1
            if depth == MAX_DEPTH + 1:
                pieces += [text[start : token.start()], "null"]
        elif character in "]}":
            if depth == MAX_DEPTH + 1:
                start = token.end()
            depth -= 1
    if depth <= MAX_DEPTH:
        pieces.append(text[start:])
    return "".join(pieces)


def _bounded(value: Any, path: tuple[str | int, ...], notes: _Notes) -> Any:
    """The value without what cannot be written again: changed in place where there is something."""
    if isinstance(value, dict | list):
        if len(path) >= MAX_DEPTH:
            return _left_out(path, f"nested deeper than {MAX_DEPTH} levels", notes)
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(inner, dict | list | float | int):
                value[name] = _bounded(inner, (*path, name), notes)
    elif isinstance(value, float) and not math.isfinite(value):
        return _left_out(path, "not a finite number", notes)
    elif isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        notes.add(f"{_place(path)}: an integer of more than 64 bits, kept as text")
        return str(value)
    return value


def _left_out(path: tuple[str | int, ...], why: str, notes: _Notes) -> None:
    notes.add(f"{_place(path)}: {why}, left out")


def _place(path: tuple[str | int, ...]) -> str:
    """Where in the record something is, as one would write it, and short."""
    shown = ".".join(str(step)[:40] for step in path[:4])
    return well_formed(shown + "..." * (len(path) > 4)) or "the record"
