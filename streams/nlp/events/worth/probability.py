"""The probability that a candidate is an event that is right in every field and worth a record: a logistic regression.

``data/worth.toml`` has the weights, which ``make train-events`` learns from candidates that were labelled by hand.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import NamedTuple

from streams.nlp import data
from streams.nlp.events.worth.features import STEPS

_Steps = tuple[tuple[float, float], ...]


class Weights(NamedTuple):
    """Weights of features, by name; of what a feature adds beyond limits; and what is added to all."""

    bias: float
    features: Mapping[str, float]
    steps: Mapping[str, _Steps]


@functools.cache
def weights() -> Weights:
    """Return the weights of the package."""
    table = data.table("worth")
    return of_table(table["bias"], table["weights"])


def of_table(bias: float, table: Mapping[str, float]) -> Weights:
    """Return the weights of a table in which those of steps are named ``feature>limit``."""
    steps = {
        name: tuple((limit, table[f"{name}>{limit}"]) for limit in limits if f"{name}>{limit}" in table)
        for name, limits in STEPS.items()
    }
    return Weights(bias, {name: value for name, value in table.items() if ">" not in name}, steps)


def probability(features: Mapping[str, float], known: Weights) -> float:
    """Return the probability of a candidate with these features, between 0 and 1.

    >>> round(probability({"a": 2.0, "b": 1.0}, Weights(-1.0, {"a": 0.5}, {})), 2)
    0.5
    """
    own = known.features
    score = known.bias + sum(own[name] * value for name, value in features.items() if name in own)
    for name, steps in known.steps.items():
        value = features.get(name, 0.0)
        score += sum(weight for limit, weight in steps if value > limit)
    return 1 / (1 + math.exp(-score))
