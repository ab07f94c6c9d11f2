"""The doors' RocksDB as a worker opens it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import rocksdict
from faust.stores.rocksdb import RocksDBOptions

from streams.runtime.table import store_options
from streams.settings import Dedup


def _open(path: Path, **changed: int) -> Any:
    return RocksDBOptions(**{**store_options(Dedup(), 192_000_000), **changed}).open(path)


def test_values_written_alone_and_in_batches_are_there_after_reopening(tmp_path: Path) -> None:
    store = _open(tmp_path / "doors")
    store.put(b"alone", b"1")
    batch = rocksdict.WriteBatch(raw_mode=True)
    batch.put(b"batched", b"2")
    store.write(batch)
    store.close()
    store = _open(tmp_path / "doors")
    assert dict(store.items()) == {b"alone": b"1", b"batched": b"2"}
    assert (store.get(b"alone"), store.get(b"batched")) == (b"1", b"2")


def test_what_was_not_written_for_a_window_is_gone_after_compaction_and_what_was_is_not(
    tmp_path: Path,
) -> None:
    store = _open(tmp_path / "doors", ttl=2)
    for number in range(1_000):
        store.put(b"old %d" % number, bytes(200))
    store.put(b"visited again", b"1")
    store.flush()
    deadline = time.monotonic() + 60
    while len(list(store.keys())) > 1 and time.monotonic() < deadline:
        store.put(b"visited again", b"2")
        store.flush()
        store.compact_range(None, None)
        time.sleep(0.2)  # RocksDB's clock counts seconds
    assert dict(store.items()) == {b"visited again": b"2"}


def test_a_value_lives_for_the_window_of_the_settings() -> None:
    assert store_options(Dedup(window_hours=5), 192_000_000)["ttl"] == 5 * 3_600


def test_all_partitions_together_have_the_memory_that_one_has() -> None:
    for partitions in (1, 4, 32):
        each = store_options(Dedup(), 192_000_000, partitions)
        writing = each["write_buffer_size"] * each["max_write_buffer_number"]
        assert (each["block_cache_size"] + writing) * partitions == 192_000_000
