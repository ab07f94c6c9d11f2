"""Inference, compared with the enumeration of all paths."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from streams.nlp.names import crf
from streams.nlp.names.crf import LABELS, Lattice, Span


def paths(length: int) -> list[tuple[int, ...]]:
    """All label sequences in which an inside label follows its own kind."""
    allowed = []
    for path in itertools.product(range(len(LABELS)), repeat=length):
        before = (0, *path)
        if all(b not in (2, 4, 6) or a in (b, b - 1) for a, b in zip(before, path, strict=False)):
            allowed.append(path)
    return allowed


def score(path: tuple[int, ...], emissions: np.ndarray, transitions: np.ndarray) -> float:
    total = sum(float(emissions[k, label]) for k, label in enumerate(path))
    return total + sum(float(transitions[a, b]) for a, b in itertools.pairwise(path))


@pytest.fixture
def transitions() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(len(LABELS), len(LABELS)))


@pytest.fixture
def sequences() -> list[np.ndarray]:
    generator = np.random.default_rng(2)
    return [generator.normal(scale=2, size=(length, len(LABELS))) for length in (2, 4, 1, 3, 4)]


def test_the_best_path_is_the_best_of_all(sequences: list[np.ndarray], transitions: np.ndarray) -> None:
    found = Lattice(sequences, crf.constrained(transitions)).best()
    for emissions, path in zip(sequences, found, strict=True):
        best = max(paths(len(emissions)), key=lambda one: score(one, emissions, transitions))
        assert tuple(path) == best


def test_the_probability_of_a_name_is_the_share_of_all_paths_with_it(
    sequences: list[np.ndarray], transitions: np.ndarray
) -> None:
    spans = [
        [Span(a, b, "ORG", 0.0) for a in range(len(one)) for b in range(a, len(one))] for one in sequences
    ]
    Lattice(sequences, crf.constrained(transitions)).probabilities(spans)
    for emissions, own in zip(sequences, spans, strict=True):
        weights = {one: np.exp(score(one, emissions, transitions)) for one in paths(len(emissions))}
        for span in own:
            wanted = (3, *[4] * (span.last - span.first))
            share = sum(
                weight
                for one, weight in weights.items()
                if one[span.first : span.last + 1] == wanted and one[span.last + 1 : span.last + 2] != (4,)
            ) / sum(weights.values())
            assert span.probability == pytest.approx(share)


def test_no_sequences_have_no_paths(transitions: np.ndarray) -> None:
    lattice = Lattice([], crf.constrained(transitions))
    assert lattice.best() == []
    lattice.probabilities([])


def test_labels_become_names() -> None:
    found = crf.spans([1, 2, 0, 3, 3, 4, 0, 5])
    assert [(one.first, one.last, one.kind) for one in found] == [
        (0, 1, "PER"),
        (3, 3, "ORG"),
        (4, 5, "ORG"),
        (7, 7, "LOC"),
    ]
