"""The model that tells the probability of events: a logistic regression, learnt from labelled candidates.

Its loss is convex and solved by Newton's method from 0, so that the same labels give the same weights.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams.nlp.events.classes.choice import Chosen
from streams.nlp.events.worth import features, probability
from training import ranking
from training.events.labels import Label

PENALTIES = (100.0, 200.0, 400.0)  # of squared weights of features with a standard deviation of 1
FEWEST = 40  # candidates that have a feature; one that fewer have is left out
_INNER = 4  # folds in which the penalty is chosen
MAIN = 2.0  # times that a main fact counts which is right and worth a record
_MOST = 5.0  # candidates that a label counts for at most, before the root is taken
_STEPS, _NEAR = 30, 1e-8
_Numbers = npt.NDArray[np.float64]


class Row(NamedTuple):
    """A labelled candidate."""

    label: Label
    features: Mapping[str, float]
    kind: str  # its class, as weights choose it that saw no verb of its site

    @property
    def right(self) -> bool:
        """Whether no field is false and nothing is left out."""
        return self.label.right(self.kind)

    @property
    def is_good(self) -> bool:
        """Whether it is right and worth a record."""
        return self.right and self.label.worth


def row(label: Label, found: Mapping[str, float], chosen: Chosen) -> Row:
    """Return a labelled candidate with what is said of its class by weights that saw no verb of its site."""
    own = {name: value for name, value in found.items() if not name.startswith(features.KIND)}
    return Row(label, {**own, **features.of_class(chosen.kind, chosen)}, chosen.kind)


def learn(rows: Sequence[Row], penalty: float) -> probability.Weights:
    """Return the weights that make the labels of ``rows`` most likely, less ``penalty`` times half their squares."""
    names = _names(rows)
    values = matrix(rows, names)
    spread = values.std(axis=0)
    names = [name for name, deviation in zip(names, spread, strict=True) if deviation > 0]
    values, spread = values[:, spread > 0], spread[spread > 0]
    mean = values.mean(axis=0)
    inputs = np.column_stack([(values - mean) / spread, np.ones(len(rows))])
    times = weights_of(rows)
    found = _solve(inputs, good(rows), times * _mains(rows), penalty)
    found[-1] += _shift(inputs @ found, good(rows), times)
    slopes = found[:-1] / spread
    table = {name: round(float(slope), 4) for name, slope in zip(names, slopes, strict=True)}
    bias = round(float(found[-1] - slopes @ mean), 4)
    return probability.of_table(bias, {name: value for name, value in table.items() if value})


def _mains(rows: Sequence[Row]) -> _Numbers:
    """Return how much more each candidate counts for being a main fact: these are what a subscriber misses."""
    return np.array([MAIN if row.label.main and row.is_good else 1.0 for row in rows])


def _shift(score: _Numbers, target: _Numbers, times: _Numbers) -> float:
    """Return what to add to scores so that the mean probability is the share of what is good: main facts counted for more."""
    shift = 0.0
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-(score + shift)))
        step = float((times * (chance - target)).sum() / max(1e-9, (times * chance * (1 - chance)).sum()))
        shift -= step
        if abs(step) < _NEAR:
            break
    return shift


def _solve(inputs: _Numbers, target: _Numbers, times: _Numbers, penalty: float) -> _Numbers:
    """Return the coefficients; the last one, of the constant, has no penalty."""
    found = np.zeros(inputs.shape[1])
    penalties = np.full(len(found), penalty)
    penalties[-1] = 0.0
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-inputs @ found))
        slope = inputs.T @ (times * (chance - target)) + penalties * found
        curve = (inputs * (times * chance * (1 - chance))[:, None]).T @ inputs + np.diag(penalties)
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < _NEAR:
            break
    return found


def penalty_for(rows: Sequence[Row]) -> float:
    """Return the penalty under which labels of sites that are left out are most likely."""
    loss = dict.fromkeys(PENALTIES, 0.0)
    for held in range(_INNER):
        rest = [row for row in rows if _inner(row) != held]
        judged = [row for row in rows if _inner(row) == held]
        for penalty in PENALTIES:
            loss[penalty] += log_loss(judged, scores(judged, learn(rest, penalty)))
    return min(PENALTIES, key=loss.__getitem__)


def _inner(row: Row) -> int:
    return ranking.fold_of(f"inner {row.label.site}", _INNER)


def scores(rows: Sequence[Row], known: probability.Weights) -> _Numbers:
    """Return the probability of each candidate."""
    return np.array([probability.probability(row.features, known) for row in rows])


def log_loss(rows: Sequence[Row], chances: _Numbers) -> float:
    """Return the sum of the logarithmic losses."""
    right = good(rows)
    losses = -(right * np.log(chances) + (1 - right) * np.log(1 - chances))
    return float((weights_of(rows) * losses).sum())


def good(rows: Sequence[Row]) -> _Numbers:
    """Return 1 for each candidate that is right and worth a record, else 0."""
    return np.array([float(row.is_good) for row in rows])


def weights_of(rows: Sequence[Row]) -> _Numbers:
    """Return how often each candidate counts in training."""
    return np.sqrt([min(row.label.weight, _MOST) for row in rows])


def _names(rows: Sequence[Row]) -> list[str]:
    counted = Counter(name for row in rows for name, value in row.features.items() if value)
    return sorted(name for name, count in counted.items() if count >= FEWEST)


def matrix(rows: Sequence[Row], names: Sequence[str]) -> _Numbers:
    """Return the features of candidates, shape (candidates, names)."""
    return np.array([[row.features.get(name, 0.0) for name in names] for row in rows], np.float64)
