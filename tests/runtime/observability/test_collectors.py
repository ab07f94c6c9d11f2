"""Lag, recovery, pool and disk, read when they are asked for."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.registry import Collector

from streams.runtime.observability.collectors import (
    DiskCollector,
    LagCollector,
    PoolCollector,
    Position,
    RecoveryCollector,
    usage_of,
)


def _read(collector: Collector, name: str, **labels: str) -> float | None:
    registry = CollectorRegistry()
    registry.register(collector)
    return registry.get_sample_value(f"crawlmill_{name}", labels)


@pytest.mark.parametrize(
    ("committed", "end", "age", "lag", "seconds"),
    [
        (10, 10, 500.0, 0, 0.0),  # all finished: however long ago the last message was
        (10, 14, 500.0, 4, 500.0),
        (14, 10, None, 0, 0.0),  # a broker whose end was read a moment earlier
        (0, 4, None, 4, None),  # nothing received yet: an age is not known
        (0, 4, -30.0, 4, 0.0),  # a producer whose clock is ahead
    ],
)
def test_lag_is_in_messages_and_in_seconds(
    committed: int, end: int, age: float | None, lag: int, seconds: float | None
) -> None:
    unfinished = None if age is None else time.time() - age
    collector = LagCollector(lambda: [Position("pages.raw", 3, committed, end, unfinished)])
    where = {"topic": "pages.raw", "partition": "3"}
    assert _read(collector, "lag_messages", **where) == lag
    assert _read(collector, "committed_offset", **where) == committed
    found = _read(collector, "lag_seconds", **where)
    assert found == (None if seconds is None else pytest.approx(seconds, abs=60))


def test_what_recovery_has_still_to_read_is_by_partition() -> None:
    collector = RecoveryCollector(lambda: {("log", 0): 12, ("log", 1): -1})
    assert _read(collector, "recovery_remaining_messages", topic="log", partition="0") == 12
    assert _read(collector, "recovery_remaining_messages", topic="log", partition="1") == 0


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_each_process_of_the_pool_has_its_memory_and_cpu() -> None:
    collector = PoolCollector(lambda: [None, os.getpid()])
    assert (_read(collector, "pool_resident_memory_bytes", process="1") or 0) > 1_000_000
    assert (_read(collector, "pool_cpu_seconds_total", process="1") or 0) > 0
    assert _read(collector, "pool_cpu_seconds_total", process="0") is None


def test_a_process_that_has_ended_has_no_figures() -> None:
    assert usage_of(2**22 + 1) is None  # above Linux' largest process id


def test_the_disk_of_the_state_is_watched(tmp_path: Path) -> None:
    free, size = (_read(DiskCollector(tmp_path), f"state_disk_{name}_bytes") for name in ("free", "size"))
    assert free is not None
    assert size is not None
    assert 0 < free <= size


def test_a_folder_that_is_gone_has_no_figures(tmp_path: Path) -> None:
    assert _read(DiskCollector(tmp_path / "gone"), "state_disk_free_bytes") is None
