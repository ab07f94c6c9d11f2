"""Vectors of words of a medium or large English model, each of length 1, and means of them."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

#: Vectors that the weights know: name and length in spaCy's table.
VECTORS, LENGTH = "en_vectors", 300
_TINY = 1e-9
_KEPT = 8_000  # words whose vectors are kept, 1.2 kB each: looking one up in a table of hundreds of thousands takes longer than all that is done with it
_BEGINNING = 6_000  # characters of a text that tell what it is about
_WORD = re.compile(r"[a-z]{4,}")
Floats = npt.NDArray[np.float32]


def fits(vocab: Any) -> bool:
    """Return whether a vocabulary has the vectors that the weights were learnt with."""
    return bool(vocab.vectors.name == VECTORS and vocab.vectors.shape[1] == LENGTH)


class WordVectors:
    """The vectors of a vocabulary's words, kept once they have been looked up."""

    def __init__(self, vocab: Any) -> None:
        self._vocab = vocab
        self._places: dict[str, int] = {}
        self._table = np.empty((_KEPT, LENGTH), np.float32)

    def of(self, words: Collection[str]) -> Floats:
        """Return the vectors of words, shape (words, :data:`LENGTH`); zeros for those without one."""
        places = self._places
        new = {word for word in words if word not in places}
        if new:
            if len(places) + len(new) > _KEPT:
                places.clear()
                new = set(words)
            if len(new) > _KEPT:
                return self._looked_up(words)
            first = len(places)
            places.update(zip(new, range(first, first + len(new)), strict=True))
            self._table[first : first + len(new)] = self._looked_up(new)
        return self._table[[places[word] for word in words]]

    def mean(self, words: Sequence[str]) -> Floats:
        """Return the mean of the vectors of words, those without one as zeros; zeros of no words."""
        return np.asarray(self.of(words).mean(axis=0) if words else np.zeros(LENGTH), np.float32)

    def topic(self, text: str) -> Floats:
        """Return the mean of the vectors of the longer words with which a text begins: what it is about."""
        counted = Counter(_WORD.findall(text[:_BEGINNING].lower()))
        counts = np.fromiter(counted.values(), np.float32, len(counted))
        return np.asarray(counts @ self.of(counted) / max(1.0, float(counts.sum())), np.float32)

    def _looked_up(self, words: Collection[str]) -> Floats:
        found = self._vocab.vectors.get_batch([self._vocab.strings[word] for word in words])
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), _TINY))


@functools.lru_cache(maxsize=1)
def of_vocabulary(vocab: Any) -> WordVectors:
    """Return the vectors of a vocabulary, with those that earlier calls have looked up."""
    return WordVectors(vocab)
