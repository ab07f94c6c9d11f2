"""Elements that say who wrote an article and when: by microdata, rel, class, link, or the words they begin with."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from lxml import etree

from streams.cleaning.data import table
from streams.cleaning.decode.outline import Outline

_MAX_TEXT = 400  # code points of a title, heading or byline
_MAX_MARKED = 60  # elements of each kind: a limit for pages made of nothing else
_MAX_DATES = 5  # dates by class: only the first matter
_MAX_LABELLED = 100  # code points of a line that begins with "By"
_MAX_DATED = 60  # code points of a line that states a date

_AUTHOR_AND_DATE = frozenset(("author", "creator", "datepublished"))
_NAMES_WITHIN = etree.XPath(".//*[@itemprop='name']")
_NAMEABLE = frozenset(("a", "span", "div", "p", "address", "cite", "strong", "li", "aside", "dt", "td"))
_OF_AUTHORS = (
    "utor",
    "uthor",
    "yline",
    "byl",
    "eporter",
    "writer",
    "ournalist",
    "auteur",
)  # in names of either case
_OF_DATES = ("date", "Date", "publish", "Publish", "posted")
_END = "\0"  # of a name: no attribute has this character
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|writers?|contributors?|journalists?|reporters?|columnists?|autor(?:en|es|i)?|auteurs?|redakteure?)/[^/?#]+/?(?:[?#]|$)",
    re.IGNORECASE,
)
_AUTHOR_WORDS = ("author", "writer", "contributor", "journalist", "reporter", "columnist", "autor", "auteur", "redakteur")  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class MarkedElement(msgspec.Struct, frozen=True):
    """An element whose class, id or microdata describes its text. ``role`` is its itemprop or rel, in lower case."""

    tag: str
    role: str
    names: str  # its class and id, camelCase split, in lower case
    text: str
    value: str  # its content or datetime attribute
    links: int  # how many links are in it
    scope: str = ""  # the type of the microdata item it describes, in lower case: "comment"
    below: bool = False  # it follows the headline
    group: int = 0  # equal for neighbours: elements with the same parent or grandparent


class Suggestions(msgspec.Struct, frozen=True):
    """Elements whose class, link or first words suggest an author or a date, in document order."""

    named: tuple[MarkedElement, ...] = ()  # "author", "byline" and the like in class or id
    labelled: tuple[MarkedElement, ...] = ()  # lines that begin with "By" or "Written by"
    linked: tuple[MarkedElement, ...] = ()  # links to an author's page
    dated: tuple[MarkedElement, ...] = ()  # "date" or "published" in class, with a year in the text


class _Groups:
    """Numbers elements so that neighbours have the same number."""

    def __init__(self) -> None:
        self._number = 0
        self._last: set[etree._Element] = set()

    def of(self, element: etree._Element) -> int:
        around = set(itertools.islice(element.iterancestors(), 2))
        self._number += self._last.isdisjoint(around)
        self._last = around
        return self._number


def marked_element(element: etree._Element, below: bool = False, group: int = 0) -> MarkedElement:
    """Return what the markup of ``element`` says of it. The text of a microdata person is its name."""
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
    prop = element.get("itemprop")
    text = element_text(element)
    value = element.get("content") or element.get("datetime") or ""
    if prop and element.get("itemscope") is not None:
        name = next(iter(_evaluated(_NAMES_WITHIN, element)), None)
        if name is not None:
            text = element_text(name) or name.get("content") or text
    return MarkedElement(
        element.tag if isinstance(element.tag, str) else "",
        (prop or element.get("rel") or "").lower(),
        _CAMEL.sub("-", names[:300]).lower(),
        text[:_MAX_TEXT],
        value[:200],
        sum(1 for _ in element.iter("a")),
        _scope(element) if prop else "",
        below,
        group,
    )


def _scope(element: etree._Element) -> str:
    """Return the type of the microdata item that an itemprop describes: "comment" of "https://schema.org/Comment"."""
    for ancestor in element.iterancestors():
        if ancestor.get("itemscope") is not None:
            return (ancestor.get("itemtype") or "").strip().rstrip("/").rpartition("/")[2].lower()
    return ""


def described_elements(outline: Outline) -> list[MarkedElement]:
    """Return the elements whose itemprop or rel is an author or a publication date."""
    written, having = outline.attributes, outline.having
    described = [(at, written[at]["itemprop"]) for at in having.get("itemprop", ())]
    related = [(at, written[at]["rel"]) for at in having.get("rel", ()) if outline.tags[at] == "a"]
    found: dict[etree._Element, None] = {}
    for at, value in (*described, *related):
        if not _AUTHOR_AND_DATE.isdisjoint(value.lower().split()):
            found[outline.elements[at]] = None
        if len(found) >= _MAX_MARKED:
            break
    groups = _Groups()
    return [marked_element(element, group=groups.of(element)) for element in found]


class _Suggested:
    """Collects the elements that suggest an author or a date, in document order."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.named: list[MarkedElement] = []
        self.labelled: list[MarkedElement] = []
        self.linked: list[MarkedElement] = []
        self.dated: list[MarkedElement] = []
        self.groups = _Groups()
        written, having = outline.attributes, outline.having
        self.classed = [(at, written[at]["class"]) for at in having.get("class", ())]
        identified = {*having.get("id", ()), *having.get("data-testid", ())}
        self.identified = [
            (at, written[at].get("id") or written[at].get("data-testid", "")) for at in identified
        ]
        joined = _END.join(["", *{names for _, names in (*self.classed, *self.identified)}, ""])
        self.of_author, self.of_date = _containing(_OF_AUTHORS, joined), _containing(_OF_DATES, joined)

    def collect(self) -> Suggestions:
        outline, tags = self.outline, self.outline.tags
        headline = tags.index("h1") if "h1" in tags else len(tags)
        linked = self.author_links()
        for at in self.with_suggestions():
            self.read_attributes(at, at > headline)
        for at in linked:
            self.read_link(outline.elements[at], at > headline)
        for at in _labelled_texts(outline):
            if len(self.labelled) >= _MAX_MARKED:
                break
            if at not in linked:
                self.labelled.extend(_labelled(outline.elements[at], at > headline))
        written = outline.attributes
        authors = [at for at in outline.having.get("id", ()) if written[at]["id"].startswith("author")]
        for at in authors[: _MAX_MARKED - len(self.named)]:
            self.named.append(marked_element(outline.elements[at]))
        return Suggestions(tuple(self.named), tuple(self.labelled), tuple(self.linked), tuple(self.dated))

    def with_suggestions(self) -> list[int]:
        """Return the nameable elements whose class or id suggests something, in document order."""
        tags, of_author, suggesting = self.outline.tags, self.of_author, self.of_author | self.of_date
        found = {at for at, names in self.classed if names in suggesting}
        found.update([at for at, names in self.identified if names in of_author])
        return sorted([at for at in found if tags[at] in _NAMEABLE])

    def author_links(self) -> dict[int, None]:
        """Return the links to pages of authors."""
        tags, written = self.outline.tags, self.outline.attributes
        addresses = [(at, written[at]["href"]) for at in self.outline.having.get("href", ())]
        if not _may_be_authors("\n".join([address for _, address in addresses])):
            return {}
        return {at: None for at, address in addresses if tags[at] == "a" and _AUTHOR_PAGE.search(address)}

    def read_attributes(self, at: int, below: bool) -> None:
        own = self.outline.attributes[at]
        names, other = own.get("class", ""), own.get("id") or own.get("data-testid")
        of_author, of_date = names in self.of_author or other in self.of_author, names in self.of_date
        if of_author and len(self.named) < _MAX_MARKED:
            self.named.append(marked_element(self.outline.elements[at], below))
        if of_date and len(self.dated) < _MAX_DATES:
            text = element_text(self.outline.elements[at])
            if len(text) <= _MAX_DATED and _YEAR.search(text):
                self.dated.append(marked_element(self.outline.elements[at], below))

    def read_link(self, element: etree._Element, below: bool) -> None:
        if len(self.linked) < _MAX_MARKED and not _is_in_menu(element):
            self.linked.append(marked_element(element, below, self.groups.of(element)))


def suggested_elements(outline: Outline) -> Suggestions:
    """Return the elements whose class, id, link or first words suggest an author or a date, in one walk."""
    return _Suggested(outline).collect()


def _may_be_authors(addresses: str) -> bool:
    """Whether one of ``addresses`` may be that of an author's page: seen for all of a page at once, for few have any."""
    folded = addresses.casefold()
    return any(f"/{word}" in folded for word in _AUTHOR_WORDS)


def _containing(words: tuple[str, ...], joined: str) -> set[str]:
    """Return those of the ``joined`` names that contain one of ``words``: looked for in all of them at once, for few do."""
    found: set[str] = set()
    for word in words:
        at = joined.find(word)
        while at >= 0:
            end = joined.find(_END, at)
            found.add(joined[joined.rfind(_END, 0, at) + 1 : end])
            at = joined.find(word, end)
    return found


@functools.cache
def _label() -> re.Pattern[str]:
    words = sorted({*table("bylines")["labels"], *table("bylines")["signs"]}, key=len, reverse=True)
    return re.compile(rf"\s*(?:{'|'.join(map(re.escape, words))})(?:\s*[:：]\s*|\s+|$)", re.IGNORECASE)


@functools.cache
def _first_words() -> frozenset[str]:
    labels = (*table("bylines")["labels"], *table("bylines")["signs"])
    return frozenset(label.split()[0].rstrip(":").casefold() for label in labels)


def _labelled_texts(outline: Outline) -> list[int]:
    """Return the nameable elements whose text is short and begins with a label. Most do not: the first word decides that at less
    cost than the pattern, once for texts that repeat, as the spaces between elements do.
    """
    first_words, tags, texts = _first_words(), outline.tags, outline.texts
    short = {text for text in texts if text and len(text) <= _MAX_LABELLED}
    labelled = {
        text
        for text in short
        if (words := text.split(maxsplit=1)) and words[0].rstrip(":：").casefold() in first_words
    }
    labelled = {text for text in labelled if _label().match(text) is not None}
    if not labelled:
        return []
    return [at for at, text in enumerate(texts) if text in labelled and tags[at] in _NAMEABLE]


def _labelled(element: etree._Element, below: bool) -> Iterator[MarkedElement]:
    """Yield the line that begins with a label: of the element itself, or of its parent where the label stands alone."""
    text = element_text(element)
    label = _label().match(text)
    if label and label.end() == len(text):
        parent = element.getparent()
        if parent is None:
            return
        element, text = parent, element_text(parent)
    if len(text) <= _MAX_LABELLED and not _is_in_menu(element):
        yield marked_element(element, below)


def _is_in_menu(element: etree._Element) -> bool:
    return next(element.iterancestors("nav", "footer"), None) is not None


def _evaluated(path: etree.XPath, tree: etree._Element) -> Any:
    """Return the result of an XPath; attribute values are strings with ``getparent()``."""
    return path(tree)


def element_text(element: etree._Element) -> str:
    """Return the text of an element on one line, cut at 400 code points."""
    pieces: list[str] = []
    size = 0
    for piece in element.itertext(with_tail=False):
        pieces.append(str(piece))
        size += len(piece)
        if size > 4 * _MAX_TEXT:
            break
    return " ".join(" ".join(pieces).split())[:_MAX_TEXT]
