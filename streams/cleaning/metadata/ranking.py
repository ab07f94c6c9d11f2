"""Candidates for a field of metadata, and the choice among them by a linear model: the title, the day of publication.

Weights are learnt by programs in training/, which print how often the choice is right on sites that were left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec


class Candidate(msgspec.Struct, frozen=True):
    """A possible value: its text, and the values of its features that are not 0, by name."""

    text: str
    features: dict[str, float]


def best(ranked: Iterable[Candidate], weights: Mapping[str, float]) -> Candidate | None:
    """Return the candidate with the highest sum of weighted features, the first of equals; None of none."""
    return max(
        ranked,
        key=lambda candidate: sum(weights[name] * value for name, value in candidate.features.items()),
        default=None,
    )
