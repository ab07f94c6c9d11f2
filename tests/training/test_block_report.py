"""The table of the report: means and standard errors by page type and set."""

from __future__ import annotations

import pytest

pytest.importorskip("rapidfuzz", reason="a dependency of training only")

from streams.cleaning.extract.blocks.repeats import PageFacts
from streams.cleaning.extract.blocks.tree import BlockTree
from streams.cleaning.metadata.declared import DeclaredMetadata
from training.blocks.pages import Page
from training.blocks.report import table


def page(site: str, kind: str, area: str = "wcxb") -> Page:
    return Page("", area, kind, "", site, "", BlockTree(), DeclaredMetadata(), PageFacts(), None)


def test_types_are_in_their_order_after_all_and_before_sets_without_types() -> None:
    pages = [
        page("a.example", "", "news"),
        page("b.example", "listing"),
        page("c.example", "article"),
        page("d.example", "listing"),
    ]
    found = [(name, count, mean) for name, count, mean, _ in table(pages, [0.9, 0.4, 1.0, 0.6])]
    assert found == [
        ("all", 3, pytest.approx(2 / 3)),
        ("article", 1, 1.0),
        ("listing", 2, 0.5),
        ("news", 1, 0.9),
    ]


def test_pages_of_one_site_count_as_one_error() -> None:
    scores = [1.0, 1.0, 0.0, 0.0]
    alone = [page(f"{number}.example", "forum") for number in range(4)]
    shared = [page(f"{number // 2}.example", "forum") for number in range(4)]
    [(_, _, mean, error), _] = table(alone, scores)
    assert (mean, error) == (0.5, pytest.approx((4 * 0.25) ** 0.5 / 4))
    [(_, _, mean, error), _] = table(shared, scores)
    assert (mean, error) == (0.5, pytest.approx(2**0.5 / 4))
