"""Temporary folders of which none stays: one whose program was killed goes when the next one starts."""

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
    """A new folder, removed at the end; before, those with the same prefix whose programs have ended are removed.

    Each holds a lock on a file in it (flock(2)), which the system lets go of however a program ends.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        _sweep(left)
    with tempfile.TemporaryDirectory(prefix=prefix) as made:
        place = Path(made)
        with (place / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield place


def _sweep(left: Path) -> None:
    """Remove a folder that nobody holds. One without the file is being made or is not ours."""
    with suppress(OSError), (left / _LOCK).open("r+") as lock:  # held, somebody else's, or gone meanwhile
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(left, ignore_errors=True)
