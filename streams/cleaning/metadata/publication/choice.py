"""When an article was published and modified: of the days that its page states and shows, the one that a linear model ranks first.

The weights are learnt from pages whose days are known by ``make train-dates`` (training/dates), which prints how many days come
out right on sites that were left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from streams.cleaning.data import table
from streams.cleaning.metadata import dates, jsonld
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.cleaning.metadata.publication import features
from streams.cleaning.metadata.publication.candidates import META_MODIFIED, REPLIES, Days, Found, page_address
from streams.cleaning.metadata.ranking import Candidate, best

_CLOCK_ERROR = timedelta(days=1)  # zones differ by up to 26 hours
_WRONG_CLOCK = timedelta(days=730)  # a later day is an error of the page, whoever repeats it
_DECLARED = frozenset(("jsonld", "meta", "meta_weak", "marked"))
_SHOWN = frozenset(("time_below", "time_above", "line"))
_BY_CLOCK = frozenset(("jsonld_modified", "meta_modified", "url_stamp"))  # written by a machine
_KINDS = 2


class PageDates:
    """The dates of the page at ``url``.

    No day counts that is more than one after ``fetched_at``. But where all that the page says of its publication is after it,
    within two years, and two kinds of statements confirm that, or one that a clock wrote (of a change, to the minute in the
    address), the crawler's clock is what is wrong.
    """

    def __init__(
        self,
        declared: DeclaredMetadata,
        node: jsonld.Node,
        url: str,
        fetched_at: str | None = None,
        language: str | None = None,
    ) -> None:
        self._declared = declared
        self._node = node
        self._url = page_address(url)
        self._language = language
        self._days = Days(declared, node, url, language)
        fetched = _day(fetched_at)
        self._latest = fetched + _CLOCK_ERROR if fetched else None
        if self._latest and _contradict(self._days.found, self._latest):
            self._latest = None

    def published(self) -> str | None:
        """Return when the article was first published as the page says, in ISO 8601; None where it does not."""
        chosen = best(self.candidates(), table("date_weights")["weights"])
        return (chosen.text or None) if chosen else None

    def candidates(self) -> list[Candidate]:
        """Return what :meth:`published` chooses from, with features: what its training learns from."""
        for day in [day for day in self._days.found if not self._is_past(day)]:
            del self._days.found[day]
        thread = any(time.scope == "question" for time in self._declared.times)
        return features.candidates(self._days, self._node, self._url, thread)

    def modified(self) -> str | None:
        """Return when the article was last modified as the page declares; else None."""
        meta = (value for name in META_MODIFIED for value in self._declared.meta.get(name, ()))
        marked = (
            element.value or element.text
            for element in (*self._declared.marked, *self._declared.times)
            if ("modified" in element.role or "modified" in element.names.split())
            and element.scope not in REPLIES
        )
        return self._first((jsonld.string(self._node, "dateModified"), *meta, *marked))

    def _first(self, values: Iterable[str | None]) -> str | None:
        found = (dates.stamp(value, dates.day_first(self._language)) for value in values)
        return next((time for time in found if time and self._is_past(time)), None)

    def _is_past(self, time: str) -> bool:
        day = _day(time)
        return day is not None and (self._latest is None or day <= self._latest)


def _contradict(found: dict[str, Found], latest: date) -> bool:
    """Whether what a page says of its publication can only be true if it was fetched later than ``latest``."""
    declared, shown = (
        {day for day, entry in found.items() if not entry.signs.isdisjoint(signs)}
        for signs in (_DECLARED, _SHOWN)
    )
    stated = declared or shown
    if any(date.fromisoformat(day) <= latest for day in stated):
        return False
    sources = {
        sign
        for day, entry in found.items()
        if latest < date.fromisoformat(day) <= latest + _WRONG_CLOCK
        for sign, _ in entry.times
        if day in stated or sign in _BY_CLOCK
    }
    return len({sign.partition("_")[0] for sign in sources}) >= _KINDS or not sources.isdisjoint(_BY_CLOCK)


def _day(time: str | None) -> date | None:
    try:
        return date.fromisoformat((time or "")[:10])
    except ValueError:
        return None
