"""When an article was published and modified, chosen from the dates that its page states and shows."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from htmldate import find_date

from streams.cleaning.data import table
from streams.cleaning.metadata import dates, jsonld
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.cleaning.metadata.marked import MarkedElement

_PUBLISHED = ("article:published_time", "og:article:published_time", "datepublished", "article:published", "og:published_time", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "published_at", "publish-date", "publishdate", "publish_date", "pubdate", "publication_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dc.date.created", "dcterms.date", "date", "article.published", "article_date_original", "datecreated", "originalpublicationdate", "citation_publication_date", "citation_date", "release_date", "video:release_date", "news_date", "created")  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "dcterms.modified", "lastmod", "last-modified", "modified_time")  # fmt: skip
_REPLIES = ("comment", "usercomments", "answer")
_MODIFIED_NAME = re.compile(
    r"(?:^|[\s_-])(?:date-?)?(?:modified|updated?)(?:$|[\s_-])|last-?(?:modified|updated?)"
)
_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/\-_.]?(0[1-9]|1[0-2])[/\-_.]?(0[1-9]|[12]\d|3[01])(?=[/\-_.])")
_URL_STAMP = re.compile(
    r"/[A-Za-z]{0,5}((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d\d*(?=[/.])"
)
_MAX_PATH = 500
_ARCHIVED = re.compile(
    r"/(?:web/)?\d{14}[a-z_]{0,4}/(?=https?:)"
)  # an archive's capture time, before the page's address
_MAX_TIMES = 20
_AROUND_DATE = 25  # letters of a line that shows a date and states nothing else
_CLOCK_ERROR = timedelta(days=1)  # zones differ by up to 26 hours


class PageDates:
    """The dates of the page at ``url``.

    No date counts that is more than a day after ``fetched_at``, stated or not.
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
        self._url = _ARCHIVED.split(url)[-1]
        self._latest = _day(fetched_at)
        self._day_first = dates.day_first(language)

    def published(self) -> str | None:
        """Return when the article was first published as the page says; None where it does not.

        Declared times are believed first, but of two days the earlier is the true one: systems that publish a page anew
        declare that day. <time> elements come before numbers in the address. The day of an update counts last.
        """
        stated = self._first(self._declared_values())
        shown = self._shown()
        if stated:
            return shown if shown and _is_day(stated) and shown < stated else stated
        return self._first_time() or self._in_addresses() or shown or self._updated()

    def modified(self) -> str | None:
        """Return when the article was last modified as the page declares; else None."""
        values = (*self._meta(_MODIFIED), *self._marked("modified"))
        return self._first((jsonld.string(self._node, "dateModified"), *values))

    def searched(self, tree: Callable[[], Any] | None) -> str | None:
        """Return htmldate's guess from the text of the page.

        The fetch as upper bound keeps the result independent of the clock. The extensive search is off: it takes any
        number for a year, and loads the grammars of 200 languages.
        """
        root = tree() if tree else None
        if root is None:
            return None
        latest = self._latest.isoformat() if self._latest else "2100-01-01"
        found = find_date(
            root,
            original_date=True,
            extensive_search=False,
            url=self._url,
            max_date=latest,
            min_date="1995-01-01",
        )
        return dates.stamp(found)

    def _declared_values(self) -> Iterator[str | None]:
        node = self._node
        yield jsonld.string(node, "datePublished")
        yield from self._meta(_PUBLISHED)
        yield from self._marked("datecreated") if self._is_thread() else ()
        yield from self._marked("datepublished")
        yield jsonld.string(node, "dateCreated", "uploadDate", "coverageStartTime")

    def _is_thread(self) -> bool:
        return any(time.scope == "question" for time in self._declared.times)

    def _meta(self, names: tuple[str, ...]) -> list[str]:
        return [value for name in names for value in self._declared.meta.get(name, ())]

    def _marked(self, kind: str) -> list[str]:
        """Return the values of elements marked as a time of this kind, other than of comments and answers."""
        return [
            element.value or element.text
            for element in (*self._declared.marked, *self._declared.times)
            if (kind in element.role or kind in element.names.split()) and element.scope not in _REPLIES
        ]

    def _first(self, values: Iterable[str | None]) -> str | None:
        return next((found for found in map(self._stamp, values) if found), None)

    def _stamp(self, text: str | None) -> str | None:
        return self._not_future(dates.stamp(text, self._day_first))

    def _mentioned(self, text: str) -> str | None:
        return self._not_future(dates.mentioned(text, self._day_first))

    def _not_future(self, found: str | None) -> str | None:
        day = _day(found)
        return None if day and self._latest and day > self._latest + _CLOCK_ERROR else found

    def _in_addresses(self) -> str | None:
        """Return the date in the page's address, as segments or as the start of a timestamp."""
        for address in (self._url, self._declared.canonical, self._declared.first("og:url")):
            path = _path(_ARCHIVED.split(address or "")[-1])
            stamped = _URL_STAMP.search(path)  # to the minute: made by a clock, unlike the day of a schedule
            day = _URL_DATE.search(path)
            found = self._not_future(dates.stamp("-".join(day.groups()))) if day else None
            found = found or (dates.stamp("-".join(stamped.groups())) if stamped else None)
            if found:
                return found
        return None

    def _first_time(self) -> str | None:
        """Return the first time in <time> elements; of one that tells of a change, only a date before the word for that."""
        for time in self._times():
            if _is_modified(time):
                found = self._mentioned(_before_update(time.text))
            else:
                found = self._stamp(time.value or time.text)
            if found:
                return found
        return None

    def _times(self) -> list[MarkedElement]:
        return [time for time in self._declared.times[:_MAX_TIMES] if time.scope not in _REPLIES]

    def _shown(self) -> str | None:
        """Return the first date that stands alone below the headline, other than of an update."""
        updated = False
        for text in self._shown_lines():
            before = _before_update(text)
            day = None if updated else self._mentioned(before)
            if day and _letters(before) <= _AROUND_DATE:
                return day
            updated = len(before) < len(text) and not any(character.isdigit() for character in text)
        return None

    def _updated(self) -> str | None:
        """Return the first date below the headline or in a <time> element, even of an update."""
        stated = (time.value or time.text for time in self._times() if "modified" not in time.role)
        return self._first(stated) or next(filter(None, map(self._mentioned, self._shown_lines())), None)

    def _shown_lines(self) -> Iterator[str]:
        yield from (line.text for line in self._declared.lines if not line.signed)
        dated = [element for element in self._declared.suggested.dated if not _is_modified(element)]
        yield from (element.text for element in dated[:1] if element.below)


def _day(stamp: str | None) -> date | None:
    try:
        return date.fromisoformat((stamp or "")[:10])
    except ValueError:
        return None


def _is_day(stamp: str) -> bool:
    return len(stamp) == len("2024-04-23")


def _path(address: str) -> str:
    try:
        return urlsplit(address).path[:_MAX_PATH] + "/"
    except ValueError:
        return ""


def _is_modified(element: MarkedElement) -> bool:
    return bool(
        "modified" in element.role
        or _MODIFIED_NAME.search(element.names)
        or len(_before_update(element.text)) < len(element.text)
    )


@functools.cache
def _update() -> re.Pattern[str]:
    words = sorted(table("updates")["words"], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


def _before_update(text: str) -> str:
    """Return the part of ``text`` before a word such as "Updated"."""
    found = _update().search(text)
    return text[: found.start()] if found else text


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text)
