"""From the bytes of a response to the bytes of a page, never more than asked for.

Gzip, zlib and zstd are found by their first bytes, whatever is declared. Brotli and bare deflate have none: they are
tried where the header names them, and believed where they fit, for crawlers keep that header on bodies they unpacked.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import cramjam
import msgspec

from streams.cleaning.decode import mime
from streams.errors import BadRecord

_GZIP = b"\x1f\x8b\x08"
_ZSTD = b"\x28\xb5\x2f\xfd"
_LAYERS = 2  # proxies compress what was compressed; more layers than two are an attack
_MEMBERS = 1_000  # gzip members concatenated in one body
_BARE_DEFLATE = -15  # zlib's window bits for a stream without header


class Oversize(msgspec.Struct, frozen=True):
    """The body is larger than the limit. ``size`` is a lower bound when ``packed``, for unpacking stopped there."""

    size: int
    packed: bool


def unpack(content: bytes, limit: int, declared: str = "") -> bytes | Oversize:
    """The body unpacked, at most ``limit`` bytes of it. A stream that was cut off gives what it has.

    ``declared`` is the ``content-encoding`` header. Raises :class:`BadRecord` with code ``undecodable`` for a
    compressed body of which nothing unpacks.
    """
    if len(content) > limit:
        return Oversize(len(content), packed=False)
    for _ in range(_LAYERS):
        packing = _packing(content)
        if not packing:
            break
        content = _opened(packing, content, limit)
        if len(content) > limit:
            return Oversize(len(content), packed=True)
        declared = ""
    return _without_mark(content, limit, declared.lower()) if declared else content


def _packing(content: bytes) -> str:
    """How a body is compressed, by its first bytes; empty where they tell of nothing."""
    if content.startswith(_GZIP):
        return "gzip"
    if content.startswith(_ZSTD):
        return "zstd"
    # RFC 1950, section 2.2: deflate with a window of 32 kB, and a header that is a multiple of 31.
    zlib_header = content[:1] == b"\x78" and len(content) > 2 and int.from_bytes(content[:2], "big") % 31 == 0
    return "zlib" if zlib_header and content[1] in (0x01, 0x5E, 0x9C, 0xDA) else ""


def _opened(packing: str, content: bytes, limit: int) -> bytes:
    if packing == "gzip":
        found = _gunzip(content, limit)
    elif packing == "zstd":
        found, _ = _into(cramjam.zstd.decompress_into, content, limit)
    else:
        found, _ = _salvage(content, limit + 1, zlib.MAX_WBITS)
        if not found and content[1] == 0x5E:
            return content  # "x^" begins text as well
    if not found:
        raise BadRecord(f"body starts as {packing} but does not unpack", "undecodable")
    return found


def _without_mark(content: bytes, limit: int, declared: str) -> bytes | Oversize:
    """A body that its header calls brotli or deflate, unpacked where it is that."""
    if "br" in declared.split(",")[-1]:
        found, whole = _into(cramjam.brotli.decompress_into, content, limit)
    elif "deflate" in declared:
        found, whole = _salvage(content, limit + 1, _BARE_DEFLATE)
    else:
        return content
    binary = mime.foreign_bytes(content) is not None
    if not found or not (whole or binary):
        return content
    return Oversize(len(found), packed=True) if len(found) > limit else found


def _into(decompress: Callable[..., int], content: bytes, limit: int) -> tuple[bytes, bool]:
    """At most one byte more than ``limit`` of what unpacks, and whether that is all of it."""
    room = bytearray(limit + 1)
    try:
        size = decompress(content, room)
    except cramjam.DecompressionError:  # damaged, cut off, or out of room: what came so far is in the room
        return bytes(room.rstrip(b"\0")), False
    return bytes(room[:size]), True


def _gunzip(content: bytes, limit: int) -> bytes:
    pieces: list[bytes] = []
    room = limit + 1
    for _ in range(_MEMBERS):
        stream = zlib.decompressobj(wbits=31)
        try:
            piece = stream.decompress(content, room)
        except zlib.error:
            pieces.append(_salvage(content, room, 31)[0])
            break
        pieces.append(piece)
        room -= len(piece)
        content = stream.unused_data
        if room <= 0 or not content.startswith(_GZIP):
            break
    return b"".join(pieces)


def _salvage(content: bytes, room: int, bits: int) -> tuple[bytes, bool]:
    """What unpacks before the end, the damage, or the end of the room, and whether the stream came to its end."""
    stream = zlib.decompressobj(wbits=bits)
    pieces: list[bytes] = []
    for at in range(0, len(content), 1_024):
        try:
            piece = stream.decompress(content[at : at + 1_024], room)
        except zlib.error:
            break
        pieces.append(piece)
        room -= len(piece)
        if room <= 0 or stream.eof:
            break
    return b"".join(pieces), stream.eof
