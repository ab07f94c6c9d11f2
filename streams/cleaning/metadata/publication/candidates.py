"""The days on which a page may have been published, each with the statements that name it.

Collected from JSON-LD, meta elements, microdata, time elements, the address, the lines below the headline and short texts with a
year. :mod:`.features` compares them, :mod:`.choice` chooses.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

from streams.cleaning.data import table
from streams.cleaning.metadata import dates, jsonld
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.cleaning.metadata.marked import MarkedElement

_META = ("article:published_time", "og:article:published_time", "datepublished", "article:published", "og:published_time", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime")  # fmt: skip
_META_WEAK = ("published_at", "publish-date", "publishdate", "publish_date", "pubdate", "publication_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dc.date.created", "dcterms.date", "date", "article.published", "article_date_original", "datecreated", "originalpublicationdate", "citation_publication_date", "citation_date", "release_date", "video:release_date", "news_date", "created")  # fmt: skip
META_MODIFIED = ("article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "dcterms.modified", "lastmod", "last-modified", "modified_time")  # fmt: skip
REPLIES = ("comment", "usercomments", "answer")
MAX_TIMES = 20

_MODIFIED_NAME = re.compile(
    r"(?:^|[\s_-])(?:date-?)?(?:modified|updated?)(?:$|[\s_-])|last-?(?:modified|updated?)"
)
_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/\-_.]?(0[1-9]|1[0-2])[/\-_.]?(0[1-9]|[12]\d|3[01])(?=[/\-_.])")
_URL_STAMP = re.compile(
    r"/[A-Za-z]{0,5}((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d\d*(?=[/.])"
)
_MAX_PATH = 500
# An archive's capture time, before the page's address.
_ARCHIVED = re.compile(r"/(?:web/)?\d{14}[a-z_]{0,4}/(?=https?:)")
_DATE_NAME = re.compile(r"date|time|publish|posted")
_ELSEWHERE = re.compile(r"comment|reply|related|card|recent|sidebar|footer|copyright|©")
_AROUND_DATE = 25  # letters of a line that shows a date and states nothing else
_AROUND_TEXT = 35  # the same for a text node
_BARE = 15
_DAY_FIRST_DOMAINS = frozenset(("uk", "au", "nz", "in", "ie", "za"))  # countries that write English day first


class Found(msgspec.Struct):
    """A day: the sources and properties of the statements of it, and what they state, as (source, time in ISO 8601)."""

    signs: set[str] = set()
    times: list[tuple[str, str]] = []


class Days:
    """The days that a page names, by their date in ISO 8601, in the order in which they were found."""

    def __init__(self, declared: DeclaredMetadata, node: jsonld.Node, url: str, language: str | None) -> None:
        self.found: dict[str, Found] = {}
        self._declared = declared
        self._node = node
        self._url = page_address(url)
        self._day_first = _day_first(language, self._url)
        self._declared_times()
        self._time_elements()
        self._addresses()
        self._lines()
        self._classes()
        self._texts()

    def _add(self, text: str | None, sign: str, *, line: bool = False) -> Found | None:
        """Note that ``text`` names a day: as a time, or within a ``line``. Return its entry; None where it names none."""
        time = self._read(text or "", dates.mentioned if line else dates.stamp)
        if time is None:
            return None
        entry = self.found.setdefault(time[:10], Found())
        entry.signs.add(sign)
        entry.times.append((sign, time))
        return entry

    def _read(self, text: str, read: Callable[[str, bool | None], str | None]) -> str | None:
        """Return the time in ``text``. Two numbers of unknown order count where one reading is a day known already."""
        time = read(text, self._day_first)
        if time or self._day_first is not None or not dates.has_two_numbers(text):
            return time
        known = {time for order in (False, True) if (time := read(text, order)) and time[:10] in self.found}
        return known.pop() if len(known) == 1 else None

    def _is_new(self, sign: str) -> bool:
        return not any(sign in entry.signs for entry in self.found.values())

    def _declared_times(self) -> None:
        node, meta = self._node, self._declared.meta
        self._add(jsonld.string(node, "datePublished", "coverageStartTime"), "jsonld")
        self._add(jsonld.string(node, "dateModified"), "jsonld_modified")
        for key in ("dateCreated", "uploadDate"):
            self._add(jsonld.string(node, key), "jsonld_created")
        for name in _META:
            for at, value in enumerate(meta.get(name, ())):
                self._add(value, "meta_again" if at else "meta")
        for names, sign in ((_META_WEAK, "meta_weak"), (META_MODIFIED, "meta_modified")):
            for name in names:
                for value in meta.get(name, ()):
                    self._add(value, sign)
        for element in self._declared.marked:
            if element.scope not in REPLIES and "datepublished" in element.role.split():
                self._add(
                    element.value or element.text, "marked" if self._is_new("marked") else "marked_again"
                )
                if element.value and element.text:
                    self._add(element.text, "marked_text", line=True)

    def _time_elements(self) -> None:
        for time in self._declared.times[:MAX_TIMES]:
            if time.scope in REPLIES:
                continue
            sign = self._sign_of(time)
            if not (time.value and self._add(time.value, sign)):
                self._add(time.text, sign)
            before = before_update(time.text)
            if sign.endswith("_modified") and before != time.text:
                self._add(before, "time_below", line=True)
            elif not sign.endswith("_modified") and time.value:
                self._add(time.text, "time_text", line=True)

    def _sign_of(self, time: MarkedElement) -> str:
        if "datepublished" in time.role or "datepublished" in time.names.split():
            return "marked" if self._is_new("marked") else "marked_again"
        if "datecreated" in time.role:
            return "marked_created"
        if "modified" in time.role:
            return "marked_modified"
        if is_modified(time):
            return "time_modified"
        sign = "time_below" if time.below else "time_above"
        return sign if self._is_new(sign) else f"{sign}_later"

    def _addresses(self) -> None:
        for address in (self._url, self._declared.canonical, self._declared.first("og:url")):
            path = _path(page_address(address or ""))
            for pattern, sign in ((_URL_DATE, "url"), (_URL_STAMP, "url_stamp")):
                day = pattern.search(path)
                if day:
                    self._add("-".join(day.groups()), sign)

    def _lines(self) -> None:
        updated, first = False, True
        for line in self._declared.lines:
            if line.signed:
                self._add(line.text, "signed", line=True)
                continue
            before = before_update(line.text)
            short = _letters(before) <= _AROUND_DATE
            sign = (
                "line_updated" if updated else "line_long" if not short else "line" if first else "line_later"
            )
            if self._add(before, sign, line=True):
                first = first and (updated or not short)
            elif before != line.text:
                self._add(line.text, "line_updated", line=True)
            updated = len(before) < len(line.text) and not any(character.isdigit() for character in line.text)

    def _classes(self) -> None:
        later = ""
        for element in self._declared.suggested.dated:
            if is_modified(element):
                before = before_update(element.text)
                if not self._add(before, "class_before_update", line=True):
                    self._add(element.text, "class_modified", line=True)
            else:
                self._add(
                    element.text, ("class_below" if element.below else "class_above") + later, line=True
                )
                later = "_later"

    def _texts(self) -> None:
        seen = {False: 0, True: 0}
        for item in self._declared.dated_texts:
            before = before_update(item.text)
            label = item.before[-30:]
            label = label if _letters(label) <= _AROUND_DATE else ""
            if before == item.text and _update().search(label):
                sign = "text_updated"
            elif _letters(before) > _AROUND_TEXT:
                sign = "text_prose"
            else:
                place = "text_below" if item.below else "text_above"
                sign = place if not seen[item.below] else f"{place}_later"
                sign = "text_aside" if item.aside else sign
            entry = self._add(before, sign, line=True)
            if entry is None:
                if before != item.text:
                    self._add(item.text, "text_updated", line=True)
                continue
            seen[item.below] += sign != "text_updated" and not item.aside
            signs = {
                "label_published": sign != "text_updated"
                and bool(_published().search(label) or _published().search(before[:20])),
                "bare": _letters(before) <= _BARE,
                "linked": item.linked,
                "names_date": bool(_DATE_NAME.search(item.names)),
                "elsewhere": bool(_ELSEWHERE.search(f"{item.names} {label.lower()} {before[:1]}")),
            }
            entry.signs.update(name for name, true in signs.items() if true)


def page_address(url: str) -> str:
    """Return the address of a page without that of the archive that keeps it."""
    return _ARCHIVED.split(url)[-1]


def is_modified(element: MarkedElement) -> bool:
    """Whether an element tells of a change."""
    return bool(
        "modified" in element.role
        or _MODIFIED_NAME.search(element.names)
        or len(before_update(element.text)) < len(element.text)
    )


def before_update(text: str) -> str:
    """Return the part of ``text`` before a word such as "Updated"."""
    found = _update().search(text)
    return text[: found.start()] if found else text


@functools.cache
def _update() -> re.Pattern[str]:
    words = sorted(table("updates")["words"], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


@functools.cache
def _published() -> re.Pattern[str]:
    words = sorted(table("updates")["published"], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def _day_first(language: str | None, url: str) -> bool | None:
    """Return whether numbers on the page are day first: by its language, and for English by the country of its domain."""
    order = dates.day_first(language)
    if order is not None:
        return order
    return True if _host(url).rpartition(".")[2] in _DAY_FIRST_DOMAINS else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _path(address: str) -> str:
    try:
        return urlsplit(address).path[:_MAX_PATH] + "/"
    except ValueError:
        return ""


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))
