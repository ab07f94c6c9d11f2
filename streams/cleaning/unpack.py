"""From the bytes of a response to the bytes of a page: gzip and zlib found by their bytes, never more than asked for."""

from __future__ import annotations

import zlib

import msgspec

from streams.errors import BadRecord

_GZIP = b"\x1f\x8b\x08"
_LAYERS = 2  # proxies compress what was compressed; more layers than two are an attack
_MEMBERS = 1_000  # gzip members concatenated in one body


class Oversize(msgspec.Struct, frozen=True):
    """The body is larger than the limit. ``size`` is a lower bound when ``packed``, for unpacking stopped there."""

    size: int
    packed: bool


def unpack(content: bytes, limit: int) -> bytes | Oversize:
    """The body unpacked, at most ``limit`` bytes of it. A gzip stream that was cut off gives what it has.

    Raises :class:`BadRecord` with code ``undecodable`` for a gzip body of which nothing unpacks.
    """
    if len(content) > limit:
        return Oversize(len(content), packed=False)
    for _ in range(_LAYERS):
        if not content.startswith(_GZIP):
            break
        content = _gunzip(content, limit)
        if len(content) > limit:
            return Oversize(len(content), packed=True)
    return content


def _gunzip(content: bytes, limit: int) -> bytes:
    pieces: list[bytes] = []
    room = limit + 1
    for _ in range(_MEMBERS):
        stream = zlib.decompressobj(wbits=31)
        try:
            piece = stream.decompress(content, room)
        except zlib.error as error:
            piece = _salvage(content, room)
            if not piece and not pieces:
                raise BadRecord(f"body starts as gzip but does not unpack: {error}", "undecodable") from error
        pieces.append(piece)
        room -= len(piece)
        content = stream.unused_data
        if room <= 0 or not content.startswith(_GZIP):
            break
    return b"".join(pieces)


def _salvage(content: bytes, room: int) -> bytes:
    """What unpacks before the damage."""
    stream = zlib.decompressobj(wbits=31)
    pieces: list[bytes] = []
    for at in range(0, len(content), 1_024):
        try:
            piece = stream.decompress(content[at : at + 1_024], room)
        except zlib.error:
            break
        pieces.append(piece)
        room -= len(piece)
        if room <= 0:
            break
    return b"".join(pieces)
