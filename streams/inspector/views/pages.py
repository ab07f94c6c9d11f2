"""The list of pages: the newest dispositions that a filter selects."""

from __future__ import annotations

from typing import NamedTuple

from streams.inspector.entries import Entry
from streams.inspector.filters import Filter
from streams.inspector.store import Known, Reach
from streams.inspector.tally import Share, Tally, outcomes, shares

PAGE = 50  # rows shown at once
_CHOICES = 200  # names offered in one list of choices


class PagesView(NamedTuple):
    """One screen of pages. ``after`` is the number of rows left out before it, ``more`` whether some follow."""

    entries: list[Entry]
    filter: Filter
    found: int
    after: int
    more: bool
    shares: list[Share]
    sites: list[str]
    reasons: list[str]
    types: list[str]
    languages: list[str]
    reach: Reach


def pages_view(known: Known, asked: Filter, now: int, after: int = 0) -> PagesView:
    """The newest pages that ``asked`` selects, from row ``after`` on; the last of them where there are no more than that."""
    everything = known.entries
    tally = Tally(everything)
    matching = [entry for entry in everything if asked.matches(entry, now)]
    after = min(after, max(0, len(matching) - 1) // PAGE * PAGE)
    return PagesView(
        matching[after : after + PAGE],
        asked,
        len(matching),
        after,
        len(matching) > after + PAGE,
        shares(outcomes(matching).labels),
        [name for name, _ in tally.sites.most_common(_CHOICES)],
        [*sorted(tally.dispositions), *sorted(label for label in tally.labels if label != "enriched")],
        sorted(tally.types),
        sorted(tally.languages),
        known.reach,
    )
