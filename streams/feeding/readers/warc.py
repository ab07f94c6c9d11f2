"""WARC parser (ISO 28500) that yields only intact records and reports where the file is damaged.

A record is intact when the next record or the end of the file follows its Content-Length, and its gzip member or zstd frame ends
with a correct checksum. After damage, parsing continues at the next record.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from streams.feeding.tally import Tally
from streams.feeding.window import Window
from streams.records import MAX_PAGE_BYTES

_LONGEST_LINE = 1 << 20  # bytes of one header line: a URI may be long
_LONGEST_HEAD = 1 << 22  # bytes of all header lines of a record
_VERSION = re.compile(rb"WARC/\d{1,3}\.\d{1,3}[ \t]*\r?\n")
BEGINS = re.compile(rb"WARC/\d{1,3}\.\d{1,3}[ \t]{0,8}\r?\n[A-Za-z]")
_OVERLAP = 32  # bytes of the longest match of BEGINS
_MOST_BLANK = 4_096  # bytes of empty lines after a record that are searched for the next one
_BLANK = re.compile(rb"[\r\n\0]*")  # with the zeros that pad files on tapes and after a crash of the machine
_ZEROS = b"\0" * 16  # a block that ends in these and is followed by zeros was never written to its end
_DIGITS = re.compile(r"0*([0-9]{1,18})")
_MARK = codecs.BOM_UTF8


class Record(NamedTuple):
    """One record: header fields by lower-case name, the block, and the file offset of the record or of its compressed member."""

    fields: dict[str, str]
    block: bytes
    offset: int


class _Broken(Exception):
    """A record cannot be parsed. The window is after the part that was read."""


def records(window: Window, name: str, tally: Tally) -> Iterator[Record]:
    """Yield the intact records in order. Damage is counted in ``tally``; so are records longer than :data:`~streams.records.MAX_PAGE_BYTES`."""
    while True:
        _skip_blank(window)
        offset = window.offset()
        if window.data and (window.damage is None or window.position < window.sound):
            try:
                record = _record(window, name, tally)
            except _Broken as error:
                if not _hopeless(window):
                    tally.damaged(name, offset, str(error))
                    window.skip_to(BEGINS, _OVERLAP)
                    continue
            else:
                if record is not None:
                    yield record
                continue
        if window.damage is None:
            return
        tally.damaged(name, window.damage.offset, window.damage.what)
        if not window.recover(BEGINS):
            return


def _hopeless(window: Window) -> bool:
    """Whether damage of the compressed stream explains why a record cannot be parsed; then that damage is what to report."""
    if window.damage is None:
        return False
    found = BEGINS.search(window.data, 0, max(0, window.sound - window.position))
    return found is None


def _skip_blank(window: Window) -> None:
    if window.position == 0 and window.fill(len(_MARK)) and window.data.startswith(_MARK):
        window.drop(len(_MARK))
    while window.fill(1):
        blank = _BLANK.match(window.data)
        end = blank.end() if blank else 0
        if end == 0:
            return
        window.drop(end)


def _record(window: Window, name: str, tally: Tally) -> Record | None:
    """Parse the next record; None for one that is too long to be held. Raises :class:`_Broken`."""
    offset = window.offset()
    fields = _head(window)
    length = _length(fields)
    if length > MAX_PAGE_BYTES:
        _skip_block(window, length)
        tally.too_large(f"{name}: byte {offset:,}", length, MAX_PAGE_BYTES)
        return None
    window.fill(length + 16)
    _require_boundary(window, length)
    return Record(fields, window.consume(length), offset)


def _skip_block(window: Window, length: int) -> None:
    """Skip a block without holding it. Raises :class:`_Broken`, with the window back at the start of the block if the file is seekable."""
    begins = window.position
    gone = window.skip(length, BEGINS)
    try:
        if gone < length:
            raise _Broken(_cut(length, gone))
        _require_boundary(window, 0)
    except _Broken:
        window.go_back(begins)
        raise


def _require_boundary(window: Window, length: int) -> None:
    """Raise :class:`_Broken` unless the block is complete and another record or the end of the file follows."""
    if len(window.data) < length:
        raise _Broken(_cut(length, len(window.data)))
    at = length
    while window.fill(at + 1) and at < length + _MOST_BLANK:
        blank = _BLANK.match(window.data, at)
        if blank is None or blank.end() == at:
            break
        at = blank.end()
    if length and window.data.endswith(_ZEROS, 0, length) and window.data.startswith(b"\0", length):
        raise _Broken("cut short: a record ends in zeros, which go on behind it")
    window.fill(at + 5)
    follows = bytes(window.data[at : at + 5])
    ends_member = window.begins_member(window.position + at)
    blank_enough = at >= length + _MOST_BLANK
    if follows and not b"WARC/".startswith(follows) and not ends_member and not blank_enough:
        raise _Broken(f"the Content-Length of a record, {length:,}, is not where it ends")
    if window.damage is not None and (
        window.position + length > window.sound or not (follows or ends_member)
    ):
        raise _Broken("damaged")


def _cut(length: int, have: int) -> str:
    return f"cut short: a record says that it has {length:,} bytes, and {have:,} follow"


def _head(window: Window) -> dict[str, str]:
    """Parse the header fields of a record. Raises :class:`_Broken` for a missing or unterminated header."""
    version = window.line(_LONGEST_LINE)
    if not version or not _VERSION.match(version):
        raise _Broken("no WARC record begins here")
    fields: list[tuple[str, list[str]]] = []
    total = 0
    while True:
        line = window.line(_LONGEST_LINE)
        total += len(line or b"")
        if not line or not line.endswith(b"\n") or total > _LONGEST_HEAD:
            raise _Broken("the header of a record is cut short or too long")
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if not text.strip():
            return {key: " ".join(parts) for key, parts in reversed(fields)}
        if text[0] in " \t" and fields:
            fields[-1][1].append(text.strip())
            continue
        key, colon, value = text.partition(":")
        if colon:  # a line without a colon is ignored: Content-Length decides whether the record is intact
            fields.append((key.strip().lower(), [value.strip()]))


def _length(fields: dict[str, str]) -> int:
    found = _DIGITS.fullmatch(fields.get("content-length", ""))
    if found is None:
        raise _Broken("a record without a Content-Length that is a number")
    return int(found.group(1))
