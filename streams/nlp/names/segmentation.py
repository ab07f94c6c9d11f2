"""Words of Chinese and Japanese text, by the longest matches in lists of known words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from streams.nlp.names import hashing
from streams.nlp.names.gazetteer import LONGEST, Gazetteer, bit

_KNOWN = sum(bit(name) for name in ("country", "city", "town", "person", "place", "organisation", "word"))


def segment(characters: Sequence[str], known: Gazetteer) -> list[str]:
    """Return the words of a run of characters of scripts without spaces, from left to right, the longest known first.

    A run of katakana, which writes foreign words, is one word. What no list has becomes words of one character.
    """
    words: list[str] = []
    for is_katakana, run in groupby(characters, _is_katakana):
        row = list(run)
        words += ["".join(row)] if is_katakana else _longest(row, known)
    return words


def _longest(row: Sequence[str], known: Gazetteer) -> Iterator[str]:
    best = np.ones(len(row), np.int64)
    hashes = np.array([hashing.of(character) for character in row], np.uint32)
    for length, masks in known.matches(hashes, LONGEST):
        if length > 1:
            best[np.flatnonzero(masks & _KNOWN)] = length
    at = 0
    while at < len(row):
        yield "".join(row[at : at + int(best[at])])
        at += int(best[at])


def _is_katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30ff"
