"""Words of texts, and the measure of main text: word F1."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case."""
    return _WORD.findall(text.lower())


def word_f1(texts: Iterable[str], truth: str) -> float:
    """Return the F1 of the words of ``texts`` beside those of ``truth``, as bags."""
    got = Counter(word for text in texts for word in words_of(text))
    wanted = Counter(words_of(truth))
    hit = sum((got & wanted).values())
    return 2 * hit / (sum(got.values()) + sum(wanted.values())) if hit else 0.0
