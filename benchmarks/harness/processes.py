"""CPU seconds and memory of processes, from /proc, including those that start or end while they are watched."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

_TICKS = os.sysconf("SC_CLK_TCK")
# The kernel walks through all of a process to tell its memory, and holds up its page faults while it does: twice a second that
# took 6 ms of CPU a page from what was measured.
_EVERY_SECONDS = 10.0


class Family(msgspec.Struct, frozen=True):
    """The processes below a worker: its pool's, and those that serve it (fork server, resource tracker)."""

    servers: tuple[int, ...]
    pool: tuple[int, ...]


class Usage(msgspec.Struct, frozen=True):
    """CPU seconds by kind of process, and the peak memory of one worker with its pool."""

    workers: float
    pools: float
    broker: float
    memory_bytes: int
    idle: float  # seconds, summed over the cores, in which nobody on this machine had anything to do


class Watch:
    """Samples a broker and workers with all their descendants from its creation on; as a context manager, every ten seconds."""

    def __init__(self, broker: int | None, workers: Sequence[int]) -> None:
        self._broker = broker
        self._workers = list(workers)
        self._first: dict[int, float] = {}
        self._last: dict[int, float] = {}
        self._kind: dict[int, str] = {}
        self._peak = 0
        self._idle = idle_seconds()
        self._sample()
        self._first = dict(self._last)

    async def __aenter__(self) -> Watch:
        self._sampling = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._sampling.cancel()
        await asyncio.gather(self._sampling, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._sample()
            await asyncio.sleep(_EVERY_SECONDS)  # a sampling interval

    def usage(self) -> Usage:
        """What was used since this object was made."""
        self._sample()
        spent = {"worker": 0.0, "pool": 0.0, "broker": 0.0}
        for pid, kind in self._kind.items():
            spent[kind] += self._last[pid] - self._first.get(pid, 0.0)
        return Usage(spent["worker"], spent["pool"], spent["broker"], self._peak, idle_seconds() - self._idle)

    def _sample(self) -> None:
        parents = _parents()
        kinds = dict.fromkeys(self._workers, "worker")
        if self._broker is not None:
            kinds[self._broker] = "broker"
        for worker in self._workers:
            family = below(worker, parents)
            kinds.update(dict.fromkeys(family, "pool"))
            self._peak = max(self._peak, sum(memory(pid) for pid in (worker, *family)))
        for pid, kind in kinds.items():
            spent = cpu_seconds(pid)
            if spent is not None:
                self._last[pid] = spent
                self._kind[pid] = kind


def cpu_seconds(pid: int) -> float | None:
    """User and system time of a process; None when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return (int(fields[11]) + int(fields[12])) / _TICKS


def idle_seconds() -> float:
    """Seconds since the start of the machine in which a core had nothing to do, summed over the cores."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()
    return int(fields[4]) / _TICKS


def memory(pid: int) -> int:
    """Proportional set size in bytes: pages shared by several processes are divided among them."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return 0


def resident(pid: int) -> int:
    """The resident set of a process in bytes; 0 when there is none."""
    return _status(pid, "VmRSS") * 1024


def peak(pid: int) -> int:
    """The largest resident set that a process ever had, in bytes; 0 when there is none."""
    return _status(pid, "VmHWM") * 1024


def threads(pid: int) -> int:
    """Its threads."""
    return _status(pid, "Threads")


def files(pid: int) -> tuple[int, int]:
    """Its open file descriptors: all, and those of RocksDB's tables, of which there are more as there is more data."""
    targets = []
    try:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed while we looked
                targets.append(descriptor.readlink())
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0
    return len(targets), sum(target.suffix == ".sst" for target in targets)


def _status(pid: int, name: str) -> int:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0


def below(pid: int, parents: dict[int, int] | None = None) -> set[int]:
    """All processes below one. Raises ValueError for 0: below it are all that there are."""
    _require_process(pid)
    parents = _parents() if parents is None else parents
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family - {pid}


def family(worker: int) -> Family:
    """The processes below a worker: its children serve, and the fork server's children are the pool.

    Raises ValueError for 0, as :func:`below`.
    """
    _require_process(worker)
    parents = _parents()
    children = tuple(child for child, parent in parents.items() if parent == worker)
    return Family(children, tuple(child for child, parent in parents.items() if parent in children))


def _require_process(pid: int) -> None:
    if not pid:
        raise ValueError("0 is no process, but the parent of all")


def _parents() -> dict[int, int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
    return parents
