"""The two models that rank titles, learnt from pages whose titles are known: a conditional logit, and boosted trees.

Both maximise the probability of the right one among a page's candidates. Their settings are chosen on an inner split of the
sites that they learn from, so that the sites left out are left out of that choice as well.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from streams.cleaning.metadata.title_features import FEATURES
from training import boosting, ranking
from training.ranking import Page

PENALTIES = (0.02, 0.04)
TREES = (120, 160, 200)
_INNER = 4  # folds
_SEEDS = 5  # ensembles whose mean is taken: one alone varies more
_TREES = {
    **boosting.FEW_EXAMPLES,
    "learning_rate": 0.06,
    "num_leaves": 8,
    "feature_fraction": 0.3,
}
_LEAST = 1e-3  # curvature below which a step would be too long
_Numbers = npt.NDArray[np.float64]


class Settings(NamedTuple):
    """What is chosen on an inner split: the penalty of squared weights, and the number of trees of each ensemble."""

    penalty: float
    trees: int


class Models(NamedTuple):
    """Learnt models; the score of a candidate is the sum of the weighted features and of the mean of the ensembles."""

    weights: dict[str, float]
    boosters: list[lgb.Booster]

    def scores(self, page: Page) -> _Numbers:
        """Return the score of each candidate."""
        rows = matrix([page])
        return np.asarray(rows @ np.array(list(self.weights.values())) + _mean(self.boosters, rows))


def matrix(pages: Sequence[Page]) -> _Numbers:
    """Return the features of all candidates, shape (candidates, features)."""
    rows = [[c.features.get(name, 0.0) for name in FEATURES] for page in pages for c in page.candidates]
    return np.array(rows, dtype=np.float64).reshape(-1, len(FEATURES))


def learn(pages: Sequence[Page], settings: Settings) -> Models:
    """Return the models that ``pages`` teach."""
    return Models(ranking.learn(pages, FEATURES, settings.penalty), _boosted(pages, settings.trees))


def settings_for(pages: Sequence[Page]) -> Settings:
    """Return the settings under which most titles come out right, a part of the sites left out at a time."""
    right: dict[Settings, float] = defaultdict(float)
    for held in range(_INNER):
        rest = [page for page in pages if _inner_fold(page.site) != held]
        judged = [page for page in pages if _inner_fold(page.site) == held and page.candidates]
        rows = matrix(judged)
        boosters = _boosted(rest, max(TREES))
        boosted = {trees: _mean(boosters, rows, trees) for trees in TREES}
        for penalty in PENALTIES:
            linear = rows @ np.array(list(ranking.learn(rest, FEATURES, penalty).values()))
            for trees in TREES:
                right[Settings(penalty, trees)] += _right(judged, linear + boosted[trees])
    return max(itertools.starmap(Settings, itertools.product(PENALTIES, TREES)), key=lambda each: right[each])


def _inner_fold(site: str) -> int:
    return ranking.fold_of(f"inner {site}", _INNER)


def _mean(boosters: Sequence[lgb.Booster], rows: _Numbers, trees: int | None = None) -> _Numbers:
    if not len(rows):
        return np.zeros(0)
    each = [booster.predict(rows, raw_score=True, num_iteration=trees) for booster in boosters]
    return np.asarray(np.mean(each, axis=0))


def _right(pages: Sequence[Page], scores: _Numbers) -> float:
    """Return how many pages have the highest of ``scores`` at a right candidate, each counted as often as it counts."""
    starts = np.cumsum([0, *(len(page.candidates) for page in pages)])
    return sum(
        page.weight * page.right[int(np.argmax(scores[start:end]))]
        for page, (start, end) in zip(pages, itertools.pairwise(starts), strict=True)
    )


def _boosted(pages: Sequence[Page], trees: int) -> list[lgb.Booster]:
    """Return ensembles that differ in the samples of pages and features that they see."""
    usable = [page for page in pages if any(page.right)]
    rows = matrix(usable)
    sizes = [len(page.candidates) for page in usable]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    of_page = np.repeat(np.arange(len(usable)), sizes)
    times = np.array([page.weight for page in usable])[of_page]
    right = np.array([is_right for page in usable for is_right in page.right], dtype=np.float64)
    share = right / np.add.reduceat(right, starts)[of_page]

    def steps(scores: _Numbers, _: lgb.Dataset) -> tuple[_Numbers, _Numbers]:
        chance = np.exp(scores - np.maximum.reduceat(scores, starts)[of_page])
        chance /= np.add.reduceat(chance, starts)[of_page]
        return (chance - share) * times, np.maximum(chance * (1 - chance), _LEAST) * times

    data = lgb.Dataset(rows, right, params={"max_bin": _TREES["max_bin"], "verbose": -1}, free_raw_data=False)
    settings: dict[str, Any] = {**_TREES, "objective": steps}
    return [lgb.train({**settings, "seed": seed}, data, trees) for seed in range(_SEEDS)]
