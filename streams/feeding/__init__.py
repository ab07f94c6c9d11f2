"""Files and streams -> messages, exactly as they go onto pages.raw."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from streams.errors import BadInput
from streams.feeding import jsonl, pages, warc
from streams.feeding.item import Item, Part

_log = logging.getLogger(__name__)

STDIN = "-"
_READERS: dict[str, Callable[[Path], Iterator[Part]]] = {
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), jsonl.read),
    **dict.fromkeys((".html", ".htm", ".xhtml"), pages.read_html),
    ".txt": pages.read_text,
    ".warc": warc.read,
}
_NOT_PAGES = {
    "expected.json",
    "README.md",
}  # beside the sample pages: what must become of them, and what they are


def read(paths: Sequence[str | Path]) -> Iterator[Item]:
    """Every page of the files, folders (recursively, sorted by name) and streams, in order.

    Raises :class:`BadInput` that names the file for one that is missing, of an unknown kind or cut short; what could be
    read of it has been yielded by then. Files of an unknown kind inside a folder are skipped with a note in the log.
    """
    before = 0
    for path in paths:
        for file in _files(path):
            name = "stdin" if str(file) == STDIN else str(file)
            parts = jsonl.read_stream(sys.stdin.buffer) if name == "stdin" else _reader(file)(file)
            for part in parts:
                yield Item(
                    message=part.message, origin=f"{name}:{part.number}", consumed=before + part.consumed
                )
            before += 0 if name == "stdin" else file.stat().st_size


def total_bytes(paths: Sequence[str | Path]) -> int | None:
    """Bytes of all input, to show progress by; None when some of it is a stream. Raises :class:`BadInput`."""
    if any(str(path) == STDIN for path in paths):
        return None
    return sum(file.stat().st_size for path in paths for file in _files(path))


def _files(given: str | Path) -> Iterator[Path]:
    path = Path(given)
    if str(given) == STDIN:
        yield path
    elif path.is_dir():
        yield from _within(path)
    elif path.is_file():
        _reader(path)
        yield path
    else:
        raise BadInput(f"{path}: no such file or folder")


def _within(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.name in _NOT_PAGES:
            continue
        if _kind(file) in _READERS:
            yield file
        else:
            _log.warning("skipped %s: not a kind of file that holds pages", file)


def _reader(path: Path) -> Callable[[Path], Iterator[Part]]:
    reader = _READERS.get(_kind(path))
    if reader is None:
        kinds = ", ".join(sorted(_READERS))
        raise BadInput(
            f"{path}: unknown kind of file; known are {kinds}, each also with .gz, and - for JSON Lines on stdin"
        )
    return reader


def _kind(path: Path) -> str:
    """The file's kind by its name, without ``.gz``."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


__all__ = ["Item", "read", "total_bytes"]
