"""Labels of metrics come from closed lists: no page can make another time series."""

from __future__ import annotations

from streams.records import Disposition, Fault, Reason
from streams.runtime.metrics import STAGES, Metrics

# disposition, reason, fault and stage are enumerations; topic, partition and group are the mill's own; le is a bucket's edge.
_LABELS = {
    "disposition",
    "reason",
    "fault",
    "cause",
    "stage",
    "topic",
    "partition",
    "group",
    "consumergroup",
    "le",
}
_ONCE = {"version", "python", "implementation", "major", "minor", "patchlevel"}  # of what runs


def test_labels_are_from_closed_lists() -> None:
    metrics = Metrics()
    metrics.watch_lag("group", lambda: [("topic", 0, 0, 0)])
    known = {str(value) for value in (*Disposition, *Fault, *Reason, *STAGES, "none")}
    for family in metrics.registry.collect():
        for sample in family.samples:
            assert set(sample.labels) <= _LABELS | _ONCE, sample
            closed = {
                sample.labels[name]
                for name in ("disposition", "reason", "fault", "cause", "stage")
                if name in sample.labels
            }
            assert closed <= known, sample
    labels = {name for metric in vars(metrics).values() for name in getattr(metric, "_labelnames", ())}
    assert labels <= _LABELS | _ONCE
