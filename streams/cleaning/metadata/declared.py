"""What a page says about itself, gathered in one go before anything is cut from its tree; nothing is decided here."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import msgspec
from lxml import etree

_MAX_META = 400  # elements of each kind looked at: bounds a page made of nothing else
_MAX_LD = 600_000  # code points of JSON-LD kept
_MAX_TEXT = 400  # code points of a title, heading or byline
_MAX_BYLINES = 60
_MAX_LINE = 90  # code points of a line between headline and text
_PARAGRAPH = 120  # code points from which it is the text
_MAX_LINES = 25
_MAX_BELOW = 120  # elements looked at below the headline
_MAX_CLIMB = 5

_HEAD = ("meta", "link", "script", "title", "h1", "time")
_LINES = frozenset(("p", "div", "span", "li", "strong", "b", "em", "address", "h5", "h6"))
_STRONG = frozenset(("strong", "b"))
# Attributes, not elements with conditions on them, which cost libxml2 up to ten times as much.
_PROPERTIES = etree.XPath("//@itemprop")
_RELATIONS = etree.XPath("//a/@rel")
_STATED = frozenset(("author", "creator", "datepublished"))
_IDENTIFIED = etree.XPath("//@id[starts-with(., 'author')]")
_SIGNED = etree.XPath("//p[contains(@style, 'right') or @align='right']")
# Class names are looked at only where nothing better names an author.
_NAMEABLE = ("a", "span", "div", "p", "address", "cite", "strong", "li")
_NAMED = re.compile(r"utor|uthor|yline|byl|eporter|writer|ournalist|auteur")
_PERSON_IN_LD = re.compile(r'"author"\s{0,9}:\s{0,9}[\[{"]')
_SPACE = re.compile(r"\s+")


class Mark(msgspec.Struct, frozen=True):
    """An element whose name or markup says what its text is. ``role`` is its itemprop or rel."""

    tag: str
    role: str
    names: str  # its class and id, in lower case
    text: str
    value: str  # its content or datetime attribute
    links: int  # how many links are in it


class Line(msgspec.Struct, frozen=True):
    """A short line between headline and text, the whole of it ``strong``, or ``signed``: at the right."""

    text: str
    strong: bool = False
    signed: bool = False


class Signals(msgspec.Struct, frozen=True, kw_only=True):
    """Raw statements of a page, in document order. ``meta`` is by lower-case property, name or itemprop."""

    title: str = ""
    meta: dict[str, list[str]] = {}
    canonical: str | None = None
    language: str | None = None
    jsonld: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    times: tuple[Mark, ...] = ()
    marks: tuple[Mark, ...] = ()
    lines: tuple[Line, ...] = ()

    def first(self, *names: str) -> str | None:
        """The first non-empty value of the first of these meta names that has one."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value.strip():
                    return value.strip()
        return None


def gather(tree: lxml.html.HtmlElement) -> Signals:
    """The statements of ``tree``, which is not changed."""
    meta: dict[str, list[str]] = {}
    jsonld: list[str] = []
    headings: list[str] = []
    times: list[Mark] = []
    headline: etree._Element | None = None
    title, canonical, room = "", None, _MAX_LD
    counts = dict.fromkeys(_HEAD, 0)
    for element in tree.iter(*_HEAD):
        tag = element.tag
        counts[tag] += 1
        if tag == "script":
            if "ld+json" in (element.get("type") or "") and element.text and len(element.text) <= room:
                room -= len(element.text)
                jsonld.append(element.text)
        elif counts[tag] > _MAX_META:
            continue
        elif tag == "meta":
            _note(element, meta)
        elif tag == "link":
            if canonical is None and (element.get("rel") or "").lower() == "canonical":
                canonical = element.get("href")
        elif tag == "title":
            title = title or ("" if _is_in_drawing(element) else _text(element))
        elif tag == "h1":
            headings.append(_text(element))
            headline = element if headline is None and headings[-1] else headline
        elif tag == "time":
            times.append(_mark(element))
    marks = [_mark(element) for element in _stated(tree)]
    if not any(_PERSON_IN_LD.search(script) for script in jsonld):
        marks.extend(_mark(element) for element in itertools.islice(_named(tree), _MAX_BYLINES))
    return Signals(
        title=title,
        meta=meta,
        canonical=canonical,
        language=tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or tree.get("xml:lang"),
        jsonld=tuple(jsonld),
        headings=tuple(heading for heading in headings if heading),
        times=tuple(times),
        marks=tuple(marks),
        lines=(*_lines_below(headline), *_signatures(tree)),
    )


def _signatures(tree: lxml.html.HtmlElement) -> list[Line]:
    """Short lines at the right, as a text is signed."""
    signed = [_text(element) for element in _values(_SIGNED, tree)[-5:]]
    return [Line(text, signed=True) for text in signed if 3 < len(text) <= _MAX_LINE]


def _lines_below(headline: etree._Element | None) -> list[Line]:
    """The short lines from the headline to the first paragraph of the text."""
    lines: list[Line] = []
    if headline is None:
        return lines
    whole: etree._Element | None = None
    for element in itertools.islice(_following(headline), _MAX_BELOW):
        if element.tag not in _LINES or (whole is not None and element.getparent() is whole):
            continue
        paragraph = element.tag == "p"
        text = _text(element) if paragraph else _SPACE.sub(" ", element.text or "").strip()
        if paragraph:
            whole = element
            if len(text) >= _PARAGRAPH:
                break
        if 3 < len(text) <= _MAX_LINE:
            lines.append(Line(text, strong=paragraph and _is_strong(element)))
    return lines[-_MAX_LINES:]


def _is_in_drawing(title: etree._Element) -> bool:
    """Whether a title is that of a drawing, shown when the pointer rests on it."""
    return next(title.iterancestors("svg"), None) is not None


def _following(element: etree._Element) -> Iterator[etree._Element]:
    """What stands behind an element, in document order, in the parts of the page that it is in."""
    node: etree._Element | None = element
    for _ in range(_MAX_CLIMB):
        if node is None or node.tag == "body":
            return
        for sibling in node.itersiblings():
            yield from sibling.iter(etree.Element)
        node = node.getparent()


def _is_strong(element: etree._Element) -> bool:
    around = f"{element.text or ''}{element[0].tail or ''}" if len(element) == 1 else "."
    return not around.strip() and element[0].tag in _STRONG


def _stated(tree: lxml.html.HtmlElement) -> list[etree._Element]:
    """Elements that microdata or a link's relation calls the author or the time of the page."""
    found: dict[etree._Element, None] = {}
    for value in (*_values(_PROPERTIES, tree), *_values(_RELATIONS, tree)):
        if not _STATED.isdisjoint(value.lower().split()):
            found[value.getparent()] = None
        if len(found) >= _MAX_BYLINES:
            break
    return list(found)


def _values(path: etree.XPath, tree: lxml.html.HtmlElement) -> Any:
    """The values that a path to attributes finds: strings that know their element."""
    return path(tree)


def _named(tree: lxml.html.HtmlElement) -> Iterator[etree._Element]:
    """Elements whose names speak of authors."""
    for element in tree.iter(*_NAMEABLE):
        names = element.get("class") or ""
        if _NAMED.search(names) or _NAMED.search(element.get("id") or element.get("data-testid") or ""):
            yield element
    yield from (value.getparent() for value in _values(_IDENTIFIED, tree))


def _note(element: etree._Element, meta: dict[str, list[str]]) -> None:
    content = element.get("content")
    if not content:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        name = element.get(attribute)
        for word in (name or "")[:200].lower().split():
            values = meta.setdefault(word, [])
            if len(values) < 20:
                values.append(content[:2_000])


def _mark(element: etree._Element) -> Mark:
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
    return Mark(
        element.tag if isinstance(element.tag, str) else "",
        (element.get("itemprop") or element.get("rel") or "").lower(),
        names[:300].lower(),
        _text(element),
        (element.get("content") or element.get("datetime") or "")[:200],
        sum(1 for _ in element.iter("a")),
    )


def _text(element: etree._Element) -> str:
    """The text of an element on one line; longer ones are cut, for no title, name or date is that long."""
    pieces: list[str] = []
    size = 0
    for piece in element.itertext(with_tail=False):
        pieces.append(str(piece))
        size += len(piece)
        if size > 4 * _MAX_TEXT:
            break
    return _SPACE.sub(" ", " ".join(pieces)).strip()[:_MAX_TEXT]
