"""The overview: the flow, what became of pages lately, and what needs attention."""

from __future__ import annotations

from typing import NamedTuple

from streams import topics
from streams.inspector.entries import Entry
from streams.inspector.filters import Filter
from streams.inspector.flow import Flow
from streams.inspector.store import Store
from streams.inspector.tally import MINUTE, Share, Tally, Timeline, halves, risen, shares, timeline
from streams.inspector.views.rows import Reach, reach
from streams.inspector.views.sites import sites_view
from streams.records import Disposition

_NEWEST = 8
_STEPS = 30
_LONG_SECONDS = 120.0  # a queue that lasts longer is worth a word
_LETTER_PART = 0.01  # as the alert CrawlmillDeadLetters has it


class Notice(NamedTuple):
    """Something that needs attention: what it is, and where to look."""

    text: str
    link: str
    severe: bool = False


class OverviewView(NamedTuple):
    """What there is to see first."""

    flow: Flow
    shares: list[Share]
    timeline: Timeline
    notices: list[Notice]
    newest: list[Entry]
    reach: Reach


def overview_view(store: Store, flow: Flow, now: int, not_ready: tuple[str, ...] = ()) -> OverviewView:
    """The overview at ``now``, milliseconds since the epoch; ``not_ready`` is what the worker waits for."""
    entries = store.newest()
    return OverviewView(
        flow,
        shares(Tally(entries).labels),
        timeline(entries, now, _STEPS, MINUTE),
        _notices(store, entries, flow, now, not_ready),
        entries[:_NEWEST],
        reach(store),
    )


def _notices(
    store: Store, entries: list[Entry], flow: Flow, now: int, not_ready: tuple[str, ...]
) -> list[Notice]:
    found = [Notice(f"this worker waits for {what}", "/readyz", True) for what in not_ready]
    if flow.problem:
        found.append(Notice(flow.problem, "/", True))
    for topic in topics.CONSUMED:
        found += _queue(flow, topic)
    tally = Tally(entries)
    letters = tally.dispositions[Disposition.DEADLETTER]
    if tally.pages and letters / tally.pages > _LETTER_PART:
        found.append(
            Notice(f"{letters} of {tally.pages} pages became dead letters", "/pages?reason=deadletter", True)
        )
    before, lately = halves(entries)
    found += [
        Notice(
            f"{change.label} rose from {change.before:.0%} to {change.now:.0%} of the pages",
            f"/pages{Filter(reason=change.label).query()}",
        )
        for change in risen(Tally(before), Tally(lately))
        if change.label != Disposition.ENRICHED
    ]
    found += [
        Notice(f"{site.name} may have changed its layout", f"/sites{Filter(q=site.name).query()}")
        for site in sites_view(store, now).sites[:5]
        if site.layout
    ]
    if store.skipped:
        found.append(
            Notice(
                f"{store.skipped} records were not read, to stay cheap: shares are of a sample", "/quality"
            )
        )
    return found


def _queue(flow: Flow, topic: str) -> list[Notice]:
    found, seconds = flow.topics.get(topic), flow.waiting_seconds(topic)
    if found is None or not found.lag:
        return []
    stage = topics.STAGES[topic]
    if seconds is None:
        return [Notice(f"{found.lag} messages of {topic} wait and {stage} finishes none", "/", True)]
    if seconds > _LONG_SECONDS:
        return [Notice(f"{found.lag} messages of {topic} wait: {seconds / 60:.0f} min at this rate", "/")]
    return []
