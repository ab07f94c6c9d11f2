"""The names of everything that a worker exports."""

from __future__ import annotations

from website.reference.metrics import worker_metrics


def exported_names() -> set[str]:
    """The names of all series and families."""
    names = set()
    for family in worker_metrics().registry.collect():
        names |= {sample.name for sample in family.samples} | {family.name}
        names |= {family.name + suffix for suffix in ("_bucket", "_count", "_sum", "_total")}
    return names
