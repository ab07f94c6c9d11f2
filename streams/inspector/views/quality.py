"""Quality: shares over time, reasons that became frequent, samples to look at, dead letters."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from streams.inspector.entries import Entry
from streams.inspector.store import Store
from streams.inspector.tally import (
    Change,
    Share,
    Tally,
    Timeline,
    fitting_step,
    halves,
    risen,
    shares,
    timeline,
)
from streams.inspector.views.rows import Reach, reach
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


def quality_view(store: Store, now: int) -> QualityView:
    """The quality of everything in memory."""
    entries = store.newest()
    tally = Tally(entries)
    before, lately = halves(entries)
    letters = [entry for entry in entries if entry.disposition == Disposition.DEADLETTER]
    return QualityView(
        shares(tally.labels),
        timeline(entries, now, _STEPS, fitting_step(entries, now, _STEPS)),
        risen(Tally(before), Tally(lately), growth=0.03),
        samples(entries),
        letters[:_LETTERS],
        shares(Tally(letters).labels),
        store.clusters()[:_CLUSTERS],
        reach(store),
    )


def samples(entries: list[Entry]) -> list[Sample]:
    """A few entries of each label, the newest of each site first, so that one site does not fill them."""
    by_label: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_label[entry.label].append(entry)
    found = []
    for label, group in sorted(by_label.items(), key=lambda item: -len(item[1])):
        one_a_site = list({entry.site: entry for entry in reversed(group)}.values())[::-1]
        rest = [entry for entry in group if entry not in one_a_site]
        found.append(Sample(label, len(group), [*one_a_site, *rest][:_SAMPLES]))
    return found
