"""WACZ files: a zip of WARC files and indexes, as browsertrix and ArchiveWeb.page write it."""

from __future__ import annotations

import contextlib
import functools
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from streams.feeding.item import Part
from streams.feeding.readers import warc_pages
from streams.feeding.readers.warc_pages import Originals
from streams.feeding.tally import Tally

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_ENDINGS = (".warc", ".warc.gz", ".warc.zst")
_ERRORS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError)


def read(path: Path, tally: Tally, originals: Originals) -> Iterator[Part]:
    """Yield the pages of the WARC files in the zip, in the order of its directory."""
    number = 0
    try:
        entries = _warcs(path)
    except (*_ERRORS, OSError) as error:
        tally.damaged(str(path), 0, f"no zip file, or cut short: {error}")
        return
    if not entries:
        tally.damaged(str(path), 0, "no WARC file in it; is it a WACZ?")
    for entry in entries:
        opener = functools.partial(_opened, path, entry.filename)
        try:
            for part in warc_pages.pages(opener, f"{path}!{entry.filename}", tally, originals):
                number += 1
                yield part._replace(number=number, consumed=entry.header_offset)
        except (*_ERRORS, OSError) as error:
            tally.damaged(f"{path}!{entry.filename}", 0, f"the zip entry is damaged: {error}")


def pass_over(path: Path, originals: Originals) -> None:
    """Remember the WARC files in the zip for revisit records; nothing where it is damaged."""
    with contextlib.suppress(*_ERRORS, OSError):
        for entry in _warcs(path):
            opener = functools.partial(_opened, path, entry.filename)
            originals.pass_over(opener, f"{path}!{entry.filename}")


def _warcs(path: Path) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(path) as archive:
        return [entry for entry in archive.infolist() if entry.filename.lower().endswith(_ENDINGS)]


class _Forward(io.RawIOBase):
    """A compressed zip entry as a stream that cannot seek: seeking back would decompress it from its start each time."""

    def __init__(self, entry: IO[bytes]) -> None:
        self._entry = entry

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        piece = self._entry.read(len(view))
        view[: len(piece)] = piece
        return len(piece)


@contextlib.contextmanager
def _opened(path: Path, entry: str) -> Iterator[BinaryIO]:
    with zipfile.ZipFile(path) as archive, archive.open(entry) as raw:
        stored = archive.getinfo(entry).compress_type == zipfile.ZIP_STORED
        yield io.BufferedReader(cast(io.RawIOBase, raw) if stored else _Forward(raw))
