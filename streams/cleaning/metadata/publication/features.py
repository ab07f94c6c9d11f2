"""The features by which :mod:`.choice` ranks the days that a page names: their sources, and how they agree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.publication.candidates import Days, Found
from streams.cleaning.metadata.ranking import Candidate

# Every feature, 0 or 1. Sources (candidates.py): _again and _later are those after the first, below and above is the headline.
FEATURES = (
    "jsonld", "jsonld_modified", "jsonld_created", "meta", "meta_again", "meta_weak", "meta_modified",
    "marked", "marked_again", "marked_text", "marked_created", "marked_modified",  # by microdata
    "time_below", "time_below_later", "time_above", "time_above_later", "time_text", "time_modified",
    "url", "url_stamp", "line", "line_later", "line_long", "line_updated", "signed",
    "class_below", "class_below_later", "class_above", "class_above_later", "class_before_update", "class_modified",
    "text_below", "text_below_later", "text_above", "text_above_later", "text_aside", "text_prose", "text_updated",
    # Of its text
    "label_published", "bare", "linked", "names_date", "elsewhere",
    # Its statements
    "agree2", "agree3",  # kinds of sources that name it
    "shown", "only_shown", "clock", "stated_day", "news", "news_clock", "jsonld_meta",
    # Beside the others
    "earliest", "latest", "earliest_stated", "later_stated", "is_modified", "modified_only",
    "shown_stated", "stated_not_shown", "one_shown_instead", "not_stated", "shown_not_stated",
    "shown_before", "shown_well_before", "shown_after", "shown_next",
    "before_day", "before_labelled", "before_first",  # shown well before a stated one that has no clock; in such a place
    "above_while_below", "thread_earliest", "thread_stated", "same_instant",
    "news_type", "news_type_not_stated", "news_type_modified",
    "none", "none_declared",  # no day at all: the page shows one, but not when it was published
)  # fmt: skip

_KINDS = {sign: sign.partition("_")[0] for sign in FEATURES[: FEATURES.index("label_published")]}
_STATED = frozenset(("jsonld", "meta"))
_MODIFIED = frozenset(("jsonld_modified", "meta_modified", "marked_modified"))
_CHANGES = _MODIFIED | {"time_modified", "line_updated", "class_modified", "text_updated"}
_SHOWN = frozenset(("time_below", "time_above", "line", "line_later", "class_below", "class_above", "text_below", "text_above", "marked_text", "time_text", "class_before_update", "label_published"))  # fmt: skip
_BELOW = frozenset(("time_below", "line", "class_below", "text_below"))
_ABOVE = frozenset(("time_above", "class_above", "text_above"))
_DECLARED = frozenset(("jsonld", "meta", "marked", "time_below", "time_above"))
_THREAD = re.compile(r"forum|thread|topic|discussion|/t/|question")
_NEWS = 3  # rank of JSON-LD that describes an article (jsonld.rank)
_ISO_DAY = len("2024-05-01")
_ISO_SECOND = len("2024-05-01T08:30:00")


class Page(msgspec.Struct, frozen=True):
    """What the days of a page are compared with: sets of days, in ISO 8601."""

    stated: frozenset[str]
    shown: frozenset[str]
    modified: frozenset[str]
    below: frozenset[str]
    clocked: bool  # a stated day has a time of day
    thread: bool
    news: bool
    news_type: bool
    first: str
    last: str


def candidates(days: Days, node: jsonld.Node, url: str, thread: bool) -> list[Candidate]:
    """Return the candidates for the time of publication, and one without text: that none of them is.

    A day that markup names as that of a change, and nothing else names, is none. Empty where the page names no day.
    """
    found = days.found
    if not found:
        return []
    page = _page(found, node, url, thread)
    ranked = [
        Candidate(
            _time(entry), dict.fromkeys(sorted({*entry.signs, *_features(day, entry, page, found)}), 1.0)
        )
        for day, entry in found.items()
        if not {sign for sign, _ in entry.times} <= _MODIFIED
    ]
    declared = any(entry.signs & _DECLARED for entry in found.values())
    none = ("none", "none_declared") if declared else ("none",)
    return [*ranked, Candidate("", dict.fromkeys(none, 1.0))]


def _page(found: dict[str, Found], node: jsonld.Node, url: str, thread: bool) -> Page:
    def with_any(signs: frozenset[str]) -> frozenset[str]:
        return frozenset(day for day, entry in found.items() if entry.signs & signs)

    stated = with_any(_STATED) or with_any(frozenset(("marked",)))
    types = jsonld.types(node)
    return Page(
        stated=stated,
        shown=with_any(_SHOWN),
        modified=with_any(_MODIFIED),
        below=with_any(_BELOW),
        clocked=any(_has_clock(found[day]) for day in stated),
        thread=thread or _THREAD.search(url) is not None or "DiscussionForumPosting" in types,
        news=jsonld.rank(node) == _NEWS,
        news_type=jsonld.is_news(node),
        first=min(found),
        last=max(found),
    )


def _features(day: str, entry: Found, page: Page, found: dict[str, Found]) -> Iterator[str]:
    signs = entry.signs
    true = {
        **_own(day, signs, page, _has_clock(entry)),
        **_beside(day, signs, page),
        "same_instant": _is_same_instant(day, entry, found),
    }
    yield from (name for name, value in true.items() if value)
    if day in page.shown and page.stated and day not in page.stated:
        yield from _displaced(day, signs, page)


def _own(day: str, signs: set[str], page: Page, clock: bool) -> dict[str, bool]:
    kinds = {_KINDS[sign] for sign in signs if sign in _KINDS}
    news = page.news and "jsonld" in signs
    return {
        "agree2": len(kinds) >= 2,
        "agree3": len(kinds) >= 3,
        "shown": day in page.shown,
        "only_shown": page.shown == {day},
        "clock": clock,
        "stated_day": not clock and not signs.isdisjoint(_STATED),
        "news": news,
        "news_clock": news and clock,
        "jsonld_meta": signs >= _STATED,
        "news_type": page.news_type and "jsonld" in signs,
    }


def _beside(day: str, signs: set[str], page: Page) -> dict[str, bool]:
    stated, shown = day in page.stated, day in page.shown
    news = page.news and "jsonld" in signs
    unstated = bool(page.stated) and not stated
    return {
        "earliest": day == page.first,
        "latest": day == page.last,
        "earliest_stated": stated and day == min(page.stated),
        "later_stated": stated and day != min(page.stated),
        "is_modified": day in page.modified,
        "modified_only": day in page.modified and not page.stated,
        "shown_stated": shown and stated,
        "stated_not_shown": stated and bool(page.shown) and not shown,
        "one_shown_instead": news and not shown and len(page.shown) == 1,
        "not_stated": unstated,
        "above_while_below": bool(page.below) and signs.isdisjoint(_BELOW) and not signs.isdisjoint(_ABOVE),
        "thread_earliest": page.thread and day == page.first,
        "thread_stated": page.thread and stated and day == min(page.stated),
        "news_type_not_stated": page.news_type and shown and unstated,
        "news_type_modified": page.news_type and day in page.modified and not stated,
    }


def _displaced(day: str, signs: set[str], page: Page) -> Iterator[str]:
    """Yield the features of a shown day on a page that states another one."""
    apart = [(date.fromisoformat(day) - date.fromisoformat(other)).days for other in page.stated]
    well_before = min(apart) < -1
    true = {
        "shown_not_stated": True,
        "shown_before": min(apart) < 0,
        "shown_well_before": well_before,
        "shown_after": max(apart) > 0,
        "shown_next": not {-1, 1}.isdisjoint(apart),
        "before_day": well_before and not page.clocked,
        "before_labelled": well_before and "label_published" in signs,
        "before_first": well_before and not signs.isdisjoint(_BELOW),
    }
    yield from (name for name, value in true.items() if value)


def _time(entry: Found) -> str:
    """Return what is stated for a day: with a time of day where one that is not of a change has it."""
    clocked = (time for sign, time in entry.times if len(time) > _ISO_DAY and sign not in _CHANGES)
    return next(clocked, entry.times[0][1])


def _has_clock(entry: Found) -> bool:
    return any(len(time) > _ISO_DAY and time[11:19] not in ("00:00", "00:00:00") for _, time in entry.times)


def _is_same_instant(day: str, entry: Found, found: dict[str, Found]) -> bool:
    """Whether another statement gives the same moment on another day: in UTC, while this one has the zone of the place."""
    local = [time for _, time in entry.times if len(time) > _ISO_SECOND and not time.endswith("+00:00")]
    return any(
        datetime.fromisoformat(time) == datetime.fromisoformat(other)
        for time in local
        for name, rest in found.items()
        if name != day
        for _, other in rest.times
        if len(other) > _ISO_SECOND
    )
