"""The class of an action by its evidence and by vectors of its words, of its sentence and of its text: a network of one hidden layer.

``data/classes.npz`` has the weights, which ``make train-classes`` learns from verbs that were labelled by hand; ``data/classes.md`` is its card.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from streams.gelu import gelu
from streams.nlp.events import frames
from streams.nlp.events.classes import vectors
from streams.nlp.events.classes.evidence import Evidence
from streams.nlp.events.classes.vectors import LENGTH, Floats, WordVectors

WEIGHTS = Path(__file__).parent / "data" / "classes.npz"
#: What each vector counts beside the evidence: of the verb, the head of the object, the head of the subject, and of the means over nouns behind prepositions,
#: over the sentence and over the text.
PARTS = (3.0, 3.0, 3.0, 2.0, 2.0, 2.0)
_OTHERS, _SENTENCE, _TOPIC = 3, 4, 5
#: What else the weights say of an action: whether, its class aside, the event that it yields is right, worth a record, a main fact, and right and worth a record.
TOLD = ("right", "worth", "main", "good")
_KEPT = 8_000  # words whose sums are kept, some 700 bytes each
_TINY = 1e-9
#: How much more probable another class must be than that of lists, and than that of a frame that holds. With a fifth of the sites left out, .830 of the
#: candidates of sites kept apart have the right class with .2 for frames, .825 with .05, .812 if frames always stand.
MARGIN, FRAMED = 0.05, 0.2


class Chosen(NamedTuple):
    """The class of an action, and what the weights say of it: probabilities between 0 and 1."""

    kind: str
    chance: float  # of that class, if it tells an event
    none: float  # that it tells no event
    told: tuple[float, ...] = (0.0,) * len(TOLD)  # logits of :data:`TOLD`


class Classes:
    """The weights. ``values`` are those of ``names`` of evidence and ``words`` those of the numbers of the vectors; each row has the weights of the hidden
    layer, then those of the classes and of :data:`TOLD` themselves.
    """

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self.kinds = tuple(str(kind) for kind in arrays["kinds"])
        self._values = arrays["values"].astype(np.float32)
        self._places = {str(name): place for place, name in enumerate(arrays["names"])}
        words = arrays["words"].astype(np.float32).reshape(len(PARTS), LENGTH, -1)
        self._words = np.array(PARTS, np.float32)[:, None, None] * words
        self._bias = arrays["bias"].astype(np.float32)
        self._hidden = arrays["hidden"].astype(np.float32)
        self._told: dict[tuple[int, str], Floats] = {}

    def of_part(self, part: int, vector: Floats) -> Floats:
        """Return what a vector adds in its place among :data:`PARTS`."""
        return np.asarray(vector @ self._words[part])

    def of_word(self, part: int, word: str, known: WordVectors) -> Floats:
        """Return what a word adds in its place: the same, whether it is kept or told anew."""
        told = self._told.get((part, word))
        if told is None:
            if len(self._told) >= _KEPT:
                self._told.clear()
            told = self._told[part, word] = self.of_part(part, known.of([word])[0])
        return told

    def of_values(self, values: Mapping[str, float]) -> Floats:
        """Return what the evidence adds without the vectors, and what is added to all."""
        known = [name for name in values if name in self._places]
        counts = np.array([values[name] for name in known], np.float32)
        return np.asarray(self._bias + counts @ self._values[[self._places[name] for name in known]])

    def scores(self, sums: Floats) -> Floats:
        """Return the scores of the classes and of :data:`TOLD` from weighted sums of the inputs, one row an action."""
        width = len(self._hidden)
        hidden = gelu(sums[:, :width])
        return np.asarray(hidden @ self._hidden + sums[:, width:])


class Chooser:
    """Chooses the classes of the actions of one document."""

    def __init__(self, classes: Classes, known: WordVectors, text: str) -> None:
        self._classes, self._known, self._text = classes, known, text
        self._sentence: tuple[tuple[str, ...], Floats] | None = None

    def choose(self, evidence: Evidence, rule: str) -> Chosen:
        """Return the class of an action: the most probable one, or ``rule``, that of lists and frames, if that is nearly as probable."""
        classes = self._classes
        sums = classes.of_values(evidence.values) + self._topic
        for part, word in enumerate(evidence.words):
            if word is not None:
                sums += classes.of_word(part, word, self._known)
        for word in evidence.others:
            sums += classes.of_word(_OTHERS, word, self._known) / len(evidence.others)
        sums += self._of_sentence(evidence.sentence)
        return chosen(classes.scores(sums[None]), classes.kinds, [rule], [evidence.framed])[0]

    @functools.cached_property
    def _topic(self) -> Floats:
        return self._classes.of_part(_TOPIC, self._known.topic(self._text))

    def _of_sentence(self, words: tuple[str, ...]) -> Floats:
        """Return what the words of a sentence add; the last one's sum is kept, for its next action."""
        if self._sentence is None or self._sentence[0] != words:
            self._sentence = words, self._classes.of_part(_SENTENCE, self._known.mean(words))
        return self._sentence[1]


def of_document(text: str, vocab: Any) -> Chooser | None:
    """Return what chooses classes for the actions of a document; ``None`` with a model that has no such vectors."""
    return Chooser(load(), vectors.of_vocabulary(vocab), text) if vectors.fits(vocab) else None


def inputs(evidence: Evidence, known: WordVectors, topic: Floats) -> Floats:
    """Return the vectors of an action as the weights take them, one behind the other, from the topic of its text."""
    words = [np.zeros(LENGTH, np.float32) if word is None else known.of([word])[0] for word in evidence.words]
    rows = np.stack([*words, known.mean(evidence.others), known.mean(evidence.sentence), topic])
    return (rows * np.array(PARTS, np.float32)[:, None]).reshape(-1)


def chosen(
    scores: Floats, kinds: tuple[str, ...], rules: Sequence[str], framed: Sequence[bool]
) -> list[Chosen]:
    """Return the classes of actions by the scores of ``kinds`` and of :data:`TOLD`, one row an action; ``rules`` are what lists and frames say, and ``framed`` says
    where a frame does."""
    scores, told = scores[:, : len(kinds)], scores[:, len(kinds) :]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    at = _places(kinds)
    nones = chances[:, at[frames.NO_EVENT]].copy()
    chances[:, at[frames.NO_EVENT]] = 0
    found = []
    for row, none, rule, frame, logits in zip(chances, nones, rules, framed, told.tolist(), strict=True):
        known = float(row[at[rule]]) if rule in at else 0.0
        best = int(row.argmax())
        stays = float(row[best]) <= known + (FRAMED if frame else MARGIN)
        kind, chance = (rule, known) if stays else (kinds[best], float(row[best]))
        found.append(Chosen(kind, chance / max(_TINY, float(row.sum())), float(none), tuple(logits)))
    return found


@functools.lru_cache(maxsize=8)
def _places(kinds: tuple[str, ...]) -> dict[str, int]:
    return {kind: k for k, kind in enumerate(kinds)}


@functools.cache
def load() -> Classes:
    """Return the weights of the package."""
    with np.load(WEIGHTS) as arrays:
        return Classes({name: arrays[name] for name in arrays.files})
