"""Decompression of response bodies, with a limit on the size of the result.

Gzip, zlib and zstd are recognised by their magic numbers, whatever the header declares. Brotli and raw deflate have none:
they are tried where ``content-encoding`` names them, and the result is kept only if the whole stream decompresses or the
body was binary, because many crawlers decompress a body and keep its header.
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
_LAYERS = 2  # some proxies compress a compressed body again; more layers are an attack
_MEMBERS = 1_000  # most gzip members decompressed of one body (RFC 1952, section 2.2)
_RAW_DEFLATE = -zlib.MAX_WBITS  # zlib's window bits for a stream without header
_GZIP_WRAPPER = zlib.MAX_WBITS + 16  # zlib's window bits for a gzip member
_CHUNK = 1_024  # bytes passed to zlib at once, so that what precedes damage is kept


class Oversize(msgspec.Struct, frozen=True):
    """The body is larger than the limit. ``size`` is a lower bound if it was ``compressed``: decompression stopped there."""

    size: int
    compressed: bool


def decompress(content: bytes, limit: int, declared: str = "") -> bytes | Oversize:
    """Return the decompressed body; Oversize if it exceeds ``limit`` bytes. A truncated stream gives what it contains.

    ``declared`` is the ``content-encoding`` header. Raises :class:`BadRecord` with code ``undecodable`` for a
    compressed body of which nothing decompresses.
    """
    if len(content) > limit:
        return Oversize(len(content), compressed=False)
    for _ in range(_LAYERS):
        format_ = _format_of(content)
        if not format_:
            break
        content = _decompressed(format_, content, limit)
        if len(content) > limit:
            return Oversize(len(content), compressed=True)
        declared = ""
    return _by_header(content, limit, declared.lower()) if declared else content


def _format_of(content: bytes) -> str:
    """Return ``gzip``, ``zstd`` or ``zlib`` by the magic number of a body; empty for any other."""
    if content.startswith(_GZIP):
        return "gzip"
    if content.startswith(_ZSTD):
        return "zstd"
    # RFC 1950, section 2.2: deflate with a window of 32 kB, and a header that is a multiple of 31.
    zlib_header = content[:1] == b"\x78" and len(content) > 2 and int.from_bytes(content[:2], "big") % 31 == 0
    return "zlib" if zlib_header and content[1] in (0x01, 0x5E, 0x9C, 0xDA) else ""


def _decompressed(format_: str, content: bytes, limit: int) -> bytes:
    if format_ == "gzip":
        found = _gunzip(content, limit)
    elif format_ == "zstd":
        found, _ = _decompressed_into_buffer(cramjam.zstd.decompress_into, content, limit)
    else:
        found, _ = _inflate(content, limit + 1, zlib.MAX_WBITS)
        if not found and content[1] == 0x5E:
            return content  # "x^" can begin text, too
    if not found:
        raise BadRecord(f"body starts as {format_} but does not unpack", "undecodable")
    return found


def _by_header(content: bytes, limit: int, declared: str) -> bytes | Oversize:
    """Return a body that the header declares brotli or deflate: decompressed if it is, otherwise unchanged."""
    if "br" in declared.split(",")[-1]:
        found, complete = _decompressed_into_buffer(cramjam.brotli.decompress_into, content, limit)
    elif "deflate" in declared:
        found, complete = _inflate(content, limit + 1, _RAW_DEFLATE)
    else:
        return content
    binary = mime.type_of_bytes(content) is not None
    if not found or not (complete or binary):
        return content
    return Oversize(len(found), compressed=True) if len(found) > limit else found


def _decompressed_into_buffer(
    decompress_into: Callable[..., int], content: bytes, limit: int
) -> tuple[bytes, bool]:
    """Return at most ``limit`` + 1 bytes of the decompressed content, and whether the stream is complete."""
    buffer = bytearray(limit + 1)
    try:
        size = decompress_into(content, buffer)
    except cramjam.DecompressionError:  # damaged, truncated or too large: the buffer has what came before
        return bytes(buffer.rstrip(b"\0")), False
    return bytes(buffer[:size]), True


def _gunzip(content: bytes, limit: int) -> bytes:
    """Return at most ``limit`` + 1 bytes of the members of a gzip file."""
    pieces: list[bytes] = []
    room = limit + 1
    for _ in range(_MEMBERS):
        stream = zlib.decompressobj(wbits=_GZIP_WRAPPER)
        try:
            piece = stream.decompress(content, room)
        except zlib.error:
            pieces.append(_inflate(content, room, _GZIP_WRAPPER)[0])
            break
        pieces.append(piece)
        room -= len(piece)
        content = stream.unused_data
        if room <= 0 or not content.startswith(_GZIP):
            break
    return b"".join(pieces)


def _inflate(content: bytes, room: int, bits: int) -> tuple[bytes, bool]:
    """Return what decompresses before damage or ``room`` bytes, and whether the stream is complete."""
    stream = zlib.decompressobj(wbits=bits)
    pieces: list[bytes] = []
    for at in range(0, len(content), _CHUNK):
        try:
            piece = stream.decompress(content[at : at + _CHUNK], room)
        except zlib.error:
            break
        pieces.append(piece)
        room -= len(piece)
        if room <= 0 or stream.eof:
            break
    return b"".join(pieces), stream.eof
