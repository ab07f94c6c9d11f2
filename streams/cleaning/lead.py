"""The lead of an article that stands outside of its text: under the headline, in a header of its own."""

from __future__ import annotations

import re

import lxml.html

_LETTERS = re.compile(r"[\W_]+")
_LEAST = 30  # letters of a summary, below which it is a slogan
_ALIKE = 60  # letters from the beginning that must agree
_LONGEST = 1_500  # code points of a lead
_SEARCHED = ("p", "div", "h2", "h3", "h4", "span", "strong", "section", "b", "em", "header", "li")


def find_lead(tree: lxml.html.HtmlElement, summary: str | None, text: str) -> str | None:
    """The paragraph of the page that begins as ``summary`` does, unless ``text`` has it already."""
    wanted = _fold(summary or "")
    if len(wanted) < _LEAST:
        return None
    beginning = wanted[:_ALIKE]
    if beginning in _fold(text[: 6 * _LONGEST]):
        return None
    first_letter = next((c for c in summary or "" if c.isalnum()), "")
    for element in tree.iter(*_SEARCHED):
        own = (element.text or "").strip()
        if not own.lstrip("«»„“\"'‘’–-— ").startswith(first_letter) and own:
            continue
        if not own and len(element) != 1:
            continue
        paragraph = " ".join("".join(map(str, element.itertext())).split())
        if len(paragraph) <= _LONGEST and _fold(paragraph).startswith(beginning):
            return paragraph
    return None


def _fold(text: str) -> str:
    return _LETTERS.sub("", text).casefold()
