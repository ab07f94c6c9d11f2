"""The memory that a worker takes, with its fork server, its pool and its databases: for ``crawlmill plan`` and ``crawlmill doctor``.

The figures are of the English models on 64-bit Linux, and are those of docs/operations.md, "Sizes".
"""

from __future__ import annotations

from typing import NamedTuple

from streams.settings import Worker

OWN_BYTES = 80e6  # of a worker's own process without work
FORK_SERVER_BYTES = 280e6  # of its fork server, which has loaded the models; pool processes share them
# Of each pool process beyond what it shares: 140 MB with news pages of 265 kB, 195 MB with pages of 1 and 5 MB.
PROCESS_BYTES = 200e6
BUFFERS = 3  # stages, each with up to worker.buffer_bytes of messages
_LEAST = 1_000_000  # bytes of cache, and of a write buffer, for one partition at least


class WorkerMemory(NamedTuple):
    """The memory of a worker at its fullest, by what takes it, in bytes."""

    worker: float  # its own process and its fork server, idle
    buffers: float  # messages of three stages, and what the inspector remembers
    pool: float  # all pool processes
    store: float  # RocksDB's caches and write buffers, filters and indexes

    @property
    def total(self) -> float:
        """All of it."""
        return sum(self)


class StoreShare(NamedTuple):
    """What the database of one partition of the dedup table may take, in bytes; there are two write buffers."""

    cache: int
    write_buffer: int

    @property
    def total(self) -> int:
        """The cache and both write buffers."""
        return self.cache + 2 * self.write_buffer


def store_share(store_bytes: int, partitions: int) -> StoreShare:
    """The share of one of so many partitions of ``worker.store_bytes``: two thirds are cache, and none gets less than 3 MB."""
    return StoreShare(
        max(_LEAST, store_bytes * 2 // 3 // partitions), max(_LEAST, store_bytes // 3 // partitions // 2)
    )


def worker_memory(
    worker: Worker,
    processes: int,
    partitions: int,
    *,
    opened: int | None = None,
    index_bytes: float = 0.0,
    idle_bytes: float = OWN_BYTES + FORK_SERVER_BYTES,
    process_bytes: float = PROCESS_BYTES,
) -> WorkerMemory:
    """The memory of a worker with these settings and so many pool processes, once its buffers and caches are full.

    ``partitions``: of a topic; ``opened``: of these, the ones whose databases this worker has, by default all. ``index_bytes``:
    of filters and indexes for the values that are in them. ``idle_bytes`` and ``process_bytes``: rates that were measured elsewhere.
    """
    inspector = 0 if worker.inspector == "off" else worker.inspector_bytes
    opened = partitions if opened is None else opened
    return WorkerMemory(
        idle_bytes,
        BUFFERS * worker.buffer_bytes + inspector,
        processes * process_bytes,
        opened * store_share(worker.store_bytes, partitions).total + index_bytes,
    )
