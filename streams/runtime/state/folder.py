"""The state folder of a worker (``worker.data_dir``): its owner, its lock and its permissions.

``worker.data_dir`` holds RocksDB databases below ``v1/tables`` (Faust's app version), and beside them a mark, which says by
which mill, on which cluster and in which layout they were written, and a lock, which one worker holds while it runs.
The databases are a copy of the changelog: whatever cannot be believed is set aside, and read from there again.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import socket
import time
from pathlib import Path

import msgspec

from streams import topics
from streams.errors import SettingsError, StateError
from streams.settings import Settings

LAYOUT = 2  # of the databases: 1 had RocksDB's TTL, which adds four bytes to each value
MARK, LOCK = "crawlmill-state.json", "crawlmill-state.lock"
_KEPT_ASIDE = (
    2  # of each database: enough to look into, and a disk is not filled by what is damaged again and again
)
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600

log = logging.getLogger(__name__)


class Mark(msgspec.Struct, frozen=True):
    """Whose state a folder holds. ``cluster`` is empty where the broker has no id."""

    app: str
    cluster: str
    layout: int = LAYOUT


class StateFolder:
    """``worker.data_dir`` of one worker. Nothing is touched before :meth:`lock`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.path = Path(settings.worker.data_dir).absolute()
        self._locked: int | None = None

    def lock(self) -> None:
        """Make the folder and have it to ourselves until this process ends, readable for nobody else.

        Raises :class:`SettingsError` for a folder that cannot be had, with what to do.
        """
        if self._locked is not None:
            return
        os.umask(0o077)  # whatever this process and its pool write is for nobody else to read
        self.make()
        try:
            self._locked = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT, _PRIVATE_FILE)
            fcntl.flock(self._locked, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.unlock()
            raise SettingsError(
                f"worker.data_dir = {self.path} is used by another worker that runs. Beside it: {self._beside()}"
            ) from error
        except OSError as error:
            self.unlock()
            raise SettingsError(
                f"worker.data_dir = {self.path}: cannot be locked: {error.strerror}"
            ) from error
        self._make_private()

    def unlock(self) -> None:
        """Let others have the folder. Harmless when it is not locked."""
        descriptor, self._locked = self._locked, None
        if descriptor is not None:
            os.close(descriptor)

    def require_port(self) -> None:
        """Raise :class:`SettingsError` where ``worker.web_port`` cannot be had, with what to do."""
        worker = self._settings.worker
        if error := _refused(worker.web_host, worker.web_port):
            raise SettingsError(
                f"worker.web_port = {worker.web_port} at {worker.web_host} cannot be had: {error.strerror}. "
                f"If another worker has it, beside it: {self._beside()}"
            ) from error

    def claim(self, cluster: str) -> None:
        """Mark the folder as that of this mill on this cluster, or see that it is.

        Databases without a mark, or of another layout, are set aside: they cannot be read, and the changelog has what they
        have. Raises :class:`StateError` for the state of another mill, with what to do.
        """
        ours = Mark(topics.app_id(self._settings), cluster)
        found = self._mark()
        if found is not None and (
            found.app != ours.app or (found.cluster and cluster and found.cluster != cluster)
        ):
            raise StateError(
                f"worker.data_dir = {self.path} holds the state of mill {found.app} on cluster {found.cluster or '?'}; "
                f"this is mill {ours.app} on cluster {cluster or '?'}. Give this mill a folder of its own: "
                f"--set worker.data_dir={self._free_name()}. If the other one is gone for good: rm -r {self.path / 'v1'} "
                f"{self.path / MARK}"
            )
        if found is not None and not cluster:
            ours = Mark(ours.app, found.cluster)
        if found is None or found.layout != LAYOUT:
            for database in self.databases():
                set_aside(database, "it has no mark" if found is None else f"its layout is {found.layout}")
        if found != ours:
            self._write(ours)

    def databases(self) -> list[Path]:
        """The databases there are, without those that were set aside."""
        return sorted(self.path.glob("v*/tables/*.db"))

    def make(self) -> None:
        """Make the folder if it is not there. Raises :class:`SettingsError` where that, or writing to it, cannot be."""
        try:
            self.path.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"worker.data_dir = {self.path}: cannot be made: {error.strerror}") from error
        if shutil.disk_usage(self.path).free < 64_000_000:
            raise SettingsError(f"worker.data_dir = {self.path}: less than 64 MB are free there")

    def _make_private(self) -> None:
        """Take what is there already from other users. The folder itself may be a mount, and hold other things."""
        for tree in (*self.path.glob("v*"), *self.path.glob("crawlmill-state.*")):
            for path in (tree, *tree.rglob("*")):
                if path.is_symlink():
                    continue
                try:
                    path.chmod(_PRIVATE_FOLDER if path.is_dir() else _PRIVATE_FILE)
                except PermissionError:
                    log.warning("%s belongs to another user, who decides who may read it", path)

    def _mark(self) -> Mark | None:
        path = self.path / MARK
        try:
            return msgspec.json.decode(path.read_bytes(), type=Mark)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            log.warning("%s cannot be read and counts as missing: %s", path, error)
            return None

    def _write(self, mark: Mark) -> None:
        """Replace the mark, whole or not at all."""
        path = self.path / f"{MARK}.new"
        with path.open("wb") as file:
            file.write(msgspec.json.encode(mark) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        path.replace(self.path / MARK)

    def _free_name(self) -> str:
        """The first of data-2, data-3 ... that is not there, where data is the setting."""
        given = self._settings.worker.data_dir.rstrip("/")
        return next(name for n in range(2, 1_000_000) if not Path(name := f"{given}-{n}").exists())

    def _beside(self) -> str:
        """What starts one more worker on this machine."""
        worker = self._settings.worker
        ports = range(worker.web_port, 65_536)
        port = next((port for port in ports if _refused(worker.web_host, port) is None), 0)
        return f"crawlmill --set worker.data_dir={self._free_name()} worker --web-port {port}, other options as they are"


def _refused(host: str, port: int) -> OSError | None:
    """Why nobody can listen there now; None where one can."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as the server does: what is closing is free
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def set_aside(database: Path, why: str) -> Path | None:
    """Rename a database, so that it is made anew and can be looked into; of each the newest are kept. None if it is gone."""
    if not os.path.lexists(database):
        return None
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    aside = database.with_name(f"{database.name}.aside-{stamp}-{time.time_ns() % 1_000_000_000:09}")
    database.rename(aside)
    log.warning(
        "%s is set aside as %s and read from the changelog again: %s. Nothing to do; delete it when you have seen it",
        database, aside.name, why,
    )  # fmt: skip
    for old in sorted(database.parent.glob(f"{database.name}.aside-*"))[:-_KEPT_ASIDE]:
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    return aside
