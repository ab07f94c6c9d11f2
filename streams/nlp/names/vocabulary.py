"""The distinct words of a language with their features, each described when it is first met."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from streams.nlp.names import words
from streams.nlp.names.gazetteer import Gazetteer, bit
from streams.nlp.names.hashing import Hashes, constant
from streams.nlp.names.words import Word

_EDGE = int(constant("edge"))
_BOUNDARY = Word((_EDGE,), (_EDGE,), _EDGE, _EDGE, _EDGE, _EDGE, words.MARK, ())
_STEMS = 4  # features of known names that a word may be a form of


class Vocabulary:
    """Words, one row each. Row 0 is the boundary between lines."""

    def __init__(self, gazetteer: Gazetteer, stop_words: Collection[str] = frozenset()) -> None:
        self._gazetteer = gazetteer
        self._stop_words = stop_words
        self.rows: dict[str, int] = {"": 0}
        self.kinds = [_BOUNDARY.kind]
        #: Hashes that conjunctions are made of, (words, 4): lower case, folded, shape, suffix.
        self.parts = _parts([_BOUNDARY])
        self._described = [_BOUNDARY]

    def __len__(self) -> int:
        return len(self.rows)

    def learn(self, texts: Iterable[str]) -> None:
        """Add the words that are not known."""
        new = [text for text in texts if text not in self.rows]
        if not new:
            return
        described = [words.describe(text, is_stop=text.casefold() in self._stop_words) for text in new]
        for text in new:
            self.rows[text] = len(self.rows)
        self.kinds += [word.kind for word in described]
        self.parts = np.concatenate([self.parts, _parts(described)])
        self._described += described

    def features(self) -> tuple[Hashes, Hashes]:
        """Return the features of the words added since :meth:`forget`, and what their neighbours see: (words, features) each."""
        own = _table([word.own for word in self._described], words.OWN)
        seen = _table([word.seen for word in self._described], words.SEEN)
        return np.concatenate([own, _stems(self._described, self._gazetteer)], 1), seen

    def forget(self) -> None:
        """Drop the features of the words so far: who needs them has used them."""
        self._described = []


def _parts(described: Sequence[Word]) -> Hashes:
    return np.array([(word.lower, word.folded, word.shape, word.suffix) for word in described], np.uint32)


def _table(features: Sequence[Sequence[int]], width: int) -> Hashes:
    table = np.zeros((len(features), width), np.uint32)
    for row, found in zip(table, features, strict=True):
        row[: len(found)] = found
    return table


def _stems(described: Sequence[Word], gazetteer: Gazetteer) -> Hashes:
    """Return features for known names that a word may be a form of, (words, 4)."""
    lengths = [len(word.stems) for word in described]
    flat = np.array([stem for word in described for stem in word.stems], np.uint32)
    masks = gazetteer.classes(flat)
    table = np.zeros((len(described), _STEMS), np.uint32)
    known = np.flatnonzero(masks)
    owners = np.repeat(np.arange(len(described)), lengths)
    cuts = np.arange(len(flat)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    for k in known[::-1].tolist():  # backwards, so that the longest stem is written last
        for column, name in ((0, "place_stem"), (2, "person_stem")):
            if masks[k] & bit(name):
                table[owners[k], column] = constant(name)
                table[owners[k], column + 1] = constant(f"{name} without {cuts[k]}")
    return table
