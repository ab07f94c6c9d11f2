"""Elements that say who wrote an article and when: by microdata, rel, class, link, or the words they begin with."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import msgspec
from lxml import etree

from streams.cleaning.data import table

_MAX_TEXT = 400  # code points of a title, heading or byline
_MAX_MARKED = 60  # elements of each kind: a limit for pages made of nothing else
_MAX_DATES = 5  # dates by class: only the first matter
_MAX_LABELLED = 100  # code points of a line that begins with "By"
_MAX_DATED = 60  # code points of a line that states a date
_SPACE = re.compile(r"\s+")

# Selecting attributes: in libxml2, elements with predicates cost up to ten times as much.
_PROPERTIES = etree.XPath("//@itemprop")
_RELATIONS = etree.XPath("//a/@rel")
_AUTHOR_AND_DATE = frozenset(("author", "creator", "datepublished"))
_NAMES_WITHIN = etree.XPath(".//*[@itemprop='name']")
_IDENTIFIED = etree.XPath("//@id[starts-with(., 'author')]")
_NAMEABLE = ("a", "span", "div", "p", "address", "cite", "strong", "li", "aside", "dt", "td")
_NAMED = re.compile(r"utor|uthor|yline|byl|eporter|writer|ournalist|auteur")
_DATE_NAMED = re.compile(r"date|Date|publish|Publish|posted|pubdate")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|writers?|contributors?|journalists?|reporters?|columnists?|autor(?:en|es|i)?|auteurs?|redakteure?)/[^/?#]+/?(?:[?#]|$)",
    re.IGNORECASE,
)
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


def described_elements(tree: lxml.html.HtmlElement) -> list[MarkedElement]:
    """Return the elements whose itemprop or rel is an author or a publication date."""
    found: dict[etree._Element, None] = {}
    for value in (*_evaluated(_PROPERTIES, tree), *_evaluated(_RELATIONS, tree)):
        if not _AUTHOR_AND_DATE.isdisjoint(value.lower().split()):
            found[value.getparent()] = None
        if len(found) >= _MAX_MARKED:
            break
    groups = _Groups()
    return [marked_element(element, group=groups.of(element)) for element in found]


def suggested_elements(tree: lxml.html.HtmlElement) -> Suggestions:
    """Return the elements whose class, id, link or first words suggest an author or a date, in one walk."""
    named: list[MarkedElement] = []
    labelled: list[MarkedElement] = []
    linked: list[MarkedElement] = []
    dated: list[MarkedElement] = []
    groups = _Groups()
    below = False
    for element in tree.iter("h1", *_NAMEABLE):
        tag = element.tag
        if tag == "h1":
            below = True
            continue
        of_author = of_date = False
        href = ""
        if attributes := element.attrib:
            if names := attributes.get("class"):
                of_author, of_date = _suggestions(names)
            if not of_author and (own := attributes.get("id") or attributes.get("data-testid")):
                of_author = _NAMED.search(own) is not None
            if tag == "a":
                href = attributes.get("href") or ""
        if of_author and len(named) < _MAX_MARKED:
            named.append(marked_element(element, below))
        if of_date and len(dated) < _MAX_DATES:
            text = element_text(element)
            if len(text) <= _MAX_DATED and _YEAR.search(text):
                dated.append(marked_element(element, below))
        if "/" in href and _AUTHOR_PAGE.search(href):
            if len(linked) < _MAX_MARKED and not _is_in_menu(element):
                linked.append(marked_element(element, below, groups.of(element)))
        elif (text := element.text) and len(labelled) < _MAX_MARKED and _is_labelled(text):
            labelled.extend(_labelled(element, below))
    for value in itertools.islice(_evaluated(_IDENTIFIED, tree), _MAX_MARKED - len(named)):
        named.append(marked_element(value.getparent()))
    return Suggestions(tuple(named), tuple(labelled), tuple(linked), tuple(dated))


@functools.lru_cache(maxsize=8_192)
def _suggestions(names: str) -> tuple[bool, bool]:
    """Return whether class names suggest an author and a date. Cached: a page repeats few values."""
    return _NAMED.search(names) is not None, _DATE_NAMED.search(names) is not None


@functools.cache
def _label() -> re.Pattern[str]:
    words = sorted({*table("bylines")["labels"], *table("bylines")["signs"]}, key=len, reverse=True)
    return re.compile(rf"\s*(?:{'|'.join(map(re.escape, words))})(?:\s*[:：]\s*|\s+|$)", re.IGNORECASE)


@functools.cache
def _first_words() -> frozenset[str]:
    labels = (*table("bylines")["labels"], *table("bylines")["signs"])
    return frozenset(label.split()[0].rstrip(":").casefold() for label in labels)


def _is_labelled(text: str) -> bool:
    """Whether a text begins with a label. Most do not: the first word decides that at less cost than the pattern."""
    words = text.split(maxsplit=1) if len(text) <= _MAX_LABELLED else []
    if not words or words[0].rstrip(":：").casefold() not in _first_words():
        return False
    return _label().match(text) is not None


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
    return _SPACE.sub(" ", " ".join(pieces)).strip()[:_MAX_TEXT]
