"""Fitting of the weights of a linear-chain CRF with CRFsuite (Okazaki 2007), by L-BFGS with L1 and L2 penalties."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pycrfsuite
from numpy.typing import NDArray

from streams.nlp.names import features
from streams.nlp.names.crf import LABELS, Floats
from streams.nlp.names.gazetteer import Gazetteer
from streams.nlp.names.hashing import Hashes
from streams.nlp.names.tokens import Token
from streams.nlp.names.vocabulary import Vocabulary
from streams.nlp.text.stop_words import stop_words as stop_words_of
from training.names import corpora
from training.names.corpora import SHARED, Annotated

_DOCUMENTS = 400  # whose features are computed at once
_UNTAGGED = (
    3  # one document in so many is learnt from as if its language were unknown: that serves other languages
)


class Setup(NamedTuple):
    """Parameters of a fit."""

    l1: float
    l2: float
    iterations: int
    least_count: int  # occurrences that a feature needs


class Table(NamedTuple):
    """Sequences as arrays: features and label of each token, and the length of each sequence."""

    features: Hashes  # (tokens, features), 0 is none
    labels: NDArray[np.int8]
    lengths: list[int]


class Fitted(NamedTuple):
    """Weights of a fitted model."""

    keys: Hashes  # sorted
    weights: Floats  # (keys, labels)
    transitions: Floats  # (labels, labels)


def table(documents: Sequence[Annotated], gazetteer: Gazetteer, model: str, language: str) -> Table:
    """Return the documents of a language as arrays, for a model of :data:`corpora.MODELS`."""
    tag = corpora.tag(model, language)
    unspaced = model in corpora.UNSPACED
    one_in = corpora.UNTAGGED.get(model)
    if one_in is None:
        return _table(documents, gazetteer, language, tag, unspaced=unspaced)
    unknown = [one for k, one in enumerate(documents) if k % one_in == 0]
    known = [one for k, one in enumerate(documents) if k % one_in]
    return joined(
        [
            _table(unknown, gazetteer, language, None, unspaced=unspaced),
            _table(known, gazetteer, language, tag, unspaced=unspaced),
        ]
    )


def _table(
    documents: Sequence[Annotated], gazetteer: Gazetteer, language: str, tag: str | None, *, unspaced: bool
) -> Table:
    parts: list[Hashes] = []
    labels: list[int] = []
    lengths: list[int] = []
    for at in range(0, len(documents), _DOCUMENTS):
        some = documents[at : at + _DOCUMENTS]
        stop_words = stop_words_of(SHARED.get(language, language))
        vocabulary = Vocabulary(gazetteer, stop_words)
        batch = features.batch([one.lines for one in some], vocabulary, gazetteer, unspaced=unspaced)
        parts.append(features.rows(batch, tag))
        for one, lines in zip(some, batch.tokens, strict=True):
            for names, line in zip(one.names, lines, strict=True):
                labels += labels_of(line, names)
                lengths.append(len(line))
    return Table(_stacked(parts), np.array(labels, np.int8), lengths)


def joined(tables: Sequence[Table]) -> Table:
    """Return tables one after the other."""
    return Table(
        _stacked([one.features for one in tables]),
        np.concatenate([one.labels for one in tables]),
        [length for one in tables for length in one.lengths],
    )


def labels_of(line: Sequence[Token], names: Sequence[tuple[int, int, str]]) -> list[int]:
    """Return the index in LABELS of each token of a line."""
    labels = [0] * len(line)
    for start, end, kind in names:
        inside = [k for k, token in enumerate(line) if token.start < end and token.end > start]
        for n, k in enumerate(inside):
            labels[k] = LABELS.index(("I-" if n else "B-") + kind)
    return labels


def fit(examples: Table, setup: Setup) -> Fitted:
    """Return the weights learnt from a table."""
    found, counts = np.unique(examples.features, return_counts=True)
    kept = found[(counts >= setup.least_count) & (found > 0)]
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(
        {
            "c1": setup.l1,
            "c2": setup.l2,
            "max_iterations": setup.iterations,
            "feature.possible_transitions": True,
        }
    )
    names = [str(key) for key in kept.tolist()]
    at = 0
    for length in examples.lengths:
        if length:
            rows = examples.features[at : at + length]
            index = np.searchsorted(kept, rows)
            index[index == len(kept)] = 0
            known = kept[index] == rows
            sequence = [[names[k] for k in row[hit]] for row, hit in zip(index, known, strict=True)]
            trainer.append(sequence, [LABELS[label] for label in examples.labels[at : at + length]])
        at += length
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.crfsuite"
        trainer.train(str(path))
        return _weights(path)


def _weights(path: Path) -> Fitted:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(path))
    info = tagger.info()
    rows: dict[int, Floats] = defaultdict(lambda: np.zeros(len(LABELS)))
    for (key, label), weight in info.state_features.items():
        rows[int(key)][LABELS.index(label)] = weight
    keys = sorted(rows)
    transitions = np.zeros((len(LABELS), len(LABELS)))
    for (before, after), weight in info.transitions.items():
        transitions[LABELS.index(before), LABELS.index(after)] = weight
    return Fitted(np.array(keys, np.uint32), np.stack([rows[key] for key in keys]), transitions)


def _stacked(parts: Sequence[Hashes]) -> Hashes:
    """Return arrays one below the other, filled with 0 to the width of the widest."""
    width = max(part.shape[1] for part in parts)
    return np.concatenate([np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in parts])
