"""The standfirst of an article, where it is outside the content root: under the headline, in a separate header."""

from __future__ import annotations

import functools
import itertools
import re

import lxml.html
from lxml import etree

from streams.cleaning.data import table
from streams.cleaning.text import fold

_LEAST = 30  # letters; a shorter summary is a slogan
_ALIKE = 60  # leading letters that must be equal
_GLANCE = 12  # leading letters compared before the whole text of an element is built
_LONGEST = 1_500  # code points of a standfirst, at most
_SHORTEST = 50  # code points, at least, of one that is recognised by its class name alone
_SEARCHED = ("p", "div", "h2", "h3", "h4", "span", "strong", "section", "b", "em", "header", "li")
_BELOW = 150  # elements examined after the headline
_CLIMB = 5  # ancestors of the headline whose following siblings are examined


@functools.cache
def _names() -> re.Pattern[str]:
    return re.compile("|".join(table("markup")["lead_names"]), re.IGNORECASE)


def find_lead(
    tree: lxml.html.HtmlElement, part: lxml.html.HtmlElement, summary: str | None, text: str
) -> str | None:
    """Return the standfirst; None where there is none or ``text`` already contains it.

    It is the paragraph that begins like ``summary``, or the one between the headline and ``part`` whose class or itemprop
    names a standfirst.
    """
    beginning = fold(summary or "")[:_ALIKE]
    begun = fold(text[: 6 * _LONGEST])
    if len(beginning) >= _LEAST:
        if beginning in begun:
            return None
        described = _described(tree, summary or "", beginning)
        if described:
            return described
    marked = _marked(tree, part)
    return marked if marked and fold(marked)[:_ALIKE] not in begun else None


def _described(tree: lxml.html.HtmlElement, summary: str, beginning: str) -> str | None:
    first_letter = next((c for c in summary if c.isalnum()), "")
    for element in tree.iter(*_SEARCHED):
        own = (element.text or "").strip()
        if not own.lstrip("«»„“\"'‘’–-— ").startswith(first_letter) and own:
            continue
        if not own and len(element) != 1:
            continue
        if fold(_first_words(element)).startswith(beginning[:_GLANCE]):
            paragraph = _line(element)
            if len(paragraph) <= _LONGEST and fold(paragraph).startswith(beginning):
                return paragraph
    return None


def _first_words(element: etree._Element) -> str:
    """Return only the beginning of an element's text: wrappers contain the text of the whole page."""
    text = ""
    for piece in element.itertext():
        text += str(piece).strip()[: 4 * _GLANCE]
        if len(text) > 4 * _GLANCE:
            break
    return text


def _marked(tree: lxml.html.HtmlElement, part: lxml.html.HtmlElement) -> str | None:
    """Return the standfirst by name, between the headline and ``part``; None where several share the name, as teasers do."""
    below = list(itertools.takewhile(lambda element: element is not part, _below_headline(tree)))
    if len(below) == _BELOW:
        return None
    named = [element for element in below if _names().search(_name(element))]
    for element in named:
        paragraph = _line(element)
        if _SHORTEST <= len(paragraph) <= _LONGEST and element.find(".//a") is None:
            alike = sum(_name(other) == _name(element) for other in named)
            return paragraph if alike == 1 else None
    return None


def _below_headline(tree: lxml.html.HtmlElement) -> list[etree._Element]:
    """Return up to :data:`_BELOW` elements after the first headline, in document order."""
    node: etree._Element | None = next(tree.iter("h1"), None)
    below: list[etree._Element] = []
    for _ in range(_CLIMB):
        if node is None or node.tag == "body":
            break
        for sibling in node.itersiblings():
            below.extend(itertools.islice(sibling.iter(etree.Element), _BELOW - len(below)))
        node = node.getparent()
    return below


def _name(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''}"


def _line(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split())
