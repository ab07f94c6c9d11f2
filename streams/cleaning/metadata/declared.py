"""The metadata a page declares, collected in one walk before extraction modifies its tree; other modules choose from it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import lxml.html
import msgspec
from lxml import etree

from streams.cleaning.decode.outline import Outline, outline_of
from streams.cleaning.metadata.marked import (
    MarkedElement,
    Suggestions,
    described_elements,
    element_text,
    marked_element,
    suggested_elements,
)
from streams.cleaning.metadata.publication.dated_texts import DatedText, dated_texts

_MAX_META = 400  # elements of each tag examined: a limit for pages made of nothing else
_MAX_LD = 600_000  # code points of JSON-LD kept
_MAX_LINE = 90  # code points of a line between headline and text
_PARAGRAPH = 120  # code points from which a paragraph is article text
_MAX_LINES = 25
_MAX_BELOW = 120  # elements examined after the headline
_MAX_CLIMB = 5
_MAX_HEADING = 400  # code points
_MAX_EVENTS = 400  # beginnings and ends of elements of a heading that are looked at

_HEAD = ("meta", "link", "script", "title", "h1", "h2", "time")
_MAX_SUBHEADINGS = 3
_LINES = frozenset(("p", "div", "span", "li", "strong", "b", "em", "address", "h5", "h6"))
_STRONG = frozenset(("strong", "b"))
# The sign of a link to a heading itself, as Sphinx and MkDocs have it; private-use characters are icons of a font.
_NOT_READ = ("button", "style", "script", "svg", "noscript", "template")
_PERMALINK = re.compile(r"(?:\s*[¶§\ue000-\uf8ff]|\s+#)+\s*$")
_FRONT_PAGE = re.compile(r"(?:https?://[^/?#]{1,255})?/?", re.IGNORECASE)


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
    marked: tuple[MarkedElement, ...] = ()  # by itemprop and rel
    suggested: Suggestions = Suggestions()  # by class, link and first words
    lines: tuple[ShortLine, ...] = ()
    dated_texts: tuple[DatedText, ...] = ()

    def first(self, *names: str) -> str | None:
        """Return the first non-empty value of the first of these meta names that has one; else None."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value.strip():
                    return value.strip()
        return None


def collect_declared(tree: lxml.html.HtmlElement, outline: Outline | None = None) -> DeclaredMetadata:
    """Return the declared metadata of ``tree``, which is not modified. ``outline`` is that of ``tree``, where it is known."""
    outline = outline or outline_of(tree)
    meta: dict[str, list[str]] = {}
    jsonld: list[str] = []
    headings: list[Heading] = []
    subheadings: list[str] = []
    times: list[MarkedElement] = []
    headline: etree._Element | None = None
    title, canonical, room = "", None, _MAX_LD
    counts = dict.fromkeys(_HEAD, 0)
    for at in [at for at, tag in enumerate(outline.tags) if tag in counts]:
        element, tag, own = outline.elements[at], outline.tags[at], outline.attributes[at]
        counts[tag] += 1
        if tag == "script":
            text = outline.texts[at]
            if text and "ld+json" in own.get("type", "") and len(text) <= room:
                room -= len(text)
                jsonld.append(text)
        elif counts[tag] > _MAX_META:
            continue
        elif tag == "meta":
            _add_meta(own, meta)
        elif tag == "link":
            if canonical is None and own.get("rel", "").lower() == "canonical":
                canonical = own.get("href")
        elif tag == "title":
            title = title or ("" if _is_in_drawing(element) else element_text(element))
        elif tag == "h1":
            headings.append(_heading(element))
            headline = element if headline is None and headings[-1].text else headline
        elif tag == "h2":
            if counts[tag] <= _MAX_SUBHEADINGS:
                subheadings.append(element_text(element))
        elif tag == "time":
            times.append(marked_element(element, headline is not None))
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
        marked=tuple(described_elements(outline)),
        suggested=suggested_elements(outline),
        lines=(*_lines_below(headline), *_signatures(outline)),
        dated_texts=dated_texts(outline),
    )


def _signatures(outline: Outline) -> list[ShortLine]:
    """Return the last short lines aligned right, as signatures are."""
    tags, written, having = outline.tags, outline.attributes, outline.having
    right = {at for at in having.get("style", ()) if tags[at] == "p" and "right" in written[at]["style"]}
    right.update(
        [at for at in having.get("align", ()) if tags[at] == "p" and written[at]["align"] == "right"]
    )
    aligned = [outline.elements[at] for at in sorted(right)[-5:]]
    signed = map(element_text, aligned)
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
        text = element_text(element) if paragraph else " ".join((element.text or "").split())
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
        _PERMALINK.sub("", _heading_text(element)),
        main=next(element.iterancestors("main"), None) is not None,
        home=any(_FRONT_PAGE.fullmatch(link.get("href") or "") for link in links),
        linked=any(link.get("href") for link in links),
        titled="title" in named or "headline" in named,
    )


def _heading_text(element: etree._Element) -> str:
    """Return the text of a heading without its buttons, styles and drawings; with them where it has nothing else."""
    if next(element.iter(_NOT_READ), None) is None:
        return element_text(element)
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, inner in itertools.islice(walk, _MAX_EVENTS):
        if event == "start" and inner.tag not in _NOT_READ:
            pieces.append((inner.text or "")[:_MAX_HEADING])
        elif event == "start":
            walk.skip_subtree()
        elif inner is not element:
            pieces.append((inner.tail or "")[:_MAX_HEADING])
    text = " ".join(" ".join(pieces).split())[:_MAX_HEADING]
    return text or element_text(element)


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


def _add_meta(own: dict[str, str], meta: dict[str, list[str]]) -> None:
    content = own.get("content")
    if not content:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        if attribute in own:
            for word in own[attribute][:200].lower().split():
                values = meta.setdefault(word, [])
                if len(values) < 20:
                    values.append(content[:2_000])
