"""The choice among candidates by the sum of their weighted features."""

from __future__ import annotations

from streams.cleaning.metadata.ranking import Candidate, best

WEIGHTS = {"h1": 1.0, "part": -2.0}


def test_the_highest_sum_of_weighted_features_wins_and_the_first_of_equals() -> None:
    plain, other, part = (
        Candidate("a", {"h1": 1.0}),
        Candidate("b", {"h1": 1.0}),
        Candidate("c", {"h1": 1.0, "part": 1.0}),
    )
    assert best([part, plain, other], WEIGHTS) is plain


def test_of_no_candidates_none_is_best() -> None:
    assert best([], WEIGHTS) is None
