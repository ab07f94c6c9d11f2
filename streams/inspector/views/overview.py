"""The overview: the flow, what became of pages lately, and what needs attention."""

from __future__ import annotations

from typing import NamedTuple

from streams import topics
from streams.inspector.entries import Entry
from streams.inspector.filters import Filter
from streams.inspector.flow import Flow
from streams.inspector.store import Known, Reach
from streams.inspector.tally import MINUTE, Share, Timeline, halves, outcomes, risen, shares, timeline
from streams.inspector.views.sites import changed_layouts
from streams.records import Disposition
from streams.wording import counted, noun

_NEWEST = 8
_MOST_SITES = 5  # named at once
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


def overview_view(known: Known, flow: Flow, now: int, not_ready: tuple[str, ...] = ()) -> OverviewView:
    """The overview at ``now``, milliseconds since the epoch; ``not_ready`` is what the worker waits for."""
    entries = known.entries
    return OverviewView(
        flow,
        shares(outcomes(entries).labels),
        timeline(entries, now, _STEPS, MINUTE),
        _notices(known, flow, now, not_ready),
        entries[:_NEWEST],
        known.reach,
    )


def _notices(known: Known, flow: Flow, now: int, not_ready: tuple[str, ...]) -> list[Notice]:
    found = [Notice(f"this worker waits for {what}", "/readyz", True) for what in not_ready]
    if flow.problem:
        found.append(Notice(flow.problem, "/", True))
    for topic in topics.CONSUMED:
        found += _queue(flow, topic)
    pages = len(known.entries)
    letters = sum(entry.disposition == Disposition.DEADLETTER for entry in known.entries)
    if letters > pages * _LETTER_PART:
        found.append(
            Notice(
                f"{letters} of {counted(pages, 'page')} became {noun(letters, 'a dead letter', 'dead letters')}",
                "/pages?reason=deadletter",
                True,
            )
        )
    before, lately = halves(known.entries)
    found += [
        Notice(
            f"{change.label} rose from {change.before:.0%} to {change.now:.0%} of the pages",
            f"/pages{Filter(reason=change.label).query()}",
        )
        for change in risen(outcomes(before), outcomes(lately))
        if change.label != Disposition.ENRICHED
    ]
    found += [
        Notice(f"{site} may have changed its layout", f"/sites{Filter(q=site).query()}")
        for site in changed_layouts(known)[:_MOST_SITES]
    ]
    if known.reach.skipped:
        found.append(
            Notice(
                f"{counted(known.reach.skipped, 'record')} {noun(known.reach.skipped, 'was', 'were')} not read, to stay cheap: shares are of a sample",
                "/quality",
            )
        )
    return found


def _queue(flow: Flow, topic: str) -> list[Notice]:
    found, seconds = flow.topics.get(topic), flow.waiting_seconds(topic)
    if found is None or not found.lag:
        return []
    stage = topics.STAGES[topic]
    if seconds is None:
        return [
            Notice(
                f"{counted(found.lag, 'message')} of {topic} {noun(found.lag, 'waits', 'wait')} and {stage} finishes none",
                "/",
                True,
            )
        ]
    if seconds > _LONG_SECONDS:
        return [
            Notice(
                f"{counted(found.lag, 'message')} of {topic} {noun(found.lag, 'waits', 'wait')}: {seconds / 60:.0f} min at this rate",
                "/",
            )
        ]
    return []
