"""WARC files for tests, written by hand: also such as no library would write."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from backports import zstd

from streams import feeding
from streams.feeding import Tally

HTML = "text/html; charset=utf-8"


def page(number: int, words: int = 12) -> bytes:
    """A page in which each paragraph says where it belongs."""
    paragraphs = "".join(f"<p>paragraph {at} of page {number}</p>\n" for at in range(words))
    return f"<html><body>{paragraphs}</body></html>".encode()


def http(body: bytes, *fields: str, status: str = "HTTP/1.1 200 OK", newline: str = "\r\n") -> bytes:
    """A response as it came over the wire."""
    head = newline.join([status, f"Content-Type: {HTML}", *fields, "", ""])
    return head.encode("latin-1") + body


def chunked(body: bytes, size: int = 100) -> bytes:
    """The body in chunks (RFC 9112, section 7.1)."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def record(
    block: bytes,
    number: int = 1,
    kind: str = "response",
    fields: Iterable[str] = (),
    uri: str | None = None,
    length: int | None = None,
    content_type: str = "application/http; msgtype=response",
) -> bytes:
    """One record; ``length`` is what its header claims."""
    head = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>",
        "WARC-Date: 2026-11-02T10:00:00Z",
        f"WARC-Target-URI: {uri or f'https://gull.example/{number}'}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(block) if length is None else length}",
        *fields,
        "",
        "",
    ]
    return "\r\n".join(head).encode() + block + b"\r\n\r\n"


def response(number: int, words: int = 12) -> bytes:
    """A record of a page."""
    return record(http(page(number, words)), number)


def gz(*records: bytes) -> bytes:
    """A member a record."""
    return b"".join(gzip.compress(each, mtime=0) for each in records)


_CHECKED = {zstd.CompressionParameter.checksum_flag: 1}  # as the zstd command writes it
PACKINGS = {
    "plain": b"".join,
    "gzip, a member a record": lambda records: gz(*records),
    "gzip, one member": lambda records: gzip.compress(b"".join(records)),
    "zstd": lambda records: b"".join(zstd.compress(each, options=_CHECKED) for each in records),
}


def read(data: bytes, path: Path, name: str = "crawl.warc") -> tuple[list[dict[str, Any]], Tally]:
    """The pages in a file with such bytes, their bodies decoded, and what was left out."""
    file = path / name
    file.write_bytes(data)
    tally = Tally()
    pages = [json.loads(item.message.value or b"") for item in feeding.read([file], tally)]
    return [page | {"body": base64.b64decode(page["body"])} for page in pages], tally


def numbers(pages: list[dict[str, Any]]) -> list[int]:
    """Which pages these are; fails for one that is not whole."""
    found = []
    for each in pages:
        number = int(each["url"].rpartition("/")[2])
        assert each["body"] == page(number)
        found.append(number)
    return found
