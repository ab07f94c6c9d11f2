"""Weights of a ranking: the same each time, and judged by sites that they were not learnt from."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from streams.cleaning.metadata.ranking import Candidate
from training import ranking
from training.ranking import Page

FEATURES = ("good", "bad")


def pages(sites: int) -> list[Page]:
    """Pages, one a site, whose right answer is that with the feature "good"."""
    candidates = [Candidate("wrong", {"bad": 1.0}), Candidate("right", {"good": 1.0})]
    return [Page("set", f"{at}.example", "right", candidates, [False, True], 1.0) for at in range(sites)]


def test_the_same_pages_give_the_same_weights() -> None:
    assert ranking.learn(pages(10), FEATURES, 0.01) == ranking.learn(pages(10), FEATURES, 0.01)


def test_a_larger_penalty_gives_smaller_weights() -> None:
    weak, strong = (ranking.learn(pages(10), FEATURES, penalty)["good"] for penalty in (0.01, 0.5))
    assert 0 < strong < weak


def test_each_site_is_judged_once_by_weights_learnt_without_it() -> None:
    assert len({ranking.fold_of(page.site) for page in pages(40)}) > 1
    assert ranking.left_out(pages(40), FEATURES, 0.01, str.__eq__) == {"set": (40, 40)}


def test_a_page_without_a_right_candidate_teaches_nothing() -> None:
    lost = pages(1)[0]._replace(right=[False, False])
    assert ranking.learn([*pages(10), lost], FEATURES, 0.01) == ranking.learn(pages(10), FEATURES, 0.01)


def test_the_data_file_says_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "files", lambda package: tmp_path)
    ranking.write("weights.toml", "About.\nLearnt.", {"good": 0.5, "bad": -1.0})
    text = (tmp_path / "weights.toml").read_text()
    assert text.startswith("# About.\n# Learnt.\n")
    assert tomllib.loads(text) == {"weights": {"good": 0.5, "bad": -1.0}}
