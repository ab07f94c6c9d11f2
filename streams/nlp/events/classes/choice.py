"""The class of an action by its evidence and by vectors of its words: a multinomial logistic regression.

``data/classes.npz`` has the weights, which ``make train-classes`` learns from verbs that were labelled by hand; ``data/classes.md`` is its card.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from streams.nlp.events import frames
from streams.nlp.events.classes.evidence import Evidence

WEIGHTS = Path(__file__).parent / "data" / "classes.npz"
#: Vectors that the weights know: name and length in spaCy's table. They come with the medium and the large English model.
VECTORS, LENGTH = "en_vectors", 300
#: Words of an action that have a vector: verb, head of the object, head of the subject.
WORDS = 3
_TINY = 1e-9
_KEPT = 8_000  # words whose scores are kept, some 300 bytes each
Floats = npt.NDArray[np.float32]
#: How much more probable another class must be than that of lists and frames. With a fifth of the sites left out, before frames stood, .05 gave
#: .823 right classes of candidates as 0 gave .824, with 49 changes for the worse instead of 61.
MARGIN = 0.05


class Chosen(NamedTuple):
    """The class of an action, and what the weights say of it: probabilities between 0 and 1."""

    kind: str
    chance: float  # of that class, if it tells an event
    none: float  # that it tells no event


class Classes:
    """The weights: ``names`` of evidence and their ``values``, shape (names, classes), ``words``, shape (:data:`WORDS` x :data:`LENGTH`, classes)."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self.kinds = [str(kind) for kind in arrays["kinds"]]
        scale = np.float32(arrays["scale"])
        rows = arrays["values"].astype(np.float32) * scale
        self._values = {str(name): row for name, row in zip(arrays["names"], rows, strict=True)}
        words = arrays["words"].astype(np.float32) * scale
        self._words = np.ascontiguousarray(words.reshape(WORDS, LENGTH, len(self.kinds)))
        self._told: dict[tuple[int, str], Floats] = {}
        self._bias = arrays["bias"].astype(np.float32) * scale

    def choose(self, evidence: Evidence, rule: str, vocab: Any) -> Chosen:
        """Return the class of an action: the most probable one, or ``rule``, that of lists and frames, if that is nearly as probable.

        ``vocab`` is spaCy's, with vectors that :func:`fits` accepts.
        """
        scores = self._bias.copy()
        for place, word in enumerate(evidence.words):
            if word is not None:
                scores += self._of_word(place, word, vocab)
        for name, value in evidence.values.items():
            row = self._values.get(name)
            if row is not None:
                scores += np.float32(value) * row
        return chosen(scores[None], self.kinds, [rule], [evidence.stands])[0]

    def _of_word(self, place: int, word: str, vocab: Any) -> Floats:
        """Return what a word says of the classes in its place: the same, whether it is kept or told anew."""
        told = self._told.get((place, word))
        if told is None:
            if len(self._told) >= _KEPT:
                self._told.clear()
            told = self._told[place, word] = vectors([word], vocab) @ self._words[place]
        return told


def chosen(
    scores: Floats, kinds: Sequence[str], rules: Sequence[str], stands: Sequence[bool]
) -> list[Chosen]:
    """Return the classes of actions by the scores of ``kinds``, one row an action; ``rules`` are what lists and frames say, and ``stands`` says which
    of these are not questioned."""
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    at = {kind: k for k, kind in enumerate(kinds)}
    nones = chances[:, at[frames.NO_EVENT]].copy()
    chances[:, at[frames.NO_EVENT]] = 0
    found = []
    for row, none, rule, stand in zip(chances, nones, rules, stands, strict=True):
        known = float(row[at[rule]]) if rule in at else 0.0
        kind = rule if stand or float(row.max()) <= known + MARGIN else kinds[int(row.argmax())]
        chance = float(row[at[kind]]) if kind in at else 0.0
        found.append(Chosen(kind, chance / max(_TINY, float(row.sum())), float(none)))
    return found


def fits(vocab: Any) -> bool:
    """Return whether a vocabulary has the vectors that the weights were learnt with."""
    return bool(vocab.vectors.name == VECTORS and vocab.vectors.shape[1] == LENGTH)


def vectors(words: Sequence[str | None], vocab: Any) -> Floats:
    """Return the vectors of words, each of length 1, one behind the other; zeros for those without one."""
    keys = [None if word is None else vocab.strings[word] for word in words]
    known = [at for at, key in enumerate(keys) if key is not None and key in vocab.vectors]
    found = np.zeros((len(words), LENGTH), np.float32)
    if known:
        rows = vocab.vectors.get_batch([keys[at] for at in known])
        found[known] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _TINY)
    return found.reshape(-1)


@functools.cache
def load() -> Classes:
    """Return the weights of the package."""
    with np.load(WEIGHTS) as arrays:
        return Classes({name: arrays[name] for name in arrays.files})
