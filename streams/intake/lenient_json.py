"""Lenient JSON decoding: msgspec's strict decoder first, and a lenient one for input that it rejects.

These deviations are accepted, and each is noted: a byte order mark, UTF-16 and UTF-32; invalid UTF-8; lone surrogate
escapes; control characters within strings; ``NaN``, ``Infinity`` and numbers out of range; nesting and integers beyond
what every consumer can read. Anything else that RFC 8259 does not allow is an error, with the strict decoder's message.
The last of duplicate keys wins, in both decoders.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NamedTuple

import msgspec

from streams.records import MAX_PAGE_BYTES
from streams.utf8 import well_formed, well_formed_values
from streams.wording import counted, noun

MAX_DEPTH = 64  # levels of objects and arrays; deeper values are left out (a HAR entry has 8)
_MOST_BRACKETS = 2_000_000  # tokens scanned to cut deep nesting: half a second
_MOST_NOTES = 8
_ENOUGH = 24  # bytes beyond ASCII that charset detection needs; three were detected as cp1125
# Range of integers that msgspec, JSON Schema tools and other languages can hold.
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_DIGITS = 20  # of the largest integer in that range

_strict = msgspec.json.Decoder()
# A string or a bracket. Linear: the quantifiers are possessive, and an unclosed string extends to the end.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{\]}]', re.S)

# The characters of windows-1252 at the C1 controls; "latin-1" means windows-1252 on the web (WHATWG, Encoding). Five are unassigned.
_FROM_C1 = {
    byte: ord(bytes([byte]).decode("cp1252"))
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TO_C1 = {character: byte for byte, character in _FROM_C1.items()}


class Decoded(NamedTuple):
    """A decoded value that can be encoded as JSON again, with notes of what was replaced or left out.

    ``single_byte``: the input was in an unknown 8-bit charset and decoded as windows-1252, so that each character was one
    byte (:func:`as_bytes`).
    """

    value: Any
    notes: tuple[str, ...] = ()
    single_byte: bool = False


def decode(data: bytes) -> Decoded:
    """The value of a JSON text. Raises :class:`ValueError` with the position of the error where neither decoder accepts it."""
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
    """Notes of the deviations in a record; after the first few they are only counted."""

    def __init__(self) -> None:
        self._first: list[str] = []
        self.count = 0

    def add(self, words: str) -> None:
        """Record one deviation."""
        self.count += 1
        if self.count <= _MOST_NOTES:
            self._first.append(words)

    def all(self) -> tuple[str, ...]:
        """The notes in order, the last one with the number of those not kept."""
        more = self.count - len(self._first)
        return (*self._first, *([f"and {more:,} more"] if more else []))


def as_bytes(text: str) -> bytes | None:
    """The original bytes of a string of a ``single_byte`` record, for charset detection.

    None where a character cannot come from one byte, and where there are fewer than 24 characters beyond ASCII, too few for
    detection: windows-1252 is the best guess then.
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
                f"written in {encoding.removesuffix('-sig')}{' with a byte order mark' * _has_bom(data)}"
            )
        return text, False
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    if encoding.startswith("utf-8") and broken > whole:
        notes.add("bytes of an 8-bit charset instead of UTF-8")
        return data.decode("latin-1").translate(_FROM_C1), True
    notes.add(
        f"{counted(broken, 'byte')} that {noun(broken, 'is', 'are')} not {encoding.removesuffix('-sig')}, replaced"
    )
    return text, False


def _has_bom(data: bytes) -> bool:
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
    """The value by Python's decoder, which also accepts control characters, lone surrogates, NaN and Infinity."""
    return json.loads(text, strict=False, parse_int=_integer)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _DIGITS else digits


def _without_depths(text: str) -> str:
    """The text with ``null`` for each value nested deeper than :data:`MAX_DEPTH`. Raises :class:`ValueError` where it is too long."""
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
    """The value without parts that cannot be encoded or are nested too deep; containers are changed in place."""
    if isinstance(value, dict | list):
        if len(path) >= MAX_DEPTH:
            return _left_out(path, f"nested deeper than {MAX_DEPTH} levels", notes)
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(inner, dict | list | float | int):
                value[name] = _bounded(inner, (*path, name), notes)
    elif isinstance(value, float) and not math.isfinite(value):
        return _left_out(path, "not a finite number", notes)
    elif isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        notes.add(f"{_path_text(path)}: an integer of more than 64 bits, kept as text")
        return str(value)
    return value


def _left_out(path: tuple[str | int, ...], why: str, notes: _Notes) -> None:
    notes.add(f"{_path_text(path)}: {why}, left out")


def _path_text(path: tuple[str | int, ...]) -> str:
    """The path of a value in the record for a note, shortened: ``request.headers.3``."""
    shown = ".".join(str(step)[:40] for step in path[:4])
    return well_formed(shown + "..." * (len(path) > 4)) or "the record"
