"""Signals of who wrote a part of a page and when: elements and short lines, each with the node that it is in."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

import msgspec
from lxml import etree

from streams.cleaning.extract.blocks.tokens import parts as words_of
from streams.cleaning.extract.blocks.tree import BlockTree
from streams.cleaning.metadata import dates
from streams.cleaning.metadata.marked import element_text

_MOST = 20_000  # elements looked at
_AUTHOR_WORDS = frozenset(
    ("author", "username", "user", "poster", "byline", "nickname", "nick", "creator", "by")
)
# Of a user, too, and no name.
_OTHER_WORDS = frozenset(("title", "banner", "avatar", "rank", "role", "badge", "stats", "count", "menu", "signature", "level", "score", "reputation", "group", "location", "mention"))  # fmt: skip
_PROFILE = re.compile(
    r"(?:^|[/?&;])(?:u|users?|members?|profiles?|people|authors?|user-?profile|account)(?:[/.=_-]|$)",
    re.IGNORECASE,
)
_ATTRIBUTES = ("datetime", "content", "title", "data-time", "data-timestamp", "data-utime", "data-date", "data-created", "created-timestamp", "ts")  # fmt: skip
_OF_TIMES = frozenset(_ATTRIBUTES[2:])
_LONGEST_NAME, _SHORTEST_NAME, _MOST_WORDS = 40, 3, 5
_DAY = len("2024-05-01")
_LONGEST_LINE = 80  # code points of a line that states a time
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?:\s?([AaPp])\.?[Mm])?(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_EDITED = re.compile(r"edit|modif|updat|last", re.IGNORECASE)
_BY = re.compile(r"^(?:by|posted by|from)\s+|^@|[:,]$", re.IGNORECASE)


class Signal(msgspec.Struct, frozen=True):
    """``rank``: how sure it is, 0 the surest. ``value``: a name, or a time in ISO 8601."""

    node: int
    rank: int
    value: str


class Signals(msgspec.Struct, frozen=True):
    """In document order, each kind."""

    authors: tuple[Signal, ...]
    times: tuple[Signal, ...]


def read_signals(blocks: BlockTree, language: str | None) -> Signals:
    """Return the signals on a page. ``language`` tells how it writes dates in numbers."""
    reader = _Reader(blocks, dates.day_first(language))
    root = blocks.elements[0]
    for count, element in enumerate(root.iter(etree.Element)):
        if count > _MOST:
            break
        reader.read(element)
    reader.read_lines()
    authors = tuple(sorted(reader.authors, key=lambda signal: signal.node))
    return Signals(authors, tuple(sorted(reader.times, key=lambda signal: signal.node)))


class _Reader:
    def __init__(self, blocks: BlockTree, day_first: bool | None) -> None:
        self.blocks = blocks
        self.day_first = day_first
        self.nodes = {element: node for node, element in enumerate(blocks.elements)}
        self.authors: list[Signal] = []
        self.times: list[Signal] = []
        self.quoted: set[etree._Element] = set()

    def read(self, element: etree._Element) -> None:
        attributes = element.attrib
        if element.tag in ("blockquote", "svg"):  # who is quoted did not write this
            self.quoted.update(element.iter(etree.Element))
        if element in self.quoted or (not attributes and element.tag != "time"):
            return
        prop = (attributes.get("itemprop") or "").lower().split()
        time = self.time(element, prop)
        if time is not None:
            self.times.append(Signal(self.node(element), *time))
        author = self.author(element, prop)
        if author is not None:
            self.authors.append(Signal(self.node(element), *author))

    def node(self, element: etree._Element) -> int:
        """Return the innermost node around an element; 0, the root, where there is none."""
        climbed: etree._Element | None = element
        while climbed is not None:
            node = self.nodes.get(climbed)
            if node is not None:
                return node
            climbed = climbed.getparent()
        return 0

    def time(self, element: etree._Element, prop: list[str]) -> tuple[int, str] | None:
        stated = "datepublished" in prop or "datecreated" in prop
        if not (stated or element.tag == "time" or not _OF_TIMES.isdisjoint(element.attrib.keys())):
            return None
        parent = element.getparent()
        label = (parent.text or "")[:_LONGEST_LINE] if parent is not None else ""
        if "datemodified" in prop or _is_edit(element.get("class") or "") or _EDITED.match(label.lstrip()):
            return None
        for name in _ATTRIBUTES:
            value = element.get(name)
            if value and len(value) <= _LONGEST_LINE and (name != "title" or _YEAR.search(value)):
                found = self.stamp(value)
                if found:
                    return (0 if stated else 1), found
        found = self.stamp(element_text(element)) if stated or element.tag == "time" else None
        return (1, found) if found else None

    def stamp(self, text: str) -> str | None:
        """Return the time in a text, with its time of day where it has one."""
        found = dates.stamp(text, self.day_first)
        clock = _CLOCK.search(text) if found else None
        if found is None or clock is None or (len(found) > _DAY and not clock[4]):
            return found
        hour = int(clock[1]) % 12 + 12 * (clock[4] in "Pp") if clock[4] else int(clock[1])
        return f"{found[:_DAY]}T{hour:02}:{clock[2]}" + (f":{clock[3]}" if clock[3] else "")

    def author(self, element: etree._Element, prop: list[str]) -> tuple[int, str] | None:
        rank = self.author_rank(element, prop)
        if rank is None:
            return None
        text = element_text(element)
        if "author" in prop and element.get("itemscope") is not None:
            names = [inner for inner in element.iter() if inner.get("itemprop") == "name"]
            text = (element_text(names[0]) or names[0].get("content") or text) if names else text
        elif element.tag != "a":
            linked = [*filter(None, map(element_text, element.iter("a")))]
            text = next(
                (name for name in linked if len(name) >= _SHORTEST_NAME), linked[0] if linked else text
            )
        name = _BY.sub("", text).strip()
        if not name or len(name) > _LONGEST_NAME or len(name.split()) > _MOST_WORDS:
            return None
        if name.isdigit() or not any(map(str.isalnum, name)) or _YEAR.search(name):
            return None
        return rank + (len(name) < _SHORTEST_NAME), name  # initials stand for an image

    def author_rank(self, element: etree._Element, prop: list[str]) -> int | None:
        if "author" in prop or "creator" in prop:
            return 0
        if element.tag == "a":
            if "author" in (element.get("rel") or "").split():
                return 1
            href = element.get("href") or ""
            signs = _names_author(element.get("class") or "") + (_PROFILE.search(href) is not None)
            return 3 - signs if signs else None
        if _names_author(element.get("class") or "") and (
            not len(element) or next(element.iter("a"), None) is not None
        ):
            return 2
        return None

    def read_lines(self) -> None:
        """Read the times in short lines of text."""
        for text, home in zip(self.blocks.texts, self.blocks.homes, strict=True):
            if len(text) <= _LONGEST_LINE and _YEAR.search(text) and not _EDITED.search(text):
                found = self.stamp(text)
                if found and self.blocks.elements[home] not in self.quoted:
                    self.times.append(Signal(home, 2 + (len(found) <= _DAY), found))


@functools.lru_cache(maxsize=8_192)
def _names_author(classes: str) -> bool:
    """Whether a class is one for a name of an author."""
    words = words_of(classes[:200])
    return not _AUTHOR_WORDS.isdisjoint(words) and _OTHER_WORDS.isdisjoint(words)


@functools.lru_cache(maxsize=8_192)
def _is_edit(classes: str) -> bool:
    """Whether a class says of a time that it is that of a change."""
    return _EDITED.search(classes) is not None


def first(signals: Iterable[Signal]) -> str | None:
    """Return the value of the first of the surest signals; None without any."""
    best = min(signals, key=lambda signal: signal.rank, default=None)
    return best.value if best is not None else None
