"""How far files have been fed, in a small SQLite file, so that an interrupted run goes on where it stopped.

What is written is never ahead of the acknowledgements of the broker: after a crash of the process, what was sent and not yet
acknowledged is sent again, and nothing is left out. After a crash of the machine the last moments before it may be missing from
the file, and are sent again, too.
"""

from __future__ import annotations

import enum
import os
import sqlite3
import stat
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from streams.errors import BadInput
from streams.feeding import STATE
from streams.feeding.item import Done, Item

_APPLICATION = 0x63726D66  # "crmf": tells our files from other SQLite databases
_FORMAT = 1
_SHOWN = 5  # changed files named in an error
_TABLES = """
CREATE TABLE target (cluster TEXT, topic TEXT, topic_id TEXT, selection TEXT);
CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, parts INTEGER, complete INTEGER) WITHOUT ROWID;
"""


class Changed(enum.StrEnum):
    """What becomes of a file that has changed since it was fed."""

    REFUSE = "refuse"  # nothing is fed
    AGAIN = "again"  # it is fed from its beginning
    CONTINUE = "continue"  # it is fed behind the pages that were; right for files that only grow


class Target(NamedTuple):
    """Where pages go, and which: a state is of one target. ``topic_id`` is empty where the broker gives none."""

    cluster: str
    topic: str
    topic_id: str
    selection: str


class _Row(NamedTuple):
    """What is known of a file. ``parts``: how many of its pages were acknowledged."""

    size: int
    mtime_ns: int
    parts: int
    complete: bool


def state_path(paths: Sequence[str | Path]) -> Path:
    """The state's usual place: beside the first of the paths that has one there, else the first, under its name with ``.feed-state``.

    So ``*.warc.gz`` has the same state when another file comes to be the first.
    """
    found = [_beside(Path(path).resolve()) for path in paths]
    return next((path for path in found if path.exists()), found[0])


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}{STATE}") if path.name else path / STATE


class State:
    """The state of feeding ``files`` to ``target``, open for one run; a second run at the same time is refused.

    :attr:`done` is what earlier runs have fed, for :func:`streams.feeding.read_files`, which has to read :attr:`files`:
    each once, where a folder has links to what is in it, and none that a folder got meanwhile. ``unread`` may grow while they are read:
    those in it are not taken for complete. Without ``write`` the state is only looked at. Raises :class:`BadInput` for a state of another
    target, a file that is no state or cannot be written, and for files that have changed, unless ``changed`` says what to do.
    """

    def __init__(
        self,
        path: Path,
        target: Target,
        files: Sequence[Path],
        changed: Changed = Changed.REFUSE,
        unread: Collection[Path] = (),
        write: bool = True,
    ) -> None:
        self._path = path
        once: dict[str | bytes, Path] = {}
        for file in files:
            once.setdefault(_name(file), file)
        self._names, self.files = list(once), list(once.values())
        self._unread = unread
        self._writes = write
        self._at = 0  # index of the file that has the last acknowledged page
        try:
            self._database = sqlite3.connect(path, isolation_level=None, timeout=1.0)
        except sqlite3.Error as error:
            raise self._failed(error) from error
        try:
            self._open()
            self._check_target(target)
            self.done = self._begin(changed)
        except sqlite3.Error as error:
            raise self._failed(error) from error
        except BadInput:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def acknowledged(self, items: Sequence[Item]) -> None:
        """Remember that these items, and all before them, are dealt with. Raises :class:`BadInput` where that cannot be written."""
        begun = self._at
        parts: dict[int, int] = {}  # by index of the file
        for item in items:
            while self.files[self._at] != item.file:
                self._at += 1
            parts[self._at] = item.nth
        try:
            self._execute(
                "UPDATE files SET parts = ? WHERE path = ?",
                [(nth, self._names[at]) for at, nth in parts.items()],
            )
            if begun < self._at:
                self._complete(begun, self._at)
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def finish(self) -> None:
        """Remember that all files are fed to their ends. Raises :class:`BadInput` where that cannot be written."""
        try:
            self._complete(self._at, len(self.files))
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _complete(self, begin: int, end: int) -> None:
        names = [(self._names[at],) for at in range(begin, end) if self.files[at] not in self._unread]
        self._execute("UPDATE files SET complete = 1 WHERE path = ?", names)

    def _execute(self, statement: str, rows: Sequence[tuple[str | bytes | int, ...]]) -> None:
        """Run a statement for each row, in one transaction."""
        if len(rows) == 1:
            self._database.execute(statement, rows[0])
            return
        self._database.execute("BEGIN")
        with self._database:  # commits, or rolls back what failed
            self._database.executemany(statement, rows)

    def _open(self) -> None:
        """Lock the file, and create its tables if it is new."""
        run = self._database.execute
        run("PRAGMA locking_mode = EXCLUSIVE")
        run("PRAGMA synchronous = NORMAL")
        (application,), (format_,) = (
            run("PRAGMA application_id").fetchone(),
            run("PRAGMA user_version").fetchone(),
        )
        empty = run("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        if application != _APPLICATION and not empty:
            raise BadInput(f"{self._path}: not the state of a feed; name another file with --state")
        run("PRAGMA journal_mode = WAL")
        run("BEGIN IMMEDIATE")
        if empty:
            for statement in _TABLES.split(";")[:-1]:
                run(statement)
            run(f"PRAGMA application_id = {_APPLICATION}")
            run(f"PRAGMA user_version = {_FORMAT}")
        elif format_ != _FORMAT:
            raise BadInput(
                f"{self._path}: the state of another version of crawlmill; feed with that one, or name another file with --state"
            )
        run("COMMIT")

    def _check_target(self, target: Target) -> None:
        row = self._database.execute("SELECT * FROM target").fetchone()
        if row is None and not self._writes:
            return
        if row is None:
            self._database.execute("INSERT INTO target VALUES (?, ?, ?, ?)", target)
            return
        was = Target(*row)
        if was.topic != target.topic or (was.cluster and target.cluster and was.cluster != target.cluster):
            raise BadInput(
                f"{self._path}: the state of feeding {was.topic} on cluster {was.cluster or '?'}, not {target.topic} on "
                f"{target.cluster or '?'}; name another file with --state"
            )
        if was.topic_id and target.topic_id and was.topic_id != target.topic_id:
            raise BadInput(
                f"{self._path}: {target.topic} was deleted and created anew since, and what was fed is gone; remove the file to feed all"
            )
        if was.selection != target.selection:
            raise BadInput(
                f"{self._path}: begun with {was.selection}, not {target.selection}; give the same options, or another file with --state"
            )
        if target.topic_id and not was.topic_id and self._writes:
            self._database.execute("UPDATE target SET topic_id = ?", (target.topic_id,))

    def _begin(self, changed: Changed) -> dict[Path, Done]:
        """Compare the files with what is known of them, and enter them as they are now."""
        known = {name: _Row(*row) for name, *row in self._database.execute("SELECT * FROM files")}
        rows: dict[str | bytes, _Row] = {}
        differing: list[str] = []
        for file, name in zip(self.files, self._names, strict=True):
            now, was = _identity(file), known.get(name)
            rows[name] = now
            if was is None or not was.parts:
                continue
            same = (was.size, was.mtime_ns) == (now.size, now.mtime_ns)
            shorter = now.size < was.size
            if same or (changed is Changed.CONTINUE and not shorter):
                rows[name] = now._replace(parts=was.parts, complete=bool(was.complete) and same)
            elif changed is not Changed.AGAIN:
                differing.append(
                    f"{file} ({'shorter' if shorter else 'changed'}; {was.parts:,} of its pages were fed)"
                )
        if differing:
            raise BadInput(_differ(differing))
        if self._writes:
            self._execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                [(name, *row) for name, row in rows.items()],
            )
        return {
            Path(os.fsdecode(name)): Done(row.parts, bool(row.complete))
            for name, row in rows.items()
            if row.parts
        }

    def _failed(self, error: sqlite3.Error) -> BadInput:
        problem = str(error)
        if "locked" in problem:
            problem = "another crawlmill feed is using it"
        return BadInput(
            f"{self._path}: the state cannot be kept there: {problem}; name another file with --state"
        )


def _name(file: Path) -> str | bytes:
    """The name of a file as it is written down: bytes where it is not UTF-8, which SQLite's text has to be."""
    name = str(file.resolve())
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name


def _identity(file: Path) -> _Row:
    try:
        status = file.stat()
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror or error}") from error
    if not stat.S_ISREG(status.st_mode):
        raise BadInput(f"{file}: not a plain file, so it cannot be read again from where a run stopped")
    return _Row(status.st_size, status.st_mtime_ns, 0, False)


def _differ(files: Sequence[str]) -> str:
    shown = ", ".join(files[:_SHOWN]) + (f" and {len(files) - _SHOWN:,} more" if len(files) > _SHOWN else "")
    return (
        f"not as they were when they were fed: {shown}. Nothing was fed now; --changed again feeds them from their beginnings, "
        "--changed continue what follows in files that have grown"
    )
