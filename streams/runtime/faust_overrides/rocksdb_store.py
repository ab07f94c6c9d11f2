"""Faust's RocksDB store, which recovers from damage: a damaged database is set aside and restored from the changelog.

Overrides methods of ``faust.stores.rocksdb.Store``. Faust 0.15 logs errors while applying a changelog batch and loses the batch, ends an iteration
at a damaged block as if it were the end, and treats any error that contains "lock" (as in "block checksum mismatch") as a locked database.

Damage is found when a database is opened (CURRENT, MANIFEST, a file of another size) or when a block with a wrong checksum is read:
by a lookup, by recovery, or by RocksDB's compaction, after which it refuses writes. A write-ahead log that ends early or in the middle of a
record is not damage: RocksDB opens with the records before, and recovery reads the rest.

Upstream patch: raise from ``apply_changelog_batch``; check the iterator's status; match "lock hold" instead of "lock".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from faust.stores.rocksdb import Store
from faust.types import TP
from rocksdict import WriteBatch

from streams.errors import StateError
from streams.runtime.state.folder import set_aside

# RocksDB's messages for errors that are not damage: another process has the lock, or the disk, permissions or descriptors do not suffice.
_LOCKED = "lock hold"
_NOT_DAMAGE = (
    _LOCKED, "/LOCK:", "No space left", "Permission denied", "Operation not permitted", "Too many open files",
    "Read-only file system", "Cannot allocate memory", "Disk quota exceeded"
)  # fmt: skip
_DAMAGE = ("Corruption", "No such file", "IO error", "Invalid argument", "File exists", "Not a directory")
# Keys in addition to Faust's key for the changelog offset: the id of the changelog topic, and the time of the last write.
_LOG_ID, _WRITTEN = b"__crawlmill\0log__", b"__crawlmill\0written__"
OWN_KEYS = frozenset((Store.offset_key, _LOG_ID, _WRITTEN))
_STAMP_SECONDS = 60.0  # between updates of the time of the last write


def is_damage(error: Exception) -> bool:
    """Return whether an error from RocksDB, which raises plain ``Exception``, means damaged files."""
    said = str(error)
    return not any(words in said for words in _NOT_DAMAGE) and any(words in said for words in _DAMAGE)


class Database:
    """A partition's RocksDB. Errors that mean damage are passed to ``report``, and the error it returns is raised instead."""

    def __init__(self, rocksdb: Any, report: Callable[[Exception], StateError]) -> None:
        self._rocksdb = rocksdb
        self._report = report

    def get(self, key: bytes) -> bytes | None:
        """Return a key's value. Raises :class:`StateError` for damage, as all methods do."""
        value: bytes | None = self._guarded(self._rocksdb.get, key)
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """Set a value."""
        self._guarded(self._rocksdb.put, key, value)

    def delete(self, key: bytes) -> None:
        """Remove a key."""
        self._guarded(self._rocksdb.delete, key)

    def write(self, batch: Any) -> None:
        """Write a batch."""
        self._guarded(self._rocksdb.write, batch)

    def key_may_exist(self, key: bytes) -> bool:
        """Return False if the key is certainly absent."""
        return bool(self._guarded(self._rocksdb.key_may_exist, key))

    def after(self, key: bytes | None, count: int) -> list[tuple[bytes, bytes]]:
        """Return up to ``count`` items after ``key`` (None: from the first), without the store's own keys.

        RocksDB's iterators end at a damaged block as at the end; only their status differs.
        """
        cursor = self._guarded(self._rocksdb.iter)
        if key is None:
            cursor.seek_to_first()
        else:
            cursor.seek(key + b"\0")  # the next possible key
        found: list[tuple[bytes, bytes]] = []
        while len(found) < count and cursor.valid():
            if cursor.key() not in OWN_KEYS:
                found.append((cursor.key(), cursor.value()))
            cursor.next()
        damage = _status(cursor)
        del cursor  # else the traceback of the error below keeps the database open
        if damage is not None:
            raise self._report(damage) from damage
        return found

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield all items except the store's own keys."""
        last = None
        while found := self.after(last, 1_000):
            yield from found
            last = found[-1][0]

    def keys(self) -> list[bytes]:
        """Return all keys except the store's own. Faust counts them."""
        return [key for key, _ in self.items()]

    def iter(self) -> Any:
        """Return RocksDB's iterator, which Faust uses."""
        return self._rocksdb.iter()

    def close(self) -> None:
        """Close and release the database. An error of a damaged one is ignored: the damage was reported before."""
        rocksdb, self._rocksdb = self._rocksdb, None
        try:
            rocksdb.close()
        except Exception as error:
            if not is_damage(error):
                raise

    def _guarded(self, call: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return call(*arguments)
        except Exception as error:
            if is_damage(error):
                raise self._report(error) from error
            raise


def _status(cursor: Any) -> Exception | None:
    try:
        cursor.status()
    except Exception as error:
        if not is_damage(error):
            raise
        return error.with_traceback(None)  # whose traceback keeps the cursor
    return None


class StateStore(Store):
    """The store of the dedup table. ``on_damage`` is called for each database that is set aside."""

    on_damage: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Not opened again in this process: an empty database would be used as if it were complete.
        self._damaged: dict[int, StateError] = {}
        self._stamped: dict[int, float] = {}

    def path_of(self, partition: int) -> Path:
        """Return the folder of a partition's database."""
        path: Path = self.partition_path(partition)
        return path

    def give_up(self, partition: int, why: str) -> None:
        """Close a partition's database and set it aside."""
        database = self._dbs.pop(partition, None)
        if database is not None:
            database.close()
        set_aside(self.path_of(partition), why)

    def log_id(self, partition: int) -> str:
        """Return the id of the changelog topic of which the database is a copy; empty if unknown."""
        return (self._db_for_partition(partition).get(_LOG_ID) or b"").decode()

    def set_log_id(self, partition: int, log_id: str) -> None:
        """Store the id of the changelog topic."""
        self._db_for_partition(partition).put(_LOG_ID, log_id.encode())

    def written(self, partition: int) -> float:
        """Return when the database was last written, within a minute, in seconds since the epoch; 0 if unknown."""
        return float(self._db_for_partition(partition).get(_WRITTEN) or 0)

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        """Store the changelog offset up to which the database is a copy and, once a minute, the time."""
        super().set_persisted_offset(tp, offset)
        self._stamp(tp.partition)

    def put_all(self, partition: int, items: Sequence[tuple[bytes, bytes]], offset: int | None) -> None:
        """Set values and, unless it is None, the changelog offset up to which they make the database a copy, in one write."""
        batch = WriteBatch(raw_mode=True)
        for key, value in items:
            batch.put(key, value)
        if offset is not None:
            batch.put(self.offset_key, b"%d" % offset)
        self._db_for_partition(partition).write(batch)
        if offset is not None:
            self._stamp(partition)

    def _stamp(self, partition: int) -> None:
        now = time.monotonic()
        if now - self._stamped.get(partition, -_STAMP_SECONDS) >= _STAMP_SECONDS:
            self._stamped[partition] = now
            self._db_for_partition(partition).put(_WRITTEN, b"%d" % time.time())

    def database(self, partition: int) -> Database:
        """Return a partition's database; it is opened if necessary."""
        database: Database = self._db_for_partition(partition)
        return database

    def apply_changelog_batch(
        self, batch: Iterable[Any], to_key: Callable[[Any], Any], to_value: Callable[[Any], Any]
    ) -> None:
        """Write a batch read by recovery. Damage stops the worker; Faust would log it and lose the batch."""
        try:
            super().apply_changelog_batch(batch, to_key, to_value)
        except StateError as error:
            self.app.loop.create_task(self.app.crash(error))
            raise

    async def _try_open_db_for_partition(
        self, partition: int, max_retries: int = 30, retry_delay: float = 1.0, generation_id: int = 0
    ) -> Any:
        """Return the database, or None if another rebalance began meanwhile.

        No other process uses the folder, so a lock is held by a handle in this process that is being closed. Faust waits half a minute
        for any error with "lock" in its message, as in "block checksum mismatch".
        """
        for attempt in range(max_retries):
            try:
                return self._db_for_partition(partition)
            except Exception as error:
                if _LOCKED not in str(error) or attempt == max_retries - 1:
                    raise
            if generation_id != self.app.consumer_generation_id:
                break
            await self.sleep(retry_delay)
        return None

    def _open_for_partition(self, partition: int) -> Database:
        if partition in self._damaged:
            raise self._damaged[partition]
        try:
            return self._opened(partition)
        except Exception as error:
            if not is_damage(error):
                raise
            self.on_damage()
            set_aside(self.path_of(partition), f"it cannot be opened: {error}")
        return self._opened(partition)

    def _opened(self, partition: int) -> Database:
        rocksdb = self.rocksdb_options.open(self.path_of(partition))
        return Database(rocksdb, lambda error: self._found(partition, error))

    def _found(self, partition: int, error: Exception) -> StateError:
        """Set aside a database found damaged in use, and return the error with which the worker stops."""
        self.on_damage()
        failed = self._damaged[partition] = StateError(
            f"the state of partition {partition} is damaged and was set aside; "
            f"a restart restores it from the changelog ({error})"
        )
        self.give_up(partition, f"it is damaged: {error}")
        return failed
