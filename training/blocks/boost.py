"""Gradient boosting with LightGBM, and its trees as the arrays that :mod:`streams.cleaning.extract.blocks.forest` descends."""

from __future__ import annotations

from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

_COMMON = {
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "num_threads": 1,
    "verbose": -1,
    "seed": 0,
    "max_bin": 63,
    "deterministic": True,
    "force_col_wise": True,
}
_BLOCKS = {
    "objective": "cross_entropy",
    "learning_rate": 0.09,
    "num_leaves": 31,
    "max_depth": 9,
    "min_data_in_leaf": 60,
}
_TYPES = {
    "objective": "multiclass",
    "learning_rate": 0.06,
    "num_leaves": 8,
    "min_data_in_leaf": 15,
    "max_depth": 5,
}


def fit_blocks(
    rows: npt.NDArray[Any], target: npt.NDArray[Any], weight: npt.NDArray[Any], trees: int
) -> lgb.Booster:
    return lgb.train({**_COMMON, **_BLOCKS}, lgb.Dataset(rows, target, weight=weight), trees)


def fit_types(rows: npt.NDArray[Any], kinds: npt.NDArray[Any], classes: int, trees: int) -> lgb.Booster:
    return lgb.train({**_COMMON, **_TYPES, "num_class": classes}, lgb.Dataset(rows, kinds), trees)


def arrays(booster: lgb.Booster, name: str) -> dict[str, npt.NDArray[Any]]:
    """Return the trees of ``booster`` as arrays; thresholds are rounded down to float32, which changes no comparison."""
    nodes: list[tuple[int, float, int, int, float]] = []
    roots: list[int] = []

    def add(tree: dict[str, Any]) -> int:
        at = len(nodes)
        if "leaf_value" in tree:
            nodes.append((0, 0.0, at, at, tree["leaf_value"]))
            return at
        nodes.append((0, 0.0, 0, 0, 0.0))
        left, right = add(tree["left_child"]), add(tree["right_child"])
        nodes[at] = (tree["split_feature"], _down(tree["threshold"]), left, right, 0.0)
        return at

    for info in booster.dump_model()["tree_info"]:
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
