"""Quality: shares over time, reasons that became frequent, samples to look at, dead letters."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from streams.inspector.entries import Entry
from streams.inspector.store import Known, Reach
from streams.inspector.tally import (
    Change,
    Share,
    Timeline,
    fitting_step,
    halves,
    outcomes,
    risen,
    shares,
    timeline,
)
from streams.records import Disposition

_SAMPLES = 3  # of each reason
_LETTERS = 50
_STEPS = 30
_CLUSTERS = 10


class Sample(NamedTuple):
    """Some pages of one label, of different sites where there are."""

    label: str
    pages: int
    entries: list[Entry]


class QualityView(NamedTuple):
    """What there is to judge of the mill's decisions."""

    shares: list[Share]
    timeline: Timeline
    risen: list[Change]
    samples: list[Sample]
    letters: list[Entry]
    faults: list[Share]
    clusters: list[list[Entry]]
    reach: Reach


def quality_view(known: Known, now: int) -> QualityView:
    """The quality of everything in memory."""
    entries = known.entries
    before, lately = halves(entries)
    letters = [entry for entry in entries if entry.disposition == Disposition.DEADLETTER]
    return QualityView(
        shares(outcomes(entries).labels),
        timeline(entries, now, _STEPS, fitting_step(entries, now, _STEPS)),
        risen(outcomes(before), outcomes(lately), growth=0.03),
        samples(entries),
        letters[:_LETTERS],
        shares(outcomes(letters).labels),
        _clusters(entries),
        known.reach,
    )


def _clusters(entries: list[Entry]) -> list[list[Entry]]:
    """The largest clusters of copies; the entries of each oldest first."""
    by_name: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in reversed(entries):
        if entry.cluster:
            by_name[entry.cluster].append(entry)
    found = [cluster for cluster in by_name.values() if len(cluster) > 1]
    return sorted(found, key=len, reverse=True)[:_CLUSTERS]


def samples(entries: list[Entry]) -> list[Sample]:
    """A few entries of each label, the newest of each site first, so that one site does not fill them."""
    by_label: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_label[entry.label].append(entry)
    found = []
    for label, group in sorted(by_label.items(), key=lambda item: -len(item[1])):
        one_a_site = list({entry.site: entry for entry in reversed(group)}.values())[::-1]
        rest: list[Entry] = []
        if len(one_a_site) < _SAMPLES:
            rest = [entry for entry in group if entry not in one_a_site]
        found.append(Sample(label, len(group), [*one_a_site, *rest][:_SAMPLES]))
    return found
