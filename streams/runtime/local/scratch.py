"""Temporary folders that are always removed: after a kill, by the next program that uses the same prefix."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOCK = "in-use"


@contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """Yield a new folder, removed at exit. First, folders with this prefix whose programs have ended are removed.

    A program holds a lock on a file in its folder (flock(2)), which the kernel releases however the program ends.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        _sweep(left)
    with tempfile.TemporaryDirectory(prefix=prefix) as made:
        place = Path(made)
        with (place / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield place


def _sweep(left: Path) -> None:
    """Remove a folder that is not locked. One without the lock file is being created or belongs to another program."""
    with (
        suppress(OSError),
        (left / _LOCK).open("r+") as lock,
    ):  # locked, without permission, or removed meanwhile
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left, ignore_errors=True)
