"""Words of Chinese and Japanese text, by the longest matches in lists of known words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from streams.nlp.names import hashing
from streams.nlp.names.gazetteer import LONGEST, Gazetteer, bit

_KNOWN = sum(bit(name) for name in ("country", "city", "town", "person", "place", "organisation", "word"))


def segment(runs: Sequence[str], known: Gazetteer) -> list[list[str]]:
    """Return the words of each run of characters of scripts without spaces, from left to right, the longest known first.

    A run of katakana, which writes foreign words, is one word. What no list has becomes words of one character. All
    runs of a text are looked up together: a look-up costs more than a character.
    """
    pieces = [
        (number, is_katakana, "".join(piece))
        for number, run in enumerate(runs)
        for is_katakana, piece in groupby(run, _is_katakana)
    ]
    lengths = iter(_longest([piece for _number, is_katakana, piece in pieces if not is_katakana], known))
    found: list[list[str]] = [[] for _run in runs]
    for number, is_katakana, piece in pieces:
        found[number] += [piece] if is_katakana else _cut(piece, next(lengths))
    return found


def _longest(pieces: Sequence[str], known: Gazetteer) -> Iterator[list[int]]:
    """Yield for each piece the length of the longest known word that begins at each of its characters, or 1."""
    text = "".join(pieces)
    ends = np.cumsum([len(piece) for piece in pieces], dtype=np.int64)
    left = np.repeat(ends, np.diff(ends, prepend=0)) - np.arange(len(text))
    best = np.ones(len(text), np.int64)
    of = {character: hashing.of(character) for character in set(text)}
    hashes = np.array([of[character] for character in text], np.uint32)
    for length, masks in known.matches(hashes, LONGEST):
        if length > 1:
            begins = np.flatnonzero(masks & _KNOWN)
            best[begins[left[begins] >= length]] = length
    for end, piece in zip(ends.tolist(), pieces, strict=True):
        yield best[end - len(piece) : end].tolist()


def _cut(piece: str, lengths: Sequence[int]) -> Iterator[str]:
    at = 0
    while at < len(piece):
        yield piece[at : at + lengths[at]]
        at += lengths[at]


def _is_katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30ff"
