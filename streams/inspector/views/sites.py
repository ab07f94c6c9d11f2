"""The sites: how many pages each has, what becomes of them, and which of them just changed."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from streams.inspector.entries import Entry
from streams.inspector.store import Store
from streams.inspector.tally import Change, Share, Tally, fitting_step, halves, risen, shares, timeline
from streams.inspector.views.rows import Reach, reach
from streams.records import PageType, Reason

MOST = 200  # sites listed
_TREND_STEPS = 20
# Reasons of which more come when a site changed its layout so that its text is no longer found.
_LAYOUT = {Reason.TOO_SHORT.value, Reason.EMPTY_SHELL.value, "empty text"}


class SiteRow(NamedTuple):
    """One site. ``changed`` are labels that became more frequent, ``layout`` whether they say that its layout changed."""

    name: str
    pages: int
    shares: list[Share]
    types: list[Share]
    languages: list[Share]
    trend: list[int]
    changed: list[Change]
    layout: bool


class SitesView(NamedTuple):
    """All sites, those that changed first, then the largest."""

    sites: list[SiteRow]
    known: int
    asked: str
    reach: Reach


def sites_view(store: Store, now: int, asked: str = "") -> SitesView:
    """The sites in memory whose names contain ``asked``."""
    by_site: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in store:
        if entry.site:
            by_site[entry.site].append(entry)
    names = sorted(
        (name for name in by_site if asked.casefold() in name.casefold()),
        key=lambda name: -len(by_site[name]),
    )
    step = fitting_step(store, now, _TREND_STEPS)
    rows = [_row(name, by_site[name], now, step) for name in names]
    rows.sort(key=lambda row: (not row.layout, not row.changed))
    return SitesView(rows[:MOST], len(by_site), asked, reach(store))


def _row(name: str, entries: list[Entry], now: int, step: int) -> SiteRow:
    tally = Tally(entries)
    totals = timeline(entries, now, _TREND_STEPS, step).totals() or [0] * _TREND_STEPS
    before, lately = halves(entries)
    changed = [change for change in risen(_outcomes(before), _outcomes(lately)) if change.label != "enriched"]
    return SiteRow(
        name,
        tally.pages,
        shares(tally.labels),
        shares(tally.types, 4),
        shares(tally.languages, 4),
        totals,
        changed,
        any(change.label in _LAYOUT for change in changed),
    )


def _outcomes(entries: list[Entry]) -> Tally:
    """The counts, with articles that have hardly any text apart from the other enriched pages."""
    tally = Tally(entries)
    empty = sum(
        entry.page_type == PageType.ARTICLE and entry.characters is not None and entry.characters < _EMPTY
        for entry in entries
        if not entry.reason
    )
    if empty:
        tally.labels["enriched"] -= empty
        tally.labels["empty text"] += empty
    return tally


_EMPTY = 200  # characters: less is no article
