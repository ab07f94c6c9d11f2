"""Selects entries as the address of a page asks: by site, reason, page type, language, time, and words of URL, id or title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from streams import urls
from streams.inspector.entries import Entry
from streams.inspector.tally import MINUTE

_LONGEST = 2_000  # characters of one parameter
_MOST_MINUTES = 525_600  # a year


class Filter(NamedTuple):
    """What an entry must have; an empty value asks nothing. ``minutes`` counts back from now, 0 is any time."""

    q: str = ""
    site: str = ""
    reason: str = ""  # a reason, a fault, or a disposition
    type: str = ""
    language: str = ""
    minutes: int = 0

    def matches(self, entry: Entry, now: int) -> bool:
        """Whether an entry is selected at ``now``, milliseconds since the epoch."""
        return (
            (not self.reason or self.reason in (entry.reason, str(entry.disposition)))
            and (not self.site or self.site == entry.site)
            and (not self.type or self.type == entry.page_type)
            and (not self.language or self.language == entry.language)
            and (not self.minutes or entry.at >= now - self.minutes * MINUTE)
            and (not self.q or _found(self.q, entry))
        )

    def query(self, **changes: str | int) -> str:
        """The filter as a query string with these changes, without what is empty; with ``?`` in front unless it is all empty."""
        values = {name: value for name, value in (self._asdict() | changes).items() if value}
        return f"?{urlencode(values)}" if values else ""

    @property
    def is_empty(self) -> bool:
        """Whether it selects everything."""
        return self == Filter()


def _found(asked: str, entry: Entry) -> bool:
    """Whether one of an entry's texts has what is asked for, or the canonical form of a URL that is asked for."""
    wanted = {asked.casefold(), urls.canonical(asked).casefold()}
    texts = (entry.id, entry.url, entry.canonical_url, entry.final_url or "", entry.title or "", entry.raw)
    return any(words in text.casefold() for text in texts for words in wanted)


def from_query(query: Mapping[str, str]) -> Filter:
    """The filter of a query string; what is not understood is left out."""

    def text(name: str) -> str:
        return query.get(name, "").strip()[:_LONGEST]

    minutes = text("minutes")
    number = int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 8 else 0
    return Filter(
        text("q"),
        text("site"),
        text("reason"),
        text("type"),
        text("language"),
        min(number, _MOST_MINUTES),
    )
