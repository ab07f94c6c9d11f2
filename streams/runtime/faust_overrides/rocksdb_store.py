"""Faust's RocksDB store, made to go on after damage: what cannot be read is set aside, and comes from the changelog again.

Damage shows when a database is opened (CURRENT, MANIFEST, a file of another size) or when a block is read whose checksum is
wrong, by a visit, by recovery or by RocksDB itself in the background, after which it refuses writes. A log that ends early
or in the middle of a record is none: RocksDB opens with what is before, and recovery reads the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from faust.stores.rocksdb import Store
from faust.types import TP

from streams.errors import StateError
from streams.runtime.state.folder import set_aside

# What is not damage, by RocksDB's words: another process has it, or the machine has no room, no right, no descriptor.
_LOCKED = "lock hold"
_NOT_DAMAGE = (
    _LOCKED, "/LOCK:", "No space left", "Permission denied", "Operation not permitted", "Too many open files",
    "Read-only file system", "Cannot allocate memory", "Disk quota exceeded"
)  # fmt: skip
_DAMAGE = ("Corruption", "No such file", "IO error", "Invalid argument", "File exists", "Not a directory")
# Beside Faust's own key, for the offset up to which a database is a copy of the changelog: of which topic, and since when.
_LOG_ID, _WRITTEN = b"__crawlmill\0log__", b"__crawlmill\0written__"
OWN_KEYS = frozenset((Store.offset_key, _LOG_ID, _WRITTEN))
_STAMP_SECONDS = 60.0  # between notes of when a database was written


def is_damage(error: Exception) -> bool:
    """Whether RocksDB, which raises ``Exception``, says that what is on disk is not what it wrote."""
    said = str(error)
    return not any(words in said for words in _NOT_DAMAGE) and any(words in said for words in _DAMAGE)


class Database:
    """A partition's RocksDB. Whatever it finds damaged is told to ``report``, whose error is raised instead."""

    def __init__(self, rocksdb: Any, report: Callable[[Exception], StateError]) -> None:
        self._rocksdb = rocksdb
        self._report = report

    def get(self, key: bytes) -> bytes | None:
        """The value of a key. Raises :class:`StateError` for damage, as everything here does."""
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
        """Whether a key is perhaps there."""
        return bool(self._guarded(self._rocksdb.key_may_exist, key))

    def after(self, key: bytes | None, count: int) -> list[tuple[bytes, bytes]]:
        """Up to so many items behind a key, or from the first, without those that are the store's own.

        RocksDB's iterators end at a damaged block as at the end; only their status tells.
        """
        cursor = self._guarded(self._rocksdb.iter)
        if key is None:
            cursor.seek_to_first()
        else:
            cursor.seek(key + b"\0")  # the next key there can be
        found: list[tuple[bytes, bytes]] = []
        while len(found) < count and cursor.valid():
            if cursor.key() not in OWN_KEYS:
                found.append((cursor.key(), cursor.value()))
            cursor.next()
        damage = _status(cursor)
        del cursor  # or who holds the error below holds the database open
        if damage is not None:
            raise self._report(damage) from damage
        return found

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All items but the store's own."""
        last = None
        while found := self.after(last, 1_000):
            yield from found
            last = found[-1][0]

    def keys(self) -> list[bytes]:
        """All keys but the store's own: for Faust's count of them."""
        return [key for key, _ in self.items()]

    def iter(self) -> Any:
        """RocksDB's own iterator, as Faust asks for it."""
        return self._rocksdb.iter()

    def close(self) -> None:
        """Close it, and let go of it: a damaged one may refuse to close. What it has to say about that is known by now."""
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
        return error.with_traceback(None)  # whose frame has the cursor
    return None


class StateStore(Store):
    """The store of the dedup table. ``on_damage`` is called for each database that is set aside."""

    on_damage: Callable[[], None] = staticmethod(lambda: None)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._damaged: dict[
            int, StateError
        ] = {}  # not opened again: empty, it would be taken for all there is
        self._stamped: dict[int, float] = {}

    def path_of(self, partition: int) -> Path:
        """Where a partition's database is."""
        path: Path = self.partition_path(partition)
        return path

    def give_up(self, partition: int, why: str) -> None:
        """Close a partition's database and set it aside."""
        database = self._dbs.pop(partition, None)
        if database is not None:
            database.close()
        set_aside(self.path_of(partition), why)

    def log_id(self, partition: int) -> str:
        """Which changelog topic this partition's database is a copy of; empty where nobody has noted it."""
        return (self._db_for_partition(partition).get(_LOG_ID) or b"").decode()

    def set_log_id(self, partition: int, log_id: str) -> None:
        """Note which changelog topic it is a copy of."""
        self._db_for_partition(partition).put(_LOG_ID, log_id.encode())

    def written(self, partition: int) -> float:
        """When it was written last, to a minute, in seconds since the epoch; 0 where nobody has noted it."""
        return float(self._db_for_partition(partition).get(_WRITTEN) or 0)

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        """Note up to where a database is a copy of the changelog, and now and then the time."""
        super().set_persisted_offset(tp, offset)
        now = time.monotonic()
        if now - self._stamped.get(tp.partition, -_STAMP_SECONDS) >= _STAMP_SECONDS:
            self._stamped[tp.partition] = now
            self._db_for_partition(tp.partition).put(_WRITTEN, b"%d" % time.time())

    def database(self, partition: int) -> Database:
        """A partition's database, opened if need be."""
        database: Database = self._db_for_partition(partition)
        return database

    def apply_changelog_batch(
        self, batch: Iterable[Any], to_key: Callable[[Any], Any], to_value: Callable[[Any], Any]
    ) -> None:
        """Write what recovery has read. Damage ends the worker here: Faust would log it and lose the batch."""
        try:
            super().apply_changelog_batch(batch, to_key, to_value)
        except StateError as error:
            self.app.loop.create_task(self.app.crash(error))
            raise

    async def _try_open_db_for_partition(
        self, partition: int, max_retries: int = 30, retry_delay: float = 1.0, generation_id: int = 0
    ) -> Any:
        """The database, or None where another rebalance has come meanwhile.

        This process has the folder to itself: what is locked is so by a handle that is being let go. Faust takes any message with
        "lock" in it, as in "block checksum mismatch", for a lock, and waits half a minute for it.
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
            set_aside(self.path_of(partition), f"it does not open: {error}")
        return self._opened(partition)

    def _opened(self, partition: int) -> Database:
        rocksdb = self.rocksdb_options.open(self.path_of(partition))
        return Database(rocksdb, lambda error: self._found(partition, error))

    def _found(self, partition: int, error: Exception) -> StateError:
        """Set aside what turned out to be damaged in use; what the worker ends with, for whoever starts it again."""
        self.on_damage()
        failed = self._damaged[partition] = StateError(
            f"the state of partition {partition} is damaged and was set aside; "
            f"a new start reads it from the changelog again ({error})"
        )
        self.give_up(partition, f"it is damaged: {error}")
        return failed
