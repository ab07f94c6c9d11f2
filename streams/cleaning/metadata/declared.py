"""The metadata a page declares, collected in one walk before extraction modifies its tree; other modules choose from it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import msgspec
from lxml import etree

_MAX_META = 400  # elements of each tag examined: a limit for pages made of nothing else
_MAX_LD = 600_000  # code points of JSON-LD kept
_MAX_TEXT = 400  # code points of a title, heading or byline
_MAX_BYLINES = 60
_MAX_LINE = 90  # code points of a line between headline and text
_PARAGRAPH = 120  # code points from which a paragraph is article text
_MAX_LINES = 25
_MAX_BELOW = 120  # elements examined after the headline
_MAX_CLIMB = 5

_HEAD = ("meta", "link", "script", "title", "h1", "h2", "time")
_MAX_SUBHEADINGS = 3
_LINES = frozenset(("p", "div", "span", "li", "strong", "b", "em", "address", "h5", "h6"))
_STRONG = frozenset(("strong", "b"))
# Selecting attributes: in libxml2, elements with predicates cost up to ten times as much.
_PROPERTIES = etree.XPath("//@itemprop")
_RELATIONS = etree.XPath("//a/@rel")
_AUTHOR_AND_DATE = frozenset(("author", "creator", "datepublished"))
_IDENTIFIED = etree.XPath("//@id[starts-with(., 'author')]")
_SIGNED = etree.XPath("//p[contains(@style, 'right') or @align='right']")
# Class names are examined only where JSON-LD names no author.
_NAMEABLE = ("a", "span", "div", "p", "address", "cite", "strong", "li")
_NAMED = re.compile(r"utor|uthor|yline|byl|eporter|writer|ournalist|auteur")
_PERSON_IN_LD = re.compile(r'"author"\s{0,9}:\s{0,9}[\[{"]')
_SPACE = re.compile(r"\s+")
# The sign of a link to a heading itself, as Sphinx and MkDocs have it; private-use characters are icons of a font.
_PERMALINK = re.compile(r"(?:\s*[¶§\ue000-\uf8ff]|\s+#)+\s*$")
_FRONT_PAGE = re.compile(r"(?:https?://[^/?#]{1,255})?/?", re.IGNORECASE)


class MarkedElement(msgspec.Struct, frozen=True):
    """An element whose class, id or microdata describes its text. ``role`` is its itemprop or rel, in lower case."""

    tag: str
    role: str
    names: str  # its class and id, in lower case
    text: str
    value: str  # its content or datetime attribute
    links: int  # how many links are in it


class ShortLine(msgspec.Struct, frozen=True):
    """A short line between headline and text: ``strong`` if all of it is bold, ``signed`` if it is aligned right."""

    text: str
    strong: bool = False
    signed: bool = False


class Heading(msgspec.Struct, frozen=True):
    """An h1 and what its markup says of it: is it the name of the site, linked to its front page, or the page's own title?"""

    text: str
    main: bool = False  # within <main>
    home: bool = False  # links to the front page
    linked: bool = False
    titled: bool = False  # "title" or "headline" in its class, id or itemprop


class DeclaredMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """Declared metadata in document order. ``meta`` is keyed by lower-case property, name or itemprop."""

    title: str = ""
    meta: dict[str, list[str]] = {}
    canonical: str | None = None
    language: str | None = None
    jsonld: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    subheadings: tuple[str, ...] = ()  # the first h2
    times: tuple[MarkedElement, ...] = ()
    marked: tuple[MarkedElement, ...] = ()
    lines: tuple[ShortLine, ...] = ()

    def first(self, *names: str) -> str | None:
        """Return the first non-empty value of the first of these meta names that has one; else None."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value.strip():
                    return value.strip()
        return None


def collect_declared(tree: lxml.html.HtmlElement) -> DeclaredMetadata:
    """Return the declared metadata of ``tree``, which is not modified."""
    meta: dict[str, list[str]] = {}
    jsonld: list[str] = []
    headings: list[Heading] = []
    subheadings: list[str] = []
    times: list[MarkedElement] = []
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
            _add_meta(element, meta)
        elif tag == "link":
            if canonical is None and (element.get("rel") or "").lower() == "canonical":
                canonical = element.get("href")
        elif tag == "title":
            title = title or ("" if _is_in_drawing(element) else _text(element))
        elif tag == "h1":
            headings.append(_heading(element))
            headline = element if headline is None and headings[-1].text else headline
        elif tag == "h2":
            if counts[tag] <= _MAX_SUBHEADINGS:
                subheadings.append(_text(element))
        elif tag == "time":
            times.append(_marked_element(element))
    marked = [_marked_element(element) for element in _author_and_date_elements(tree)]
    if not any(_PERSON_IN_LD.search(script) for script in jsonld):
        marked.extend(
            _marked_element(element)
            for element in itertools.islice(_author_like_elements(tree), _MAX_BYLINES)
        )
    return DeclaredMetadata(
        title=title,
        meta=meta,
        canonical=canonical,
        language=tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or tree.get("xml:lang"),
        jsonld=tuple(jsonld),
        headings=tuple(heading for heading in headings if heading.text),
        subheadings=tuple(heading for heading in subheadings if heading),
        times=tuple(times),
        marked=tuple(marked),
        lines=(*_lines_below(headline), *_signatures(tree)),
    )


def _signatures(tree: lxml.html.HtmlElement) -> list[ShortLine]:
    """Return the last short lines aligned right, as signatures are."""
    signed = [_text(element) for element in _values(_SIGNED, tree)[-5:]]
    return [ShortLine(text, signed=True) for text in signed if 3 < len(text) <= _MAX_LINE]


def _lines_below(headline: etree._Element | None) -> list[ShortLine]:
    """Return the short lines between the headline and the first paragraph of the text."""
    lines: list[ShortLine] = []
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
            lines.append(ShortLine(text, strong=paragraph and _is_strong(element)))
    return lines[-_MAX_LINES:]


def _heading(element: etree._Element) -> Heading:
    links = [*element.iter("a"), *itertools.islice(element.iterancestors("a"), 1)]
    named = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}".lower()
    return Heading(
        _PERMALINK.sub("", _text(element)),
        main=next(element.iterancestors("main"), None) is not None,
        home=any(_FRONT_PAGE.fullmatch(link.get("href") or "") for link in links),
        linked=any(link.get("href") for link in links),
        titled="title" in named or "headline" in named,
    )


def _is_in_drawing(title: etree._Element) -> bool:
    """Whether a <title> belongs to an SVG drawing (its tooltip), not to the page."""
    return next(title.iterancestors("svg"), None) is not None


def _following(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the following siblings of an element and of its ancestors, with their descendants."""
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


def _author_and_date_elements(tree: lxml.html.HtmlElement) -> list[etree._Element]:
    """Return the elements whose itemprop or rel is an author or a publication date."""
    found: dict[etree._Element, None] = {}
    for value in (*_values(_PROPERTIES, tree), *_values(_RELATIONS, tree)):
        if not _AUTHOR_AND_DATE.isdisjoint(value.lower().split()):
            found[value.getparent()] = None
        if len(found) >= _MAX_BYLINES:
            break
    return list(found)


def _values(path: etree.XPath, tree: lxml.html.HtmlElement) -> Any:
    """Return the result of an XPath; attribute values are strings with ``getparent()``."""
    return path(tree)


def _author_like_elements(tree: lxml.html.HtmlElement) -> Iterator[etree._Element]:
    """Yield elements whose class, id or data-testid suggests an author."""
    for element in tree.iter(*_NAMEABLE):
        names = element.get("class") or ""
        if _NAMED.search(names) or _NAMED.search(element.get("id") or element.get("data-testid") or ""):
            yield element
    yield from (value.getparent() for value in _values(_IDENTIFIED, tree))


def _add_meta(element: etree._Element, meta: dict[str, list[str]]) -> None:
    content = element.get("content")
    if not content:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        name = element.get(attribute)
        for word in (name or "")[:200].lower().split():
            values = meta.setdefault(word, [])
            if len(values) < 20:
                values.append(content[:2_000])


def _marked_element(element: etree._Element) -> MarkedElement:
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('data-testid') or ''}"
    return MarkedElement(
        element.tag if isinstance(element.tag, str) else "",
        (element.get("itemprop") or element.get("rel") or "").lower(),
        names[:300].lower(),
        _text(element),
        (element.get("content") or element.get("datetime") or "")[:200],
        sum(1 for _ in element.iter("a")),
    )


def _text(element: etree._Element) -> str:
    """Return the text of an element on one line, cut at :data:`_MAX_TEXT` code points."""
    pieces: list[str] = []
    size = 0
    for piece in element.itertext(with_tail=False):
        pieces.append(str(piece))
        size += len(piece)
        if size > 4 * _MAX_TEXT:
            break
    return _SPACE.sub(" ", " ".join(pieces)).strip()[:_MAX_TEXT]
