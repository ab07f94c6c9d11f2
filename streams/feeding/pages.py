"""Files that are a page each: HTML and plain text."""

from __future__ import annotations

import base64
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec

from streams.errors import BadInput
from streams.feeding.item import Part
from streams.records import Message

_MOST = 200_000_000  # bytes of a gzipped page, unpacked: no page is so long, and a few kilobytes can be made to be
_HEAD = 200_000  # bytes in which a page says its address
_LINK = re.compile(rb"<(?:link|meta)\b[^>]{0,2000}>", re.I)
_SAYS_ADDRESS = re.compile(rb"""\b(?:rel\s*=\s*["']?canonical\b|property\s*=\s*["']?og:url\b)""", re.I)
_ADDRESS = re.compile(rb"""\b(?:href|content)\s*=\s*["'](https?://[^"'\s]{1,2000})["']""", re.I)


def read_html(path: Path) -> Iterator[Part]:
    """The page, under the address that it gives itself, else under a ``file:`` URL of the path as given."""
    data = _bytes(path)
    yield _part(path, data, _own_address(data) or _file_url(path), "text/html")


def read_text(path: Path) -> Iterator[Part]:
    """The text, under a ``file:`` URL of the path as given."""
    yield _part(path, _bytes(path), _file_url(path), "text/plain")


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    if not path.name.lower().endswith(".gz"):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            page = stream.read(_MOST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(f"{path}: damaged or cut short: {error}") from error
    if len(page) > _MOST:
        raise BadInput(
            f"{path}: unpacks to more than {_MOST:,} bytes; a page is meant to be in a file of its own"
        )
    return page


def _own_address(data: bytes) -> str | None:
    for tag in _LINK.finditer(data, 0, _HEAD):
        if _SAYS_ADDRESS.search(tag.group()):
            found = _ADDRESS.search(tag.group())
            if found:
                return found.group(1).decode("utf-8", "replace")
    return None


def _file_url(path: Path) -> str:
    return "file:///" + quote(path.as_posix().lstrip("/"))


def _part(path: Path, data: bytes, url: str, content_type: str) -> Part:
    record = {"url": url, "content_type": content_type, "body": base64.b64encode(data).decode("ascii")}
    return Part(Message(value=msgspec.json.encode(record), key=url.encode()), 1, path.stat().st_size)
