"""The sites: how many pages each has, what becomes of them, and which of them just changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

from streams.inspector.entries import Entry
from streams.inspector.store import Known, Reach
from streams.inspector.tally import (
    Change,
    Share,
    Tally,
    fitting_step,
    halves,
    outcomes,
    risen,
    shares,
    timeline,
)
from streams.records import Disposition, PageType, Reason, Stage

MOST = 200  # sites listed
_TREND_STEPS = 20
_EMPTY_TEXT = "empty text"
_EMPTY = 200  # characters: less is no article
# Outcomes of which more come when a site changed its layout so that its text is no longer found.
_LAYOUT = {Reason.TOO_SHORT.value, Reason.EMPTY_SHELL.value, _EMPTY_TEXT}
_LEAST_PAGES = 3  # with the same evidence, to be called a template
_TEMPLATES = 3  # shown of a site

Sites = dict[str, list[Entry]]


class Template(NamedTuple):
    """A page that a site serves again and again in place of others: its reason, its evidence, and one of its pages."""

    why: str
    pages: int
    example: Entry


class SiteRow(NamedTuple):
    """One site. ``changed`` are outcomes that became more frequent, ``layout`` whether they say that its layout changed."""

    name: str
    pages: int
    shares: list[Share]
    types: list[Share]
    languages: list[Share]
    templates: list[Template]
    trend: list[int]
    changed: list[Change]
    layout: bool


class SitesView(NamedTuple):
    """All sites, those that changed first, then the largest."""

    sites: list[SiteRow]
    known: int
    asked: str
    reach: Reach


def sites_view(known: Known, now: int, asked: str = "") -> SitesView:
    """The sites in memory whose names contain ``asked``."""
    by_site = _by_site(known)
    changes = {name: _changes(entries) for name, entries in by_site.items()}
    names = sorted(
        (name for name in by_site if asked.casefold() in name.casefold()),
        key=lambda name: (not _is_layout(changes[name]), not changes[name], -len(by_site[name])),
    )
    step = fitting_step(known.entries, now, _TREND_STEPS)
    rows = [_row(name, by_site[name], changes[name], now, step) for name in names[:MOST]]
    return SitesView(rows, len(by_site), asked, known.reach)


def changed_layouts(known: Known) -> list[str]:
    """The names of the sites that may have changed their layout."""
    return [name for name, entries in _by_site(known).items() if _is_layout(_changes(entries))]


def _by_site(known: Known) -> Sites:
    by_site: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in known.entries:
        if entry.site:
            by_site[entry.site].append(entry)
    return by_site


def _changes(entries: list[Entry]) -> list[Change]:
    """The outcomes other than being enriched that have become frequent."""
    before, lately = halves(entries)
    return [
        change
        for change in risen(_outcomes(before), _outcomes(lately))
        if change.label != Disposition.ENRICHED
    ]


def _outcomes(entries: list[Entry]) -> Tally:
    """The outcomes, with articles that have hardly any text apart from the other enriched pages."""
    tally = outcomes(entries)
    empty = sum(
        entry.page_type == PageType.ARTICLE and entry.characters is not None and entry.characters < _EMPTY
        for entry in entries
        if not entry.reason
    )
    tally.labels[Disposition.ENRICHED.value] -= empty
    tally.labels[_EMPTY_TEXT] += empty
    return tally


def _is_layout(changes: list[Change]) -> bool:
    return any(change.label in _LAYOUT for change in changes)


def _row(name: str, entries: list[Entry], changes: list[Change], now: int, step: int) -> SiteRow:
    tally = Tally(entries)
    return SiteRow(
        name,
        tally.pages,
        shares(tally.labels),
        shares(tally.types, 4),
        shares(tally.languages, 4),
        _templates(entries),
        timeline(entries, now, _TREND_STEPS, step).totals() or [0] * _TREND_STEPS,
        changes,
        _is_layout(changes),
    )


def _templates(entries: list[Entry]) -> list[Template]:
    """What cleaning rejected with the same title and evidence again and again, the most frequent first."""
    rejected = [entry for entry in entries if entry.reason and entry.stage == Stage.CLEAN and entry.why]
    counts = Counter((entry.label, entry.title, entry.why) for entry in rejected)
    examples = {(entry.label, entry.title, entry.why): entry for entry in rejected}
    return [
        Template(f"{label}, {why}", pages, examples[label, title, why])
        for (label, title, why), pages in counts.most_common(_TEMPLATES)
        if pages >= _LEAST_PAGES
    ]
