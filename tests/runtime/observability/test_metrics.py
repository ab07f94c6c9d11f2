"""Labels of metrics come from closed lists: no page can make another time series."""

from __future__ import annotations

from streams import topics
from streams.execution.pool import Replaced
from streams.records import Disposition, Fault, PageType, Reason
from streams.runtime.group.committed_positions import Misfit
from streams.runtime.observability.metrics import STATE_EVENTS
from streams.runtime.state.changelog_check import Verdict
from website.reference.metrics import worker_metrics

# disposition, reason, fault and stage are enumerations; topic, partition and group are the mill's own; le is a bucket's edge.
_LABELS = {
    "disposition",
    "reason",
    "page_type",
    "fault",
    "cause",
    "event",
    "stage",
    "topic",
    "partition",
    "language",
    "process",
    "result",
    "site",
    "le",
}
_ONCE = {"version", "python", "implementation", "major", "minor", "patchlevel"}  # of what runs


def test_labels_are_from_closed_lists() -> None:
    metrics = worker_metrics()
    known = {
        str(value)
        for value in (
            *Disposition,
            *Fault,
            *PageType,
            *Reason,
            *topics.STAGES.values(),
            *STATE_EVENTS,
            *Replaced,
            "none",
        )
    }
    for family in metrics.registry.collect():
        for sample in family.samples:
            assert set(sample.labels) <= _LABELS | _ONCE, sample
            closed = {
                sample.labels[name]
                for name in ("disposition", "reason", "page_type", "fault", "cause", "stage", "event")
                if name in sample.labels
            }
            assert closed <= known, sample
    labels = {name for metric in vars(metrics).values() for name in getattr(metric, "_labelnames", ())}
    assert labels <= _LABELS | _ONCE


def test_every_event_of_state_is_a_label_from_the_start() -> None:
    events = {*Misfit, *Verdict, "damaged"} - {Verdict.FITS}
    assert {str(event) for event in events} == set(STATE_EVENTS)
