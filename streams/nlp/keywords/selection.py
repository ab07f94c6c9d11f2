"""Choice of the best candidates, without those that others account for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from streams.records import Keyword

# A candidate is dropped if better ones that contain it account for more than this share of its occurrences.
_ACCOUNTED = 0.5


class Candidate(NamedTuple):
    """A word or phrase: its text, its words for comparison, its number of occurrences and its score."""

    text: str
    words: tuple[str, ...]
    occurrences: int
    score: float
    is_name: bool = False


def best(candidates: Iterable[Candidate], limit: int) -> list[Keyword]:
    """Return up to ``limit`` candidates of those given, which come best first.

    Of two candidates within one another only one is returned, unless both are names ("Hong Kong", "Hong Kong Monetary
    Authority") or the shorter also occurs often by itself.
    """
    chosen: list[Candidate] = []
    for one in candidates:
        if any(_excludes(other, one) for other in chosen):
            continue
        if _accounted(one, chosen) > _ACCOUNTED * one.occurrences:
            continue
        chosen.append(one)
        if len(chosen) == limit:
            break
    top = chosen[0].score if chosen else 1.0
    return [Keyword(text=one.text, score=round(one.score / top, 3)) for one in chosen]


def _excludes(other: Candidate, one: Candidate) -> bool:
    """Return whether a chosen candidate leaves no room for another: it is part of it, or has the same words."""
    if set(other.words) == set(one.words):
        return True
    return _contains(one.words, other.words) and not one.is_name


def _accounted(one: Candidate, chosen: Iterable[Candidate]) -> int:
    """Return how many occurrences of a candidate are within chosen longer ones."""
    return sum(other.occurrences for other in chosen if _contains(other.words, one.words))


def _contains(longer: tuple[str, ...], shorter: tuple[str, ...]) -> bool:
    """Return whether a sequence of words contains another that is shorter.

    >>> _contains(("un", "security", "council"), ("security", "council"))
    True
    """
    size = len(shorter)
    return size < len(longer) and any(longer[k : k + size] == shorter for k in range(len(longer) - size + 1))
