"""What blocks repeat: each other, and the page's title, description, address and JSON-LD."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec
import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.places import Column
from streams.cleaning.extract.blocks.tree import LABEL, BlockTree

_WORD = re.compile(r"\w+")
_SIGNS = re.compile(r"[\W_]+")
_HEAD = 120  # code points of a text that are compared as letters
_FEW_LETTERS = 5  # up to which what is equal says nothing
_MOST_COPIES = 9
_NOT_SAME = (0.0, 0.0, 0.0)
_NO_WORDS: list[str] = []
_NAMES = ("in_title", "of_title", "in_summary", "in_path", "is_title", "summary_same", "in_ld")


class PageFacts(msgspec.Struct, frozen=True):
    """What a page declares about itself, as far as the features need it."""

    url: str = ""
    title: str = ""
    description: str = ""
    body: str = ""  # text of JSON-LD: articleBody, text, description


def repeats(tree: BlockTree, parents: npt.NDArray[np.int64], facts: PageFacts) -> dict[str, Column]:
    """Return columns: copies of the text on the page, shares of words in what the page declares, and equal beginnings.
    ``parents`` are the nodes around the blocks.
    """
    texts, words = tree.texts, tree.words
    numbers: dict[str, int] = {}  # of distinct texts, in their order
    number = np.array([numbers.setdefault(text, len(numbers)) for text in texts])
    later = np.ones(len(texts))
    highest = np.maximum.accumulate(number)
    later[np.flatnonzero(highest[1:] > highest[:-1]) + 1] = later[0] = 0
    found: dict[str, Column] = {
        "copies": np.minimum(np.bincount(number), _MOST_COPIES)[number].astype(np.float64),
        "later_copy": later,
        "copy_beside": _beside(number, parents),
    }
    declared = _Declared(facts)
    rows = np.zeros((len(numbers), len(_NAMES)))
    for at, text in enumerate(numbers):
        if (shares := declared.shares(text, words.get(text, _NO_WORDS))) is not None:
            rows[at] = shares
    rows = rows[number]
    found.update({name: rows[:, at] for at, name in enumerate(_NAMES)})
    found["has_ld"] = np.full(len(texts), np.log1p(len(declared.letters_of_body)))
    return found


def _beside(number: npt.NDArray[np.int64], parents: npt.NDArray[np.int64]) -> Column:
    """Return whether the last block with the same text number has the same parent."""
    order = np.argsort(number, kind="stable")
    found = np.zeros(len(number))
    same = (number[order][1:] == number[order][:-1]) & (parents[order][1:] == parents[order][:-1])
    found[order[1:]] = same
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

        self.beginning_of_summary = self.letters_of_summary[:40]
        self.words = self.title | self.summary | self.path
        self.nothing = not (self.letters_of_title or self.letters_of_summary or self.letters_of_body)

    def shares(self, text: str, own: list[str]) -> tuple[float, ...] | None:
        """Return the values of ``_NAMES`` for a text; None where all are 0, as they are for most. ``own`` are its words, none
        for a long text.
        """
        is_label = len(text) < LABEL
        in_title = of_title = in_summary = in_path = 0.0
        shared = not self.words.isdisjoint(own)
        if shared:
            words = set(own)
            common = len(words & self.title)
            in_title, of_title = common / len(words), common / max(1, len(self.title))
            in_summary, in_path = len(words & self.summary) / len(words), len(words & self.path) / len(words)
        same = self.same_beginning(text, own) if is_label or self.letters_of_body else _NOT_SAME
        return (in_title, of_title, in_summary, in_path, *same) if shared or any(same) else None

    def same_beginning(self, text: str, own: list[str]) -> tuple[float, float, float]:
        """Return :meth:`same_letters` of the first letters of ``text``; ``own`` are its words, where they were read."""
        if self.nothing:
            return _NOT_SAME
        if own and text.isascii():
            joined = "".join(own).replace("_", "")
            first = joined[: _FEW_LETTERS + 1]
            begin = self.beginning_of_summary
            if not (
                first in self.letters_of_title
                or first in self.letters_of_body
                or first in self.letters_of_summary
                or (begin and begin in joined)
            ):
                return _NOT_SAME
            letters = joined if len(text) <= _HEAD else _letters(text[:_HEAD])
        else:
            letters = _letters(text[:_HEAD])
        return self.same_letters(letters) if len(letters) > _FEW_LETTERS else _NOT_SAME

    def same_letters(self, letters: str) -> tuple[float, float, float]:
        """Return the share of the title that ``letters`` are, and whether summary and JSON-LD begin with or hold them."""
        is_title = len(letters) / len(self.letters_of_title) if letters in self.letters_of_title else 0.0
        in_body = float(letters[:60] in self.letters_of_body)
        summary, same = self.letters_of_summary, 0.0
        if len(letters) > 20 and summary:
            same = float(letters[:40] in summary or summary[:40] in letters)
        return is_title, same, in_body


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _letters(text: str) -> str:
    return _SIGNS.sub("", text).casefold()
