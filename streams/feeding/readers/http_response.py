"""Parsing of archived HTTP responses into status, headers, and body without transfer coding (RFC 9112)."""

from __future__ import annotations

import re
from typing import NamedTuple

_STATUS = re.compile(rb"(?:HTTP(?:/\d(?:\.\d)?)?|ICY)[ \t]+(\d{3})(?!\d)[^\r\n]{0,2000}(?:\r?\n|\Z)", re.I)
_BEFORE = re.compile(rb"[\r\n]{0,8}")  # empty lines before a status line (RFC 9112, section 2.2)
_HEAD_END = re.compile(rb"\r?\n[ \t]{0,80}\r?\n")
_LONGEST_HEAD = 1 << 20  # bytes of all header fields
_INTERIM = 8  # interim responses before the final one: 100 Continue, 103 Early Hints
# RFC 9112, section 7.1: chunk-size in hexadecimal digits, chunk extensions, line break.
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,12})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")


class HttpResponse(NamedTuple):
    """A parsed response. ``incomplete``: the body is chunked and ends before its last chunk."""

    status: int
    headers: dict[str, list[str]]
    body: bytes
    incomplete: bool = False


def parse(block: bytes) -> HttpResponse | None:
    """Return the final response in the block of a WARC record; None where it contains none.

    ``Transfer-Encoding: chunked`` is decoded, unless the crawler already did and left the header (pywb does). Content codings
    stay: cleaning decodes them, with a bound on the decompressed size.
    """
    before = _BEFORE.match(block)
    at = before.end() if before else 0
    for _ in range(_INTERIM):
        found = _STATUS.match(block, at)
        if found is None:
            return None
        status = int(found.group(1))
        lines_begin = found.end()
        # In a response without header fields the status line's end is the first half of the empty line.
        end = _HEAD_END.search(block, max(at, lines_begin - 2), lines_begin + _LONGEST_HEAD)
        head_end, body_begins = (end.start(), end.end()) if end else (len(block), len(block))
        at = body_begins
        if not (100 <= status < 200 and status != 101 and block.startswith(b"HTTP/", at)):
            break
    headers = _fields(block[lines_begin : max(lines_begin, head_end)])
    coding = ",".join(headers.get("transfer-encoding", ())).lower()
    body = block[body_begins:]
    if not body:
        return HttpResponse(status, headers, body)
    chunks, whole = dechunk(body)
    declared = "chunked" in coding
    # Some crawlers drop the header: then a body counts as chunked only if it is so from the first chunk to the last.
    if chunks is None or not (declared or (chunks and whole)):
        return HttpResponse(status, headers, body)
    headers.pop("transfer-encoding", None)
    return HttpResponse(status, headers, chunks, not whole)


def dechunk(body: bytes) -> tuple[bytes | None, bool]:
    """Decode a chunked body: its data and whether the last chunk was there; None for a body that is not chunked."""
    if not body:
        return body, True
    pieces: list[bytes] = []
    at = 0
    while found := _CHUNK.match(body, at):
        size = int(found.group(1), 16)
        data = body[found.end() : found.end() + size]
        at = found.end() + len(data)
        if size == 0:
            return b"".join(pieces), True
        if len(data) == size and not body.startswith((b"\r", b"\n"), at) and at < len(body):
            break  # no line break follows the data, so this is not a chunk
        if len(data) < size and not pieces and not found.group().endswith(b"\r\n"):
            break
        pieces.append(data)
        if len(data) < size:
            # Text that begins with a line of one hexadecimal number cannot be told from a truncated chunk. The chunk is likelier:
            # crawlers often store an aborted response, and seldom decode the chunks but keep the header.
            return b"".join(pieces), False
        at += 2 if body.startswith(b"\r\n", at) else 1
    return (b"".join(pieces), False) if pieces else (None, False)


def _fields(head: bytes) -> dict[str, list[str]]:
    """Parse header fields by lower-case name; a line that begins with whitespace continues the one before (obs-fold)."""
    fields: list[tuple[str, list[str]]] = []
    for line in head.split(b"\n"):
        text = _text(line.rstrip(b"\r"))
        name, colon, value = text.partition(":")
        if text[:1] in (" ", "\t"):
            if fields:
                fields[-1][1].append(text.strip())
        elif colon and name.strip():
            fields.append((name.strip().lower(), [value.strip()]))
    grouped: dict[str, list[str]] = {}
    for name, parts in fields:
        grouped.setdefault(name, []).append(" ".join(parts).strip())
    return grouped


def _text(line: bytes) -> str:
    """Decode a header line as UTF-8 where it is valid, else as Latin-1, in which every byte is a character."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")
