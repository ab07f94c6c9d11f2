"""The report of a training: mean word F1 of pages left out, by page type and set, with standard errors by sites."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from streams.cleaning.extract.blocks.model import TYPES
from training.blocks.pages import Page

Row = tuple[str, int, float, float]


def table(pages: Sequence[Page], scores: Sequence[float]) -> list[Row]:
    """Return rows of (page type or set, pages, mean F1, its standard error); "all" are the pages that have a type."""
    found: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for page, score in zip(pages, scores, strict=True):
        for name in ["all", page.kind] if page.kind else [page.area]:
            found[name].append((page.site, score))
    order = ["all", *TYPES, *sorted(found.keys() - {"all", *TYPES})]
    return [(name, len(found[name]), *mean(found[name])) for name in order if name in found]


def mean(scores: Sequence[tuple[str, float]]) -> tuple[float, float]:
    """Return the mean and its standard error, where pages of one site may err alike.

    >>> mean([("a.example", 1.0), ("a.example", 1.0), ("b.example", 0.0), ("b.example", 0.0)])
    (0.5, 0.3535533905932738)
    """
    middle = sum(score for _, score in scores) / len(scores)
    off: defaultdict[str, float] = defaultdict(float)
    for site, score in scores:
        off[site] += score - middle
    return middle, sum(by**2 for by in off.values()) ** 0.5 / len(scores)
