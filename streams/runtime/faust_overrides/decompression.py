"""Decompression for Kafka's codecs with a limit on the output: a batch of 100 kB can expand to a gigabyte.

Replaces ``aiokafka/codec.py``, which decompresses a batch without a limit. The functions here stop at ``limit`` bytes,
before more memory is allocated, and raise :class:`~streams.errors.NotUnpacked`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from typing import Any

import cramjam
from backports.zstd import ZstdDecompressor, ZstdError

from streams.errors import NotUnpacked

GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4  # attributes of a batch, bits 0 to 2
_XERIAL = (
    b"\x82SNAPPY\x00"  # how Java's and most other clients frame snappy: blocks behind a header of 16 bytes
)
_XERIAL_HEADER = 16
_FIRST_ROOM = (
    64_000  # bytes to begin with; real batches of markup unpack to five to twenty times what they were
)
_GROWTH = 8
_NEXT_MEMBER = (
    1_000  # bytes of gzip given at first to a member after another, since what is not its own is copied
)


def unpack(codec: int, data: bytes, limit: int) -> bytes:
    """Return the decompressed data. Raises :class:`NotUnpacked` for more than ``limit`` bytes, damage or an unknown codec."""
    unpacking = _CODECS.get(codec)
    if unpacking is None:
        raise NotUnpacked(f"compression codec {codec} is not known")
    return unpacking(data, limit)


def _gzip(data: bytes, limit: int) -> bytes:
    pieces: list[bytes] = []
    room, at, view = limit + 1, 0, memoryview(data)
    some = len(data)  # to give to a member at once: all of it to the first one, which has no other after it
    while at < len(data) and room > 0:
        stream = zlib.decompressobj(wbits=31)
        size = some
        while at < len(data) and room > 0 and not stream.eof:
            given = view[at : at + size]
            try:
                pieces.append(stream.decompress(given, room))
            except zlib.error as error:
                raise NotUnpacked(f"damaged gzip: {error}") from error
            room -= len(pieces[-1])
            at += len(given) - len(stream.unused_data)
            size *= _GROWTH
        if not stream.eof and room > 0:
            raise NotUnpacked("damaged gzip: it ends before its end")
        some = _NEXT_MEMBER
    if room <= 0:
        raise _too_large(limit)
    return b"".join(pieces)


def _snappy(data: bytes, limit: int) -> bytes:
    if not data.startswith(_XERIAL):
        return _snappy_block(data, limit, limit)
    pieces: list[bytes] = []
    at, size = _XERIAL_HEADER, 0
    while at < len(data):
        if at + 4 > len(data):
            raise NotUnpacked("damaged snappy: a block without a length")
        (length,) = struct.unpack_from(">i", data, at)
        if not 0 < length <= len(data) - at - 4:
            raise NotUnpacked(f"damaged snappy: a block of {length} bytes")
        pieces.append(_snappy_block(data[at + 4 : at + 4 + length], limit - size, limit))
        size += len(pieces[-1])
        at += 4 + length
    return b"".join(pieces)


def _snappy_block(data: bytes, room: int, limit: int) -> bytes:
    """Decompress one block, of ``limit`` bytes in all of which ``room`` are left. Its length, with which it begins, is checked first."""
    try:
        if cramjam.snappy.decompress_raw_len(data) > room:
            raise _too_large(limit)
        return bytes(cramjam.snappy.decompress_raw(data))
    except cramjam.DecompressionError as error:
        raise NotUnpacked(f"damaged snappy: {error}") from error


def _zstd(data: bytes, limit: int) -> bytes:
    """Decompress one frame as libzstd makes room, without a zeroed buffer of the largest size that a batch may have.

    Where others follow it, which is allowed and no producer does, all of them are decompressed by cramjam, in time that grows
    with their bytes: here each would be a context, and a copy of what follows it.
    """
    if not data:
        return b""
    stream = ZstdDecompressor()
    try:
        found: bytes = stream.decompress(data, limit)
        # All of the output may be there and the end of the frame not be read yet, for which there is room of one byte.
        more = stream.decompress(b"", 1) if not stream.eof and not stream.needs_input else b""
    except ZstdError as error:
        raise NotUnpacked(f"damaged zstd: {error}") from error
    if more:
        raise _too_large(limit)
    if not stream.eof:
        raise NotUnpacked("damaged zstd: it ends before its end")
    return _zstd_frames(data, limit) if stream.unused_data else found


def _growing(name: str, decompress_into: Callable[..., int]) -> Callable[[bytes, int], bytes]:
    """Return a bounded decoder from one that writes into a buffer; the buffer grows until the output fits."""

    def unpacking(data: bytes, limit: int) -> bytes:
        room = min(limit, max(_FIRST_ROOM, _GROWTH * len(data)))
        while True:
            found = bytearray(room)
            try:
                size = decompress_into(data, found)
                return bytes(memoryview(found)[:size])
            except cramjam.DecompressionError as error:
                if "whole buffer" not in str(error):
                    raise NotUnpacked(f"damaged {name}: {error}") from error
                if room == limit:
                    raise _too_large(limit) from error
            room = min(limit, room * _GROWTH)

    return unpacking


_zstd_frames = _growing("zstd", cramjam.zstd.decompress_into)


def _too_large(limit: int) -> NotUnpacked:
    return NotUnpacked(f"it unpacks to more than kafka.max_batch_bytes = {limit}")


_CODECS: dict[int, Callable[[Any, int], bytes]] = {
    GZIP: _gzip,
    SNAPPY: _snappy,
    LZ4: _growing("lz4", cramjam.lz4.decompress_into),
    ZSTD: _zstd,
}
