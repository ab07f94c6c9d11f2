"""RocksDB with real damage: what cannot be read is set aside, whether it shows at once or later."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP

from streams.errors import StateError
from streams.runtime.app import create
from streams.runtime.faust_overrides.rocksdb_store import StateStore, is_damage
from streams.settings import Settings, Worker

KEYS = [b"%04d" % number for number in range(3_000)]
Damage = Callable[[Path], object]


@asynccontextmanager
async def _store(folder: Path) -> AsyncIterator[StateStore]:
    """A table's store as a worker opens it."""
    app = create(Settings(worker=Worker(data_dir=str(folder))))
    app.finalize()
    store: StateStore = app.buckets.data
    yield store
    await store.stop()


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database: two files of rows, closed in order."""

    async def write() -> Path:
        folder = tmp_path_factory.mktemp("healthy")
        async with _store(folder) as store:
            for key in KEYS:
                store.database(0).put(key, os.urandom(300))
            store.set_persisted_offset(TP("changelog", 0), 41)
            store.database(0)._rocksdb.flush()
        return folder

    return asyncio.run(write())


@pytest.fixture
def folder(healthy: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(healthy, tmp_path / "data"))


def _one(pattern: str) -> Callable[[Path], Path]:
    return lambda database: max(database.glob(pattern), key=lambda path: path.stat().st_size)


def _cut(pattern: str, share: float) -> Damage:
    def cut(database: Path) -> None:
        path = _one(pattern)(database)
        os.truncate(path, int(path.stat().st_size * share))

    return cut


def _flip(pattern: str, share: float) -> Damage:
    def flip(database: Path) -> None:
        path = _one(pattern)(database)
        content = bytearray(path.read_bytes())
        at = min(int(len(content) * share), len(content) - 8)
        content[at : at + 8] = bytes(byte ^ 0xFF for byte in content[at : at + 8])
        path.write_bytes(content)

    return flip


def _remove(pattern: str) -> Damage:
    return lambda database: _one(pattern)(database).unlink()


AT_ONCE: dict[str, Damage] = {
    "CURRENT is missing": _remove("CURRENT"),
    "CURRENT is empty": _cut("CURRENT", 0),
    "CURRENT names another file": lambda database: (database / "CURRENT").write_text("MANIFEST-999999\n"),
    "MANIFEST is missing": _remove("MANIFEST-*"),
    "MANIFEST is cut": _cut("MANIFEST-*", 0.3),
    "MANIFEST is damaged": _flip("MANIFEST-*", 0.5),
    "rows are missing": _remove("*.sst"),
    "rows are cut": _cut("*.sst", 0.5),
    "the end of the rows is damaged": _flip("*.sst", 1.0),
    "it is a file": lambda database: (shutil.rmtree(database), database.write_bytes(b"no folder")),
}


@pytest.mark.parametrize("damage", AT_ONCE.values(), ids=AT_ONCE)
def test_a_database_that_does_not_open_is_set_aside_and_begun_anew(folder: Path, damage: Damage) -> None:
    async def story() -> list[int]:
        counted: list[int] = []
        async with _store(folder) as store:
            store.on_damage = lambda: counted.append(1)
            damage(store.path_of(0))
            assert (
                store.persisted_offset(TP("changelog", 0)) is None
            )  # so recovery reads all of the changelog
            assert store.database(0).get(KEYS[0]) is None
            store.database(0).put(b"new", b"value")
            assert len(list(store.path_of(0).parent.glob("buckets-0.db.aside-*"))) == 1
        return counted

    assert asyncio.run(story()) == [1]


def _read_all(store: StateStore) -> None:
    for key in KEYS:
        store.database(0).get(key)


def _walk_all(store: StateStore) -> None:
    assert len(list(store.database(0).items())) == len(KEYS)


@pytest.mark.parametrize("use", [_read_all, _walk_all])
def test_damage_that_shows_in_use_stops_the_worker_once_and_the_next_one_begins_anew(
    folder: Path, use: Callable[[StateStore], None]
) -> None:
    async def story() -> None:
        async with _store(folder) as store:
            _flip("*.sst", 0.3)(store.path_of(0))
            with pytest.raises(StateError, match="partition 0 is damaged and was set aside; a restart"):
                use(store)
            assert not store.path_of(0).exists()
            for _ in range(2):  # an empty one would be taken for all there is
                with pytest.raises(StateError):
                    store.database(0)
        async with _store(folder) as store:
            assert store.persisted_offset(TP("changelog", 0)) is None
            assert store.database(0).get(KEYS[0]) is None

    asyncio.run(story())


def test_damage_that_recovery_meets_ends_the_worker(folder: Path) -> None:
    class Message:
        tp, partition, offset, key, value = TP("changelog", 0), 0, 42, b"bucket", b"memory"

    class Event:
        message = Message

    async def story() -> list[BaseException]:
        crashed: list[BaseException] = []
        async with _store(folder) as store:
            app: Any = store.app

            async def crash(error: BaseException) -> None:
                crashed.append(error)

            app.crash = crash
            app.loop = asyncio.get_running_loop()

            def damaged(_: Any) -> None:
                raise Exception("Corruption: block checksum mismatch")

            store.database(0)._rocksdb.close()
            store.database(0)._rocksdb = type(
                "Broken", (), {"write": staticmethod(damaged), "close": lambda: None}
            )
            with pytest.raises(StateError):
                store.apply_changelog_batch([Event], bytes, bytes)
            await asyncio.sleep(0)
        return crashed

    assert [type(error) for error in asyncio.run(story())] == [StateError]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_log_that_ends_early_is_believed_as_far_as_it_goes(tmp_path: Path, share: float) -> None:
    """What a crash leaves: values before their offset, so that what is missing is read from the changelog."""
    code = f"""
import asyncio, os, signal
from pathlib import Path
from faust.types import TP
from runtime.faust_overrides.test_rocksdb_store import _store

async def write():
    async with _store(Path({str(tmp_path)!r})) as store:
        for number in range(1_000):
            store.database(0).put(b"%04d" % number, bytes(200))
            store.set_persisted_offset(TP("changelog", 0), number)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(write())
"""
    here = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)])}
    killed = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL

    async def story() -> tuple[int, int]:
        async with _store(tmp_path) as store:
            _cut("*.log", share)(store.path_of(0))
            offset = store.persisted_offset(TP("changelog", 0))
            assert offset is not None
            known = {key for key, _ in store.database(0).items()}
            assert {b"%04d" % number for number in range(offset + 1)} <= known
            return offset, len(known)

    offset, known = asyncio.run(story())
    assert 0 < offset < 999 and known < 1_000


@pytest.mark.parametrize(
    ("said", "damage"),
    [
        ("Corruption: block checksum mismatch", True),
        ("IO error: No such file or directory: While opening a file: /d/MANIFEST-000005", True),
        ("IO error: lock hold by current process: /d/LOCK: No locks available", False),
        ("IO error: While lock file: /d/LOCK: Resource temporarily unavailable", False),
        ("IO error: No space left on device: While appending to file: /d/000008.log", False),
        ("IO error: Permission denied: While open a file for random read: /d/000008.sst", False),
        ("IO error: Too many open files: While open a file: /d/000008.sst", False),
        ("DB is read only", False),
    ],
)
def test_what_is_damage_and_what_is_the_machine_s_state(said: str, damage: bool) -> None:
    assert is_damage(Exception(said)) is damage


def test_a_database_is_walked_in_steps_without_the_store_s_own_keys(tmp_path: Path) -> None:
    async def story() -> None:
        async with _store(tmp_path) as store:
            for key in KEYS:
                store.database(0).put(key, key)
            store.set_persisted_offset(TP("changelog", 0), 7)
            store.set_log_id(0, "log documents")
            assert [key for key, _ in store.database(0).items()] == KEYS
            assert store.database(0).after(KEYS[9], 2) == [(KEYS[10], KEYS[10]), (KEYS[11], KEYS[11])]
            assert store.log_id(0) == "log documents" and store.written(0) > 1_700_000_000

    asyncio.run(story())
