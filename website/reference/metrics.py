"""The metrics of a worker, from the registry that it exports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry

from streams.runtime.observability.collectors import (
    DiskCollector,
    LagCollector,
    PoolCollector,
    Position,
    RecoveryCollector,
    register,
)
from streams.runtime.observability.metrics import Metrics
from website.reference import markdown

_ABOUT = """What `/metrics` of a worker has beside the usual `process_*` and `python_info`. [Monitoring](../docs/monitoring.md) says how to
collect and query them. A counter's series ends in `_total`; a histogram has `_bucket`, `_count` and `_sum`."""


def page() -> str:
    """One table of all metrics, in the order of their names."""
    return markdown.page(
        "Metrics",
        _ABOUT,
        markdown.table(("metric", "type", "labels", "meaning"), sorted(rows(worker_metrics().registry))),
    )


def rows(registry: CollectorRegistry) -> Iterator[tuple[str, str, str, str]]:
    """Name, type, labels and documentation of each family of crawlmill's own."""
    declared = {
        name: tuple(getattr(collector, "_labelnames", ()))
        for collector, names in registry._collector_to_names.items()
        for name in names
    }
    for family in registry.collect():
        if not family.name.startswith("crawlmill_"):
            continue
        seen = {label for sample in family.samples for label in sample.labels} - {"le"}
        labels = declared.get(family.name) or tuple(sorted(seen))
        name = family.name + ("_total" if family.type == "counter" else "")
        yield markdown.code(name), family.type, ", ".join(map(markdown.code, labels)), family.documentation


def worker_metrics() -> Metrics:
    """Everything that a worker exports, without a worker: one series at least of each family, whose labels may not be declared."""
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
