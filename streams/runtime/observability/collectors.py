"""Metrics that are read when Prometheus asks: lag, recovery, the pool's processes, the disk of the state."""

from __future__ import annotations

import os
import resource
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_PARTITION = ("topic", "partition")
_TICKS = os.sysconf("SC_CLK_TCK")


class Position(NamedTuple):
    """Where a worker is on a partition. ``unfinished``: when its oldest unfinished message was produced, seconds since the epoch."""

    topic: str
    partition: int
    committed: int
    end: int
    unfinished: float | None = None


class LagCollector(Collector):
    """Consumer lag of the assigned partitions, in messages and in seconds.

    Not under kafka_exporter's names: with both scraped, a sum would count each message twice.
    """

    def __init__(self, positions: Callable[[], Iterable[Position]]) -> None:
        self._positions = positions

    def collect(self) -> Iterable[Metric]:
        """The gauges of each assigned partition."""
        lag = GaugeMetricFamily("crawlmill_lag_messages", "Messages not yet committed.", labels=_PARTITION)
        seconds = GaugeMetricFamily(
            "crawlmill_lag_seconds",
            "Age of the oldest message not yet finished; 0 without lag. At most the age of the last one finished.",
            labels=_PARTITION,
        )
        committed = GaugeMetricFamily("crawlmill_committed_offset", "Committed offset.", labels=_PARTITION)
        now = time.time()
        for position in self._positions():
            where = (position.topic, str(position.partition))
            waiting = max(0, position.end - position.committed)
            lag.add_metric(where, waiting)
            committed.add_metric(where, position.committed)
            if not waiting:
                seconds.add_metric(where, 0.0)
            elif position.unfinished is not None:
                seconds.add_metric(where, max(0.0, now - position.unfinished))
        return (lag, seconds, committed)


class RecoveryCollector(Collector):
    """Changelog records that a restoring worker has still to read, by partition of the changelog."""

    def __init__(self, remaining: Callable[[], Mapping[tuple[str, int], int]]) -> None:
        self._remaining = remaining

    def collect(self) -> Iterable[Metric]:
        """The gauge of each partition that is restored; none once all are."""
        found = GaugeMetricFamily(
            "crawlmill_recovery_remaining_messages",
            "Changelog records still to read before the dedup table is restored.",
            labels=_PARTITION,
        )
        for (topic, partition), count in sorted(self._remaining().items()):
            found.add_metric((topic, str(partition)), max(0, count))
        return (found,)


class PoolCollector(Collector):
    """CPU time and memory of each process of the pool, from /proc (Linux): elsewhere there are none.

    The label is the process's place in the pool, so that a replaced process continues its series.
    """

    def __init__(self, pids: Callable[[], Sequence[int | None]]) -> None:
        self._pids = pids

    def collect(self) -> Iterable[Metric]:
        """The figures of each running process."""
        cpu = CounterMetricFamily(
            "crawlmill_pool_cpu_seconds",
            "CPU time of a process of the pool, user and system; restarts with it.",
            labels=("process",),
        )
        memory = GaugeMetricFamily(
            "crawlmill_pool_resident_memory_bytes",
            "Resident memory of a process of the pool, shared pages included.",
            labels=("process",),
        )
        for number, pid in enumerate(self._pids()):
            if pid is not None and (usage := usage_of(pid)) is not None:
                cpu.add_metric((str(number),), usage[0])
                memory.add_metric((str(number),), usage[1])
        return (cpu, memory)


def usage_of(pid: int) -> tuple[float, int] | None:
    """CPU seconds and resident bytes of a process; None when it has ended, or without /proc."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name before it may contain blanks and parentheses; proc(5)
    return (int(fields[11]) + int(fields[12])) / _TICKS, int(fields[21]) * resource.getpagesize()


class DiskCollector(Collector):
    """The file system that holds the state."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Free bytes and size; nothing where the folder is gone."""
        free = GaugeMetricFamily(
            "crawlmill_state_disk_free_bytes", "Free bytes of the file system of worker.data_dir."
        )
        size = GaugeMetricFamily(
            "crawlmill_state_disk_size_bytes", "Size of the file system of worker.data_dir."
        )
        try:
            usage = shutil.disk_usage(self._folder)
        except OSError:
            return (free, size)
        free.add_metric((), usage.free)
        size.add_metric((), usage.total)
        return (free, size)


def register(registry: CollectorRegistry, *collectors: Collector) -> None:
    """Add the collectors to a worker's metrics."""
    for collector in collectors:
        registry.register(collector)
