"""Measures whether the time of a lookup stays constant as the dedup table grows: ``python -m benchmarks.dedup.buckets [memory|rocksdb] [DOCUMENTS ...]``.

Fills the table with synthetic fingerprints: one document in five is a near copy of an earlier one, ids have 32 characters
and URLs 80. Prints for each number of documents: the time of a lookup, with the store's read and write (mean and median
since the previous size); bytes a document, with keys, copies and their verdicts, in values and on disk; and the time to fill
an empty store with the same values in batches, as Faust does in recovery, without the broker's part. The store is one
partition's RocksDB, opened as a worker opens it.
"""

from __future__ import annotations

import random
import shutil
import statistics
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from faust.stores.rocksdb import RocksDBOptions
from rocksdict import WriteBatch

from streams.dedup import bucket_key, correct, corrections_for, look_up, next_step
from streams.records import Candidate, CleanDocument, Document, Fingerprint, Rejection
from streams.runtime.state.table import store_options
from streams.settings import Dedup, Worker

_SIZES = (10_000, 100_000, 1_000_000)
_NOON = 1_750_000_000_000  # milliseconds
_COPIES = 5  # one document in so many
_RECENT = 20_000  # recent documents that copies are made of
_BATCH = 1_000  # records that Faust applies at once in recovery


def candidates(count: int) -> Iterator[Candidate]:
    """Documents with made-up fingerprints; a copy has 115 of the 128 values and two of the three content buckets."""
    source = random.Random(5)
    recent: list[Fingerprint] = []
    for number in range(count):
        url = f"https://news{source.randrange(5_000)}.example/{number:052d}"
        buckets = (f"u:{number:016x}", *(f"c{k}:{source.getrandbits(64):016x}" for k in (1, 2, 3)))
        mark = Fingerprint(
            signature=source.randbytes(256),
            bucket_keys=buckets,
            digest=source.randbytes(16).hex(),
            shingles=500,
        )
        if recent and number % _COPIES == 0:
            copied = source.choice(recent)
            mark = Fingerprint(
                signature=copied.signature[:230] + mark.signature[230:],
                bucket_keys=(buckets[0], copied.bucket_keys[1], copied.bucket_keys[2], buckets[3]),
                digest=mark.digest,
                shingles=500,
            )
        elif len(recent) < _RECENT:
            recent.append(mark)
        else:
            recent[source.randrange(_RECENT)] = mark
        yield Candidate(
            document=Document(id=f"{source.getrandbits(128):032x}", url=url, canonical_url=url, text=""),
            fingerprint=mark,
        )


class Filled(NamedTuple):
    """The buckets at one size. ``lookups`` are the seconds of each lookup since the size before."""

    documents: int
    kept: int
    lookups: list[float]


def fill(store: Any, sizes: list[int]) -> Iterator[Filled]:
    """Fill ``store``, a dict or what behaves like one."""
    options, kept, lookups = Dedup(), 0, array("d")
    for number, candidate in enumerate(candidates(sizes[-1]), start=1):
        step: Candidate | CleanDocument | Rejection = candidate
        while isinstance(step, Candidate):
            started = time.perf_counter()
            key = bucket_key(step).encode()
            outcome = look_up(store.get(key) or b"", step, _NOON + number, options)
            store[key] = outcome.value
            lookups.append(time.perf_counter() - started)
            for correction in corrections_for(step, outcome.verdict):
                started = time.perf_counter()
                key = bucket_key(correction).encode()
                store[key] = correct(store.get(key) or b"", correction, _NOON + number, options)
                lookups.append(time.perf_counter() - started)
            step = next_step(step, outcome.verdict)
        kept += isinstance(step, CleanDocument)
        if number in sizes:
            yield Filled(number, kept, list(lookups))
            lookups = array("d")


def _report(filled: Filled, value_bytes: int, disk: int, refill: float) -> None:
    size, lookups = filled.documents, filled.lookups
    print(
        f"{size:>10,} documents, {filled.kept:,} kept: {statistics.fmean(lookups) * 1e6:6.1f} µs a lookup "
        f"(median {statistics.median(lookups) * 1e6:.1f}), {value_bytes / size:6,.0f} bytes a document"
        f"{f', {disk / size:6,.0f} on disk' if disk else ''}, {refill:7.2f} s to fill an empty store",
        flush=True,
    )


def in_memory(sizes: list[int]) -> None:
    """The buckets of ``crawlmill process``."""
    store: dict[bytes, bytes] = {}
    for filled in fill(store, sizes):
        held = sum(len(key) + len(value) for key, value in store.items())
        started = time.perf_counter()
        dict(store)
        _report(filled, held, 0, time.perf_counter() - started)


def in_rocksdb(sizes: list[int]) -> None:
    """A worker's table."""
    folder = Path(tempfile.mkdtemp(prefix="bench-buckets-"))
    try:
        store = open_store(folder / "table")
        for filled in fill(store, sizes):
            store.flush()
            disk = sum(path.stat().st_size for path in (folder / "table").iterdir())
            again = folder / f"again-{filled.documents}"
            started = time.perf_counter()
            held = _refill(store, again)
            _report(filled, held, disk, time.perf_counter() - started)
            shutil.rmtree(again)
        store.close()
    finally:
        shutil.rmtree(folder)


def open_store(path: Path) -> Any:
    """A partition's RocksDB, opened as a worker opens it."""
    return RocksDBOptions(**store_options(Worker().store_bytes)).open(path)


def _refill(store: Any, path: Path) -> int:
    """Write all that ``store`` holds into a new one; how many bytes that is."""
    other, batch, held = open_store(path), WriteBatch(raw_mode=True), 0
    for key, value in store.items():
        batch.put(key, value)
        held += len(key) + len(value)
        if len(batch) >= _BATCH:
            other.write(batch)
            batch = WriteBatch(raw_mode=True)
    other.write(batch)
    other.close()
    return held


if __name__ == "__main__":
    where, *numbers = sys.argv[1:] or ["rocksdb"]
    {"memory": in_memory, "rocksdb": in_rocksdb}[where](sorted(map(int, numbers)) or list(_SIZES))
