"""Files of concatenated compressed members (gzip, zstd, bzip2), unpacked piece by piece.

A WARC has a member a record. Memory is bounded by the size of a piece, whatever a member unpacks to; damage is told with
its offset, and reading can go on at the next member.
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
_INPUT = 1 << 14  # bytes read at a time: small, because what follows a member is copied for each member
_PROBED = 1 << 12  # bytes looked at to tell whether a member really begins at a place
_DICTIONARY = (
    b"\x5d\x2a\x4d\x18"  # a skippable frame that holds a dictionary, at the beginning of a .warc.zst
)
_LARGEST_DICTIONARY = 1 << 24
_ERRORS = (zlib.error, zstd.ZstdError, OSError, EOFError, ValueError)


class Damaged(Exception):
    """The stream cannot be read on at ``offset``. ``sound``: all that came before it was checked or is whole."""

    def __init__(self, offset: int, what: str, sound: bool) -> None:
        super().__init__(what)
        self.offset = offset
        self.what = what
        self.sound = sound


class Decoder(Protocol):
    """Of one member. The bounded interface of bz2 and zstd in the standard library."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended, and its checksum is right."""

    @property
    def unused_data(self) -> bytes:
        """What came behind it."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes of what was given."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most so many bytes more."""


class Stream(Protocol):
    """Bytes in pieces. ``member`` is the offset in the file of the member that the last piece is from, if it is ``packed``."""

    member: int
    packed: bool

    def read(self) -> bytes:
        """The next piece; empty at the end. Raises :class:`Damaged`."""

    def size(self) -> int | None:
        """Bytes of all content, if that is known."""

    def seek(self, position: int) -> bool:
        """Whether reading goes on at that position of the content."""

    def resync(self, begins: re.Pattern[bytes]) -> bool:
        """Whether reading can go on behind the damage: at the next member whose content ``begins`` matches."""


class _Gunzip:
    """zlib's object for one gzip member, with the interface of the others."""

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
    """The file as a stream: unpacked where its first bytes say so, or, where they are no text, its name.

    Browsers unpack what they download and keep its name; a damaged file may lack its first bytes.
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
    """A file that is not compressed."""

    member = 0
    packed = False

    def __init__(self, raw: BinaryIO) -> None:
        # What a pipe has, at once: read() would wait until a piece is full.
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
        return False  # it is never damaged


class Members:
    """The members of a compressed file, one after the other."""

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
        """Go to the next member, if there is one."""
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
        """Whether a member with such content begins there; if so, it is the next one."""
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
    """Zstd frames, with the dictionary that a first frame may bring (the .warc.zst proposal of the IIPC)."""
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
