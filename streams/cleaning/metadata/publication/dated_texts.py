"""The short texts of a page that mention a year, and what stands around them: where a page shows its date without markup."""

from __future__ import annotations

import re

import lxml.html
import msgspec
from lxml import etree

_MAX_TEXTS = 12  # above the headline, and as many below it
_SHORTEST, _LONGEST = 6, 120  # code points
_LABEL = 60  # code points of the text before
_NAMES = 300
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SPACE = re.compile(r"\s+")
_HIDDEN = frozenset(("script", "style", "noscript", "template"))
_ASIDE = frozenset(("aside", "footer", "nav"))


class DatedText(msgspec.Struct, frozen=True):
    """A text node with a year in it."""

    text: str
    before: str  # the end of the text node before it: a label, where it is short
    names: str  # class names of its element and its parent, in lower case
    below: bool  # it follows the headline
    aside: bool  # within <aside>, <footer> or <nav>
    linked: bool


def dated_texts(tree: lxml.html.HtmlElement) -> tuple[DatedText, ...]:
    """Return the first texts with a year above the headline, and the first ones below it, in document order."""
    found: list[DatedText] = []
    room = [_MAX_TEXTS, _MAX_TEXTS]
    below = False
    before = ""
    for element in tree.iter(etree.Element):
        tag = element.tag
        if tag == "h1":
            below = True
        text, tail = element.text, element.tail
        if text and tag not in _HIDDEN and not text.isspace():
            if _SHORTEST <= len(text) <= _LONGEST and room[below] and _YEAR.search(text):
                room[below] -= 1
                found.append(_described(text, before, element, below))
            before = text
        if tail and not tail.isspace():
            parent = element.getparent()
            if (
                _SHORTEST <= len(tail) <= _LONGEST
                and room[below]
                and parent is not None
                and _YEAR.search(tail)
            ):
                room[below] -= 1
                found.append(_described(tail, before, parent, below))
            before = tail
        if below and not room[below]:
            break
    return tuple(found)


def _described(text: str, before: str, host: etree._Element, below: bool) -> DatedText:
    tags = {host.tag, *(ancestor.tag for ancestor in host.iterancestors())}
    parent = host.getparent()
    names = f"{host.get('class') or ''} {(parent.get('class') or '') if parent is not None else ''}"
    return DatedText(
        _SPACE.sub(" ", text).strip(),
        _SPACE.sub(" ", before[-_LABEL:]).strip(),
        names[:_NAMES].lower(),
        below,
        aside=not tags.isdisjoint(_ASIDE),
        linked="a" in tags,
    )
