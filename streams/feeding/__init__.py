"""Reads files and streams into messages, exactly as they are produced to pages.raw."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from streams.errors import BadInput
from streams.feeding.address import host_key
from streams.feeding.item import Done, Item, Kind, Part
from streams.feeding.readers import jsonl, pages, wacz, warc_pages
from streams.feeding.tally import Skip, Tally
from streams.records import Message

STDIN = "-"
_PACKINGS = (".gz", ".zst", ".bz2")
_NOT_PAGES = {"expected.json", "README.md"}  # beside the sample pages in seeds/
_WARCS = frozenset([".warc", ".wet"])
STATE = ".feed-state"  # the end of the name of the file in which a run that can be resumed remembers what was acknowledged
_STATE_FILE = re.compile(rf"{re.escape(STATE)}(?:-wal|-shm|-journal)?\Z")  # SQLite has files beside it
_UNFED = Done()

_Reader = Callable[[Path, Tally], Iterator[Part]]


def _readers(originals: warc_pages.Originals) -> dict[str, _Reader]:
    """Return the reader of each file extension. WARC readers share the originals that revisit records refer to."""
    return {
        **dict.fromkeys((".jsonl", ".ndjson", ".json", ".har"), jsonl.read),
        **dict.fromkeys((".html", ".htm", ".xhtml"), pages.read_html),
        ".txt": pages.read_text,
        **dict.fromkeys(_WARCS, lambda path, tally: warc_pages.read(path, tally, originals)),
        ".wacz": lambda path, tally: wacz.read(path, tally, originals),
    }


_KINDS = frozenset(_readers(warc_pages.Originals()))


def read(
    paths: Sequence[str | Path], tally: Tally | None = None, done: Mapping[Path, Done] | None = None
) -> Iterator[Item]:
    """Yield every page of the files, folders (recursively, sorted by name, hidden folders in them left out) and streams, in order.

    Skipped input is counted in ``tally``: damage ends neither the reading of its file nor of those after it. Without a tally,
    :class:`BadInput` is raised for damage after everything has been read. What is ``done`` of a file, by its resolved path, is
    neither yielded nor counted.

    Raises :class:`BadInput` for a path that is missing or of an unknown kind.
    """
    counted = Tally() if tally is None else tally
    yield from read_files((file for path in paths for file in _files(path, counted)), counted, done)
    if tally is None and counted.failed:
        raise BadInput("; ".join(counted.messages()))


def read_files(
    files: Iterable[Path], tally: Tally, done: Mapping[Path, Done] | None = None
) -> Iterator[Item]:
    """As :func:`read`, of files as :func:`files` lists them. One that is gone by now is counted as unreadable."""
    originals = warc_pages.Originals()
    readers = _readers(originals)
    before = 0
    for file in files:
        fed = _UNFED if done is None else done.get(file.resolve(), _UNFED)
        if fed.complete:
            _pass_over(file, originals)
        else:
            yield from _items(file, _parts(file, readers, tally), before, fed.parts, tally)
        before += _size(file)


def total_bytes(paths: Sequence[str | Path]) -> int | None:
    """The size of all input in bytes, for progress bars; None when some of it is a stream. Raises :class:`BadInput`."""
    if any(str(path) == STDIN for path in paths):
        return None
    return sum(map(_size, files(paths)))


def files(paths: Sequence[str | Path], tally: Tally | None = None) -> list[Path]:
    """The files that :func:`read` reads, in its order; what it skips in folders is counted. Raises :class:`BadInput` as it does."""
    counted = Tally() if tally is None else tally
    return [file for path in paths for file in _files(path, counted)]


def _items(file: Path, parts: Iterator[Part], before: int, fed: int, tally: Tally) -> Iterator[Item]:
    """Yield the pages of a file behind the first ``fed``. What was skipped among those is not counted again."""
    saved = tally.saved() if fed else None
    for count, part in enumerate(parts, 1):
        if count > fed:
            message = Message(value=part.message.value, key=host_key(part.url))
            origin = f"{_name(file)}:{part.number}"
            yield Item(message, origin, before + part.consumed, part.url, part.kind, file, count)
        elif count == fed and saved is not None:
            tally.restore(saved)


def _pass_over(file: Path, originals: warc_pages.Originals) -> None:
    """Have a file that earlier runs have fed searched for what revisit records refer to, if need be."""
    if _kind(file) in _WARCS:
        originals.pass_over(lambda: file.open("rb"), str(file))
    elif _kind(file) == ".wacz":
        wacz.pass_over(file, originals)


def _parts(file: Path, readers: dict[str, _Reader], tally: Tally) -> Iterator[Part]:
    """Yield the pages of one file; an unreadable file is counted in ``tally`` and does not stop the others."""
    try:
        if str(file) == STDIN:
            yield from jsonl.read_stream(_stdin(), _name(file), tally)
        else:
            yield from readers[_kind(file)](file, tally)
    except OSError as error:
        tally.unreadable(file, _name(file), f"cannot be read: {error.strerror or error}")


def _stdin() -> BinaryIO:
    """Return standard input with a separate buffer: a thread may block in it while Python closes sys.stdin at exit."""
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except (OSError, ValueError):
        return sys.stdin.buffer  # under a test it is not a file


def _name(file: Path) -> str:
    return "stdin" if str(file) == STDIN else str(file)


def _size(file: Path) -> int:
    try:
        return 0 if str(file) == STDIN else file.stat().st_size
    except OSError:
        return 0  # it was removed meanwhile; reading it reports that


def _files(given: str | Path, tally: Tally) -> Iterator[Path]:
    path = Path(given)
    if not str(given):  # of a shell's unset variable; as a path it would be the working folder
        raise BadInput("an empty name is no file or folder; for the working folder write .")
    if str(given) == STDIN:
        yield path
    elif path.is_dir():
        yield from _within(path, tally)
    elif not path.exists():
        raise BadInput(f"{path}: no such file or folder")
    elif _kind(path) not in _KINDS:
        raise BadInput(
            f"{path}: unknown kind of file; known are {', '.join(sorted(_KINDS))}, each also with "
            f"{', '.join(_PACKINGS)}, and - for JSON Lines on stdin"
        )
    else:
        yield path


def _within(folder: Path, tally: Tally) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        at = Path(error.filename)
        tally.unreadable(at, str(at), f"cannot be read: {error.strerror}")

    found = []
    for at, folders, names in os.walk(folder, onerror=unreadable):
        found += [Path(at, name) for name in names]
        linked = {name for name in folders if Path(at, name).is_symlink()}
        tally.skip(Skip.FOLDER_LINK, len(linked))
        seen = [name for name in folders if not name.startswith(".")]
        tally.skip(Skip.HIDDEN_FOLDER, len(set(folders) - linked - set(seen)))
        folders[:] = seen  # os.walk goes on into these
    for file in sorted(found):
        if file.name in _NOT_PAGES or _STATE_FILE.search(file.name):
            continue
        if file.is_symlink() and not file.exists():
            tally.dangling(str(file), str(file.readlink()))
        elif file.is_file() and _kind(file) in _KINDS:
            yield file
        else:
            tally.skip(Skip.FILE_KIND)


def _kind(path: Path) -> str:
    """The extension of the file name in lower case, without that of a compression (``.gz``)."""
    name = Path(path.name.lower())
    return Path(name.stem).suffix if name.suffix in _PACKINGS else name.suffix


__all__ = ["Done", "Item", "Kind", "Skip", "Tally", "files", "read", "read_files", "total_bytes"]
