"""Streaming decompression of files of concatenated members: gzip (RFC 1952), zstd frames (RFC 8878), bzip2.

A compressed WARC has one member for each record. Memory is bounded by the size of a piece, whatever a member unpacks to. Damage
is reported with its offset in the file, and reading can continue at the next member.
"""

from __future__ import annotations

import bz2
import io
import re
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from backports import zstd

PIECE = 1 << 18  # bytes unpacked at a time
_INPUT = 1 << 14  # bytes read at a time: small, because the bytes after a member are copied at its end
_PROBED = 1 << 12  # compressed bytes unpacked to check that a member really begins at an offset
_DICTIONARY = (
    b"\x5d\x2a\x4d\x18"  # a skippable frame that holds a dictionary, at the beginning of a .warc.zst
)
_LARGEST_DICTIONARY = 1 << 24
_ERRORS = (zlib.error, zstd.ZstdError, OSError, EOFError, ValueError)


class Damaged(Exception):
    """The stream is damaged at ``offset`` of the file. ``sound``: everything before it is intact."""

    def __init__(self, offset: int, what: str, sound: bool) -> None:
        super().__init__(what)
        self.offset = offset
        self.what = what
        self.sound = sound


class Decoder(Protocol):
    """A decompressor of one member, with the bounded interface of ``bz2.BZ2Decompressor``."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended with a correct checksum."""

    @property
    def unused_data(self) -> bytes:
        """The input after the end of the member."""

    @property
    def needs_input(self) -> bool:
        """Whether the input is used up, so that more is needed."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Unpack at most ``max_length`` more bytes."""


class Stream(Protocol):
    """A file read in pieces. If it is compressed (``packed``), ``member`` is the file offset of the last piece's member."""

    member: int
    packed: bool

    def read(self) -> bytes:
        """The next piece; empty at the end. Raises :class:`Damaged`."""

    def size(self) -> int | None:
        """The size of the content in bytes, or None where it is unknown."""

    def seek(self, position: int) -> bool:
        """Move to a position of the content; False where the stream cannot seek."""

    def resync(self, begins: re.Pattern[bytes]) -> bool:
        """Move to the next member after the damage whose content ``begins`` matches; False where there is none."""


class _Gunzip:
    """``zlib.decompressobj`` for one gzip member, as a :class:`Decoder`."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        found = self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)
        self.needs_input = len(found) < max_length and not self._zlib.unconsumed_tail
        return found


_GZIP = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BZIP2 = re.compile(rb"BZh[1-9](?:\x31\x41\x59\x26\x53\x59|\x17\x72\x45\x38\x50\x90)")


def opened(raw: BinaryIO, name: str = "") -> Stream:
    """Return the file as a stream, decompressed according to its magic number.

    The file name decides only where the first bytes are binary without a known magic number (a damaged file may have lost them):
    browsers decompress a download and keep the name ``x.gz``. Raises :class:`Damaged` for a broken zstd dictionary.
    """
    head = raw.peek(512)[:512] if isinstance(raw, io.BufferedReader) else b""
    ending = name.lower().rpartition(".")[2] if _NO_TEXT.search(head) else ""
    if _GZIP.match(head) or ending == "gz":
        return Members(raw, "gzip", _GZIP, _Gunzip)
    if _ZSTD.match(head) or ending == "zst":
        return _zstd_members(raw)
    if _BZIP2.match(head) or ending == "bz2":
        return Members(raw, "bzip2", _BZIP2, bz2.BZ2Decompressor)
    return Plain(raw)


class Plain:
    """An uncompressed file as a :class:`Stream`."""

    member = 0
    packed = False

    def __init__(self, raw: BinaryIO) -> None:
        # read1 returns what a pipe has now; read would wait for a full piece.
        self._read = raw.read1 if isinstance(raw, io.BufferedReader) else raw.read
        self._raw = raw

    def read(self) -> bytes:
        return self._read(PIECE)

    def size(self) -> int | None:
        if not self._raw.seekable():
            return None
        here = self._raw.tell()
        size = self._raw.seek(0, io.SEEK_END)
        self._raw.seek(here)
        return size

    def seek(self, position: int) -> bool:
        if not self._raw.seekable():
            return False
        self._raw.seek(position)
        return True

    def resync(self, begins: re.Pattern[bytes]) -> bool:
        return False  # an uncompressed file has no checksum that could fail


class Members:
    """A compressed file as a :class:`Stream`: its members one after the other."""

    packed = True

    def __init__(
        self, raw: BinaryIO, name: str, magic: re.Pattern[bytes], start: Callable[[], Decoder]
    ) -> None:
        self._raw = raw
        self._name = name
        self._magic = magic
        self._start = start
        self._decoder: Decoder | None = None
        self._rest = b""  # read from the file and not yet given to a decoder
        self._offset = raw.tell() if raw.seekable() else 0  # of the rest in the file
        self.member = self._offset

    def read(self) -> bytes:
        while True:
            if self._decoder is None and not self._next():
                return b""
            piece = self._piece(self._decoder)  # type: ignore[arg-type]
            if piece:
                return piece

    def _piece(self, decoder: Decoder) -> bytes:
        data = b""
        if decoder.needs_input:
            if not self._rest:
                self._fill(1)
            data, self._rest = self._rest, b""
            self._offset += len(data)
            if not data:
                self._decoder = None
                raise Damaged(self.member, f"the {self._name} data is cut short", sound=True)
        try:
            piece = decoder.decompress(data, PIECE)
        except _ERRORS as error:
            self._decoder = None
            raise Damaged(self.member, f"the {self._name} data is damaged: {error}", sound=False) from error
        if decoder.eof:
            self._rest = decoder.unused_data + self._rest
            self._offset -= len(decoder.unused_data)
            self._decoder = None
        return piece

    def _fill(self, number: int) -> None:
        while len(self._rest) < number and (more := self._raw.read(_INPUT)):
            self._rest += more

    def _next(self) -> bool:
        """Start the next member; whether there is one."""
        self._fill(16)
        while self._rest.startswith(b"\0"):  # tapes and block devices pad with zeros
            content = self._rest.lstrip(b"\0")
            self._offset += len(self._rest) - len(content)
            self._rest = content
            self._fill(16)
        self.member = self._offset
        if not self._rest:
            return False
        if not self._magic.match(self._rest):
            raise Damaged(self._offset, f"no {self._name} member begins here", sound=True)
        self._decoder = self._start()
        return True

    def size(self) -> int | None:
        return None

    def seek(self, position: int) -> bool:
        return False

    def resync(self, begins: re.Pattern[bytes]) -> bool:
        if not self._raw.seekable():
            return False
        base = self.member + 1
        self._raw.seek(base)
        window = b""
        while more := self._raw.read(PIECE):
            window += more
            for found in self._magic.finditer(window):
                if self._begins(base + found.start(), begins):
                    return True
            self._raw.seek(base + len(window))
            base += max(0, len(window) - 16)
            window = window[-16:]
        self._rest, self._decoder = b"", None
        return False

    def _begins(self, offset: int, begins: re.Pattern[bytes]) -> bool:
        """Whether a member whose content matches ``begins`` starts at ``offset``; if so, it is read next."""
        self._raw.seek(offset)
        try:
            content = self._start().decompress(self._raw.read(_PROBED), 64)
        except _ERRORS:
            return False
        if not begins.match(content):
            return False
        self._raw.seek(offset)
        self._rest, self._offset, self._decoder = b"", offset, None
        return True


def _zstd_members(raw: BinaryIO) -> Members:
    """Zstd frames, with the dictionary that the first frame may hold (IIPC proposal for .warc.zst)."""
    head = raw.peek(8)[:8] if isinstance(raw, io.BufferedReader) else b""
    size = int.from_bytes(head[4:8], "little")
    if not head.startswith(_DICTIONARY) or size > _LARGEST_DICTIONARY:
        return Members(raw, "zstd", _ZSTD, zstd.ZstdDecompressor)
    content = raw.read(8 + size)[8:]
    try:
        if content.startswith(b"\x28\xb5\x2f\xfd"):
            content = zstd.ZstdDecompressor().decompress(content, _LARGEST_DICTIONARY)
        dictionary = zstd.ZstdDict(content)
    except _ERRORS as error:
        raise Damaged(0, f"the zstd dictionary is damaged: {error}", sound=True) from error
    return Members(raw, "zstd", _ZSTD, lambda: zstd.ZstdDecompressor(zstd_dict=dictionary))
