"""What blocks repeat: each other, and the page's title, description, address and JSON-LD."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec
import numpy as np

from streams.cleaning.extract.blocks.places import Column

_WORD = re.compile(r"\w+")
_SIGNS = re.compile(r"[\W_]+")
_LABEL = 400  # code points of a text whose words are compared
_HEAD = 120  # code points of a text that are compared as letters
_MOST_COPIES = 9
_NAMES = ("in_title", "of_title", "in_summary", "in_path", "is_title", "summary_same", "in_ld")


class PageFacts(msgspec.Struct, frozen=True):
    """What a page declares about itself, as far as the features need it."""

    url: str = ""
    title: str = ""
    description: str = ""
    body: str = ""  # text of JSON-LD: articleBody, text, description


def repeats(texts: Sequence[str], facts: PageFacts) -> dict[str, Column]:
    """Return columns: copies of the text on the page, shares of words in what the page declares, and equal beginnings."""
    seen = Counter(texts)
    first: set[str] = set()
    later: list[bool] = []
    for text in texts:
        later.append(text in first)
        first.add(text)
    found: dict[str, Column] = {
        "copies": np.array([min(seen[text], _MOST_COPIES) for text in texts], np.float64),
        "later_copy": np.array(later, np.float64),
    }
    declared = _Declared(facts)
    rows = np.array([declared.shares(text) for text in texts])
    found.update({name: rows[:, at] for at, name in enumerate(_NAMES)})
    found["has_ld"] = np.full(len(texts), np.log1p(len(declared.letters_of_body)))
    return found


class _Declared:
    """The words and letters of what a page declares."""

    def __init__(self, facts: PageFacts) -> None:
        self.title, self.summary = _words(facts.title), _words(facts.description)
        try:
            self.path = _words(urlsplit(facts.url).path.replace("_", " "))
        except ValueError:
            self.path = set()
        self.letters_of_title = _letters(facts.title)
        self.letters_of_summary = _letters(facts.description)
        self.letters_of_body = _letters(facts.body)

    def shares(self, text: str) -> list[float]:
        in_title = of_title = in_summary = in_path = is_title = same = in_body = 0.0
        is_label = len(text) < _LABEL
        own = _words(text) if is_label else set()
        if own:
            common = len(own & self.title)
            in_title, of_title = common / len(own), common / max(1, len(self.title))
            in_summary, in_path = len(own & self.summary) / len(own), len(own & self.path) / len(own)
        letters = _letters(text[:_HEAD]) if is_label or self.letters_of_body else ""
        if len(letters) > 5:
            if letters in self.letters_of_title:
                is_title = len(letters) / len(self.letters_of_title)
            in_body = float(letters[:60] in self.letters_of_body)
            summary = self.letters_of_summary
            if len(letters) > 20 and summary:
                same = float(letters[:40] in summary or summary[:40] in letters)
        return [in_title, of_title, in_summary, in_path, is_title, same, in_body]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _letters(text: str) -> str:
    return _SIGNS.sub("", text).casefold()
