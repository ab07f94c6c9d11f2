"""Gradient boosting with LightGBM, and its trees as the arrays that :mod:`streams.forest` descends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from training import boosting

_COMMON = {**boosting.REPEATABLE, "bagging_freq": 1, "seed": 0}
_BLOCKS = {
    "objective": "cross_entropy",
    "feature_fraction": 0.25,
    "bagging_fraction": 0.5,
    "min_data_in_leaf": 40,
}
# Two ensembles, one of which tries a random threshold of each feature (Geurts et al. 2006, extremely randomised trees):
# the mean of their scores varies less from one training to the next than either.
_HALVES: tuple[dict[str, Any], ...] = (
    {"learning_rate": 0.11, "num_leaves": 31, "max_depth": 9},
    {"learning_rate": 0.085, "num_leaves": 24, "max_depth": 8, "extra_trees": True, "seed": 1},
)
_TYPES = {
    "objective": "multiclass",
    "learning_rate": 0.06,
    "num_leaves": 8,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "min_data_in_leaf": 15,
    "max_depth": 5,
}


class Blocks:
    """What tells the probability of blocks: the mean of the scores of several ensembles."""

    def __init__(self, boosters: Sequence[lgb.Booster]) -> None:
        self.boosters = boosters

    def scores(self, rows: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        each = [booster.predict(rows, raw_score=True, num_threads=1) for booster in self.boosters]
        return np.asarray(np.mean(each, axis=0))


def fit_blocks(
    rows: npt.NDArray[Any], target: npt.NDArray[Any], weight: npt.NDArray[Any], trees: Sequence[int]
) -> Blocks:
    """Return ensembles of so many ``trees``: usual ones, and extremely randomised ones."""
    data = lgb.Dataset(rows, target, weight=weight, params={**_COMMON, **_BLOCKS}, free_raw_data=False)
    return Blocks(
        [
            lgb.train({**_COMMON, **_BLOCKS, **half}, data, count)
            for half, count in zip(_HALVES, trees, strict=True)
        ]
    )


def fit_types(rows: npt.NDArray[Any], kinds: npt.NDArray[Any], classes: int, trees: int) -> lgb.Booster:
    return lgb.train({**_COMMON, **_TYPES, "num_class": classes}, lgb.Dataset(rows, kinds), trees)


def arrays(boosters: Sequence[lgb.Booster], name: str) -> dict[str, npt.NDArray[Any]]:
    """Return the trees of ``boosters`` as arrays, whose sum is the mean of their scores. Thresholds are rounded down to
    float32, which changes no comparison.
    """
    nodes: list[tuple[int, float, int, int, float]] = []
    roots: list[int] = []
    share = 1 / len(boosters)

    def add(tree: dict[str, Any]) -> int:
        at = len(nodes)
        if "leaf_value" in tree:
            nodes.append((0, 0.0, at, at, tree["leaf_value"] * share))
            return at
        nodes.append((0, 0.0, 0, 0, 0.0))
        left, right = add(tree["left_child"]), add(tree["right_child"])
        nodes[at] = (tree["split_feature"], _down(tree["threshold"]), left, right, 0.0)
        return at

    for info in (info for booster in boosters for info in booster.dump_model()["tree_info"]):
        roots.append(add(info["tree_structure"]))
    feature, threshold, left, right, value = (np.array(column) for column in zip(*nodes, strict=True))
    return {
        f"{name}_roots": np.array(roots, np.uint16),
        f"{name}_feature": feature.astype(np.uint16),
        f"{name}_threshold": threshold.astype(np.float32),
        f"{name}_children": np.stack([left, right], axis=1).ravel().astype(np.uint16),
        f"{name}_value": value.astype(np.float32),
    }


def _down(value: float) -> float:
    rounded = np.float32(value)
    return float(np.nextafter(rounded, np.float32(-np.inf)) if rounded > value else rounded)
