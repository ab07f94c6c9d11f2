"""The short texts of a page that mention a year, and what stands around them: where a page shows its date without markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from streams.cleaning.decode.outline import NAMELESS, Outline

_MAX_TEXTS = 12  # above the headline, and as many below it
_SHORTEST, _LONGEST = 6, 120  # code points
_LABEL = 60  # code points of the text before
_NAMES = 300
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
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


def dated_texts(outline: Outline) -> tuple[DatedText, ...]:
    """Return the first texts with a year above the headline, and the first ones below it, in document order."""
    found: list[DatedText] = []
    room = [_MAX_TEXTS, _MAX_TEXTS]
    headline = outline.tags.index("h1") if "h1" in outline.tags else len(outline.tags)
    for at, behind in _with_year(outline):
        below = at >= headline
        if not room[below] and (below or headline == len(outline.tags)):
            break  # all that follow are there, too
        if room[below]:
            room[below] -= 1
            found.append(_described(outline, at, behind, below))
    return tuple(found)


def _with_year(outline: Outline) -> Iterator[tuple[int, bool]]:
    """Yield the short texts with a year: the number of their element, and whether they are behind it and not in it. An
    element's own text is followed by the one behind it, then come those of the elements in it.
    """
    tags, texts, tails = outline.tags, outline.texts, outline.tails
    # "19" and "20" are found at a tenth of the time of the pattern
    for at, (text, tail) in enumerate(zip(texts, tails, strict=True)):
        if not (text and ("20" in text or "19" in text)) and not (tail and ("20" in tail or "19" in tail)):
            continue
        if tags[at] in NAMELESS:
            continue
        if text and tags[at] not in _HIDDEN and _has_year(text):
            yield at, False
        if tail and outline.parents[at] >= 0 and _has_year(tail):
            yield at, True


def _has_year(text: str) -> bool:
    return _SHORTEST <= len(text) <= _LONGEST and _YEAR.search(text) is not None


def _before(outline: Outline, at: int, behind: bool) -> str:
    """Return the last text that is not blank before the text of an element, or before the one behind it."""
    for number in range(at, -1, -1):
        tag = outline.tags[number]
        if tag in NAMELESS:
            continue
        tail = outline.tails[number] if number < at else None
        if tail and not tail.isspace():
            return tail
        text = outline.texts[number] if number < at or behind else None
        if text and tag not in _HIDDEN and not text.isspace():
            return text
    return ""


def _described(outline: Outline, at: int, behind: bool, below: bool) -> DatedText:
    text = (outline.tails if behind else outline.texts)[at] or ""
    parents, attributes = outline.parents, outline.attributes
    host = parents[at] if behind else at
    tags: set[str] = set()
    node = host
    while node >= 0:
        tags.add(outline.tags[node])
        node = parents[node]
    around = attributes[parents[host]].get("class", "") if parents[host] >= 0 else ""
    names = f"{attributes[host].get('class', '')} {around}"
    return DatedText(
        " ".join(text.split()),
        " ".join(_before(outline, at, behind)[-_LABEL:].split()),
        names[:_NAMES].lower(),
        below,
        aside=not tags.isdisjoint(_ASIDE),
        linked="a" in tags,
    )
