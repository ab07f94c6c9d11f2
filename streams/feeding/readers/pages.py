"""Readers for files that each contain one page: HTML and plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from streams.feeding.item import Kind, Part
from streams.feeding.members import Damaged, opened
from streams.feeding.readers.warc_pages import message
from streams.feeding.tally import Tally
from streams.records import MAX_PAGE_BYTES

_HEAD = 200_000  # bytes of a page in which its declared URL is searched for
_LINK = re.compile(rb"<(?:link|meta)\b[^>]{0,2000}>", re.I)
_SAYS_ADDRESS = re.compile(rb"""\b(?:rel\s*=\s*["']?canonical\b|property\s*=\s*["']?og:url\b)""", re.I)
_ADDRESS = re.compile(rb"""\b(?:href|content)\s*=\s*["'](https?://[^"'\s]{1,2000})["']""", re.I)


def read_html(path: Path, tally: Tally) -> Iterator[Part]:
    """Yield the page, with its declared canonical URL, else a ``file:`` URL of the path as given."""
    data = _bytes(path, tally)
    if data is not None:
        yield _part(path, data, _own_address(data) or _file_url(path), "text/html", Kind.HTML_FILE)


def read_text(path: Path, tally: Tally) -> Iterator[Part]:
    """Yield the text, with a ``file:`` URL of the path as given."""
    data = _bytes(path, tally)
    if data is not None:
        yield _part(path, data, _file_url(path), "text/plain", Kind.TEXT_FILE)


def _bytes(path: Path, tally: Tally) -> bytes | None:
    """Return the decompressed content; None where it is damaged or over :data:`~streams.records.MAX_PAGE_BYTES`."""
    pieces: list[bytes] = []
    size = 0
    with path.open("rb") as raw:
        try:
            stream = opened(raw, path.name)
            while size <= MAX_PAGE_BYTES and (piece := stream.read()):
                pieces.append(piece)
                size += len(piece)
        except Damaged as damage:
            tally.damaged(str(path), damage.offset, damage.what)
            return None
    if size > MAX_PAGE_BYTES:
        tally.too_large(str(path), size, MAX_PAGE_BYTES)
        return None
    return b"".join(pieces)


def _own_address(data: bytes) -> str | None:
    for tag in _LINK.finditer(data, 0, _HEAD):
        if _SAYS_ADDRESS.search(tag.group()):
            found = _ADDRESS.search(tag.group())
            if found:
                return found.group(1).decode("utf-8", "replace")
    return None


def _file_url(path: Path) -> str:
    return "file:///" + quote(path.as_posix().lstrip("/"))


def _part(path: Path, data: bytes, url: str, content_type: str, kind: Kind) -> Part:
    page = {"url": url, "content_type": content_type, "body": data}
    return Part(message(page), 1, path.stat().st_size, url, kind)
