"""Everything that a worker exports, without a worker: for tests of what asks for it."""

from __future__ import annotations

import os
from pathlib import Path

from streams.runtime.observability.collectors import (
    DiskCollector,
    LagCollector,
    PoolCollector,
    Position,
    RecoveryCollector,
    register,
)
from streams.runtime.observability.metrics import Metrics


def worker_metrics() -> Metrics:
    """A worker's metrics, with one series at least of each family."""
    metrics = Metrics(sites=1)
    metrics.sites.add("site.example", is_error=False)
    register(
        metrics.registry,
        LagCollector(lambda: [Position("topic", 0, 0, 0)]),
        RecoveryCollector(lambda: {("topic", 0): 1}),
        PoolCollector(lambda: [os.getpid()]),
        DiskCollector(Path()),
    )
    return metrics


def exported_names() -> set[str]:
    """The names of all series and families."""
    names = set()
    for family in worker_metrics().registry.collect():
        names |= {sample.name for sample in family.samples} | {family.name}
        names |= {family.name + suffix for suffix in ("_bucket", "_count", "_sum", "_total")}
    return names
