"""Whether visits stay flat as doors fill: ``python -m benchmarks.bench_doors [memory|rocksdb] [DOCUMENTS ...]``.

Fills the doors with synthetic fingerprints, one document in five a near copy of an earlier one, ids of 32 characters,
URLs of 80, and prints at each size: time per visit (the store's read and write included), bytes per document (keys,
copies and their verdicts included), on disk too, and the time to fill an empty store with what is remembered, as a worker does that recovers its table
from the changelog (without the broker's share).
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rocksdict import Options, Rdict

from streams.dedup import door_key, next_step, visit
from streams.records import Candidate, CleanDocument, Document, Fingerprint, Rejection
from streams.settings import Dedup

_SIZES = (10_000, 100_000, 1_000_000)
_NOON = 1_750_000_000_000  # milliseconds
_COPIES = 5  # one document in so many
_REMEMBERED = 20_000  # recent documents that copies are made of


def candidates(count: int) -> Iterator[Candidate]:
    """Documents with made-up fingerprints; a copy has 115 of the 128 values and two of the three content doors."""
    source = random.Random(5)
    recent: list[Fingerprint] = []
    for number in range(count):
        url = f"https://news{source.randrange(5_000)}.example/{number:052d}"
        doors = (f"u:{number:016x}", *(f"c{k}:{source.getrandbits(64):016x}" for k in (1, 2, 3)))
        mark = Fingerprint(
            signature=source.randbytes(256), doors=doors, digest=source.randbytes(16).hex(), shingles=500
        )
        if recent and number % _COPIES == 0:
            copied = source.choice(recent)
            mark = Fingerprint(
                signature=copied.signature[:230] + mark.signature[230:],
                doors=(doors[0], copied.doors[1], copied.doors[2], doors[3]),
                digest=mark.digest,
                shingles=500,
            )
        elif len(recent) < _REMEMBERED:
            recent.append(mark)
        else:
            recent[source.randrange(_REMEMBERED)] = mark
        yield Candidate(
            document=Document(id=f"{source.getrandbits(128):032x}", url=url, canonical_url=url, text=""),
            fingerprint=mark,
        )


def fill(store: Any, sizes: list[int]) -> Iterator[tuple[int, int, int, float]]:
    """Fill ``store``, a dict or what behaves like one. At each size: documents, documents kept, visits and seconds of visits since the size before."""
    options, kept, visits, seconds = Dedup(), 0, 0, 0.0
    for number, candidate in enumerate(candidates(sizes[-1]), start=1):
        step: Candidate | CleanDocument | Rejection = candidate
        started = time.perf_counter()
        while isinstance(step, Candidate):
            key = door_key(step).encode()
            outcome = visit(store.get(key, b""), step, _NOON + number, options)
            store[key] = outcome.memory
            step = next_step(step, outcome.answer)
            visits += 1
        seconds += time.perf_counter() - started
        kept += isinstance(step, CleanDocument)
        if number in sizes:
            yield number, kept, visits, seconds
            visits, seconds = 0, 0.0


def _report(
    size: int, kept: int, visits: int, seconds: float, value_bytes: int, disk: int, refill: float
) -> None:
    print(
        f"{size:>10,} documents, {kept:,} kept: {seconds / visits * 1e6:6.1f} µs a visit, {value_bytes / size:6,.0f} bytes a document"
        f"{f', {disk / size:6,.0f} on disk' if disk else ''}, {refill:7.2f} s to fill an empty store",
        flush=True,
    )


def in_memory(sizes: list[int]) -> None:
    """The doors of ``crawlmill process``."""
    store: dict[bytes, bytes] = {}
    for size, kept, visits, seconds in fill(store, sizes):
        held = sum(len(key) + len(value) for key, value in store.items())
        started = time.perf_counter()
        dict(store)
        _report(size, kept, visits, seconds, held, 0, time.perf_counter() - started)


def in_rocksdb(sizes: list[int]) -> None:
    """A worker's table."""
    folder = Path(tempfile.mkdtemp(prefix="bench-doors-"))
    try:
        store: Any = Rdict(str(folder / "table"), Options(raw_mode=True))
        for size, kept, visits, seconds in fill(store, sizes):
            store.flush()
            disk = sum(path.stat().st_size for path in (folder / "table").iterdir())
            started, held = time.perf_counter(), 0
            other = Rdict(str(folder / f"again-{size}"), Options(raw_mode=True))
            for key, value in store.items():
                other[key] = value
                held += len(key) + len(value)
            other.close()
            _report(size, kept, visits, seconds, held, disk, time.perf_counter() - started)
            shutil.rmtree(folder / f"again-{size}")
        store.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    where, *numbers = sys.argv[1:] or ["rocksdb"]
    {"memory": in_memory, "rocksdb": in_rocksdb}[where](sorted(map(int, numbers)) or list(_SIZES))
