"""The state folder of a worker (``worker.data_dir``): its owner, its lock and its permissions.

``worker.data_dir`` has RocksDB databases below ``v1/tables`` (``v1`` is Faust's app version), a file that names the mill,
cluster and layout they belong to, and a lock file that one worker holds while it runs. The databases are copies of the
changelog: one that cannot be trusted is renamed (set aside) and recovered from there.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import shutil
import socket
import time
from pathlib import Path

import msgspec

from streams import topics
from streams.errors import SettingsError, StateError
from streams.settings import Settings

LAYOUT = 2  # of the databases: 1 had RocksDB's TTL, which adds four bytes to each value
OWNER_FILE, LOCK_FILE = "crawlmill-state.json", "crawlmill-state.lock"
_KEPT_ASIDE = 2  # of each database: enough for a diagnosis, without filling the disk when damage recurs
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_NUMBERED = re.compile(r"(.*[^-])-([1-9]\d?)")  # a year at the end of a name counts nothing
_ELSEWHERE = "Another folder: --set worker.data_dir=FOLDER"

log = logging.getLogger(__name__)


class Owner(msgspec.Struct, frozen=True):
    """The mill and cluster that a folder's state belongs to. ``cluster`` is empty where the broker has no cluster id."""

    app: str
    cluster: str
    layout: int = LAYOUT


class StateFolder:
    """``worker.data_dir`` of one worker. Call :meth:`lock` before anything else."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.path = Path(settings.worker.data_dir).absolute()
        self._locked: int | None = None

    def lock(self) -> None:
        """Create the folder, lock it until this process ends, and make it unreadable for other users.

        Raises :class:`SettingsError`, with a remedy, for a folder that another worker has locked or that cannot be created.
        """
        if self._locked is not None:
            return
        os.umask(0o077)  # for all files that this process and its pool write
        self.make()
        try:
            self._locked = os.open(self.path / LOCK_FILE, os.O_RDWR | os.O_CREAT, _PRIVATE_FILE)
            fcntl.flock(self._locked, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.unlock()
            raise SettingsError(
                f"worker.data_dir = {self.path} is used by another worker that runs. Beside it: {self._beside()}"
            ) from error
        except OSError as error:
            self.unlock()
            raise SettingsError(
                f"worker.data_dir = {self.path}: cannot be locked: {error.strerror}. {_ELSEWHERE}"
            ) from error
        self._make_private()

    def unlock(self) -> None:
        """Release the lock; does nothing when it is not held."""
        descriptor, self._locked = self._locked, None
        if descriptor is not None:
            os.close(descriptor)

    def require_port(self) -> None:
        """Raise :class:`SettingsError`, with a remedy, when ``worker.web_port`` cannot be listened on."""
        worker = self._settings.worker
        if error := _refused(worker.web_host, worker.web_port):
            raise SettingsError(
                f"worker.web_port = {worker.web_port} at {worker.web_host} cannot be had: {error.strerror}. "
                f"If another worker has it: crawlmill --set worker.data_dir={worker.data_dir} worker --web-port {self._free_port()}, "
                "other options as they are"
            ) from error

    def require_owner(self, cluster: str) -> None:
        """Raise :class:`StateError`, with a remedy, when the folder has the state of another mill or cluster."""
        app, found = topics.app_id(self._settings), self._owner()
        if found is None or (
            found.app == app and not (found.cluster and cluster and found.cluster != cluster)
        ):
            return
        raise StateError(
            f"worker.data_dir = {self.path} holds the state of mill {found.app} on cluster {found.cluster or '?'}; "
            f"this is mill {app} on cluster {cluster or '?'}. Give this mill a folder of its own: "
            f"--set worker.data_dir={self._free_name()}. If the other one is gone for good: rm -r {self.path / 'v1'} "
            f"{self.path / OWNER_FILE}"
        )

    def claim(self, cluster: str) -> None:
        """Record this mill and cluster as the folder's owner, or check that they are.

        Databases without an owner file, or of another layout, are set aside: they cannot be read, and the changelog has the
        same contents. Raises :class:`StateError`, with a remedy, for the state of another mill.
        """
        self.require_owner(cluster)
        ours = Owner(topics.app_id(self._settings), cluster)
        found = self._owner()
        if found is not None and not cluster:
            ours = Owner(ours.app, found.cluster)
        if found is None or found.layout != LAYOUT:
            for database in self.databases():
                set_aside(
                    database,
                    f"there is no {OWNER_FILE}" if found is None else f"its layout is {found.layout}",
                )
        if found != ours:
            self._write(ours)

    def databases(self) -> list[Path]:
        """The paths of the databases, without those that were set aside."""
        return sorted(self.path.glob("v*/tables/*.db"))

    def make(self) -> None:
        """Create the folder if it does not exist. Raises :class:`SettingsError` if that fails or less than 64 MB are free."""
        try:
            self.path.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"worker.data_dir = {self.path}: cannot be made: {error.strerror}. {_ELSEWHERE}"
            ) from error
        if shutil.disk_usage(self.path).free < 64_000_000:
            raise SettingsError(
                f"worker.data_dir = {self.path}: less than 64 MB are free there. Free some. {_ELSEWHERE}"
            )

    def _make_private(self) -> None:
        """Make our files in the folder unreadable for other users. Not the folder itself, which may be a mount with other files."""
        for tree in (*self.path.glob("v*"), *self.path.glob("crawlmill-state.*")):
            for path in (tree, *tree.rglob("*")):
                if path.is_symlink():
                    continue
                try:
                    path.chmod(_PRIVATE_FOLDER if path.is_dir() else _PRIVATE_FILE)
                except PermissionError:
                    log.warning("%s belongs to another user, who decides who may read it", path)

    def _owner(self) -> Owner | None:
        path = self.path / OWNER_FILE
        try:
            return msgspec.json.decode(path.read_bytes(), type=Owner)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError as error:
            log.warning("%s cannot be read and counts as missing: %s", path, error)
            return None

    def _write(self, owner: Owner) -> None:
        """Replace the owner file atomically."""
        path = self.path / f"{OWNER_FILE}.new"
        with path.open("wb") as file:
            file.write(msgspec.json.encode(owner) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        path.replace(self.path / OWNER_FILE)

    def _free_name(self) -> str:
        """The first of ``data-2``, ``data-3`` ... that does not exist, where ``data``, or one of these, is the setting."""
        given = self._settings.worker.data_dir.rstrip("/")
        numbered = _NUMBERED.fullmatch(given)
        base, first = (numbered[1], int(numbered[2]) + 1) if numbered else (given, 2)
        return next(name for n in range(first, 1_000_000) if not Path(name := f"{base}-{n}").exists())

    def _beside(self) -> str:
        """The command that starts one more worker on this machine."""
        return f"crawlmill --set worker.data_dir={self._free_name()} worker --web-port {self._free_port()}, other options as they are"

    def _free_port(self) -> int:
        """A port for one more worker. It is another one also where ours is free: the worker that runs may be about to listen on it."""
        worker = self._settings.worker
        ports = range(worker.web_port + 1 if worker.web_port else 0, 65_536)
        return next((port for port in ports if _refused(worker.web_host, port) is None), 0)


def _refused(host: str, port: int) -> OSError | None:
    """The error of listening on this address; None where it is free."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as the server does: a closing connection does not block the port
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def set_aside(database: Path, why: str) -> Path | None:
    """Rename a database, so that a new one is created and this one can be examined; only the newest two are kept.

    Returns the new path, or None when the database does not exist.
    """
    if not os.path.lexists(database):
        return None
    # Both of one reading of the clock, so that names sort by age.
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(seconds))
    aside = database.with_name(f"{database.name}.aside-{stamp}-{nanoseconds:09}")
    database.rename(aside)
    log.warning(
        "%s is set aside as %s and recovered from the changelog: %s. No action is needed; delete it when you do not need it",
        database, aside.name, why,
    )  # fmt: skip
    for old in sorted(database.parent.glob(f"{database.name}.aside-*"))[:-_KEPT_ASIDE]:
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    return aside
