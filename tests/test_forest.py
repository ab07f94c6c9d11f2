"""Trees that descend in numpy give what a walk through each tree gives."""

from __future__ import annotations

import numpy as np

from streams.forest import Forest

# x0 <= 0.5 ? (x1 <= 2 ? 1 : 2) : 4, and a tree that is one leaf
FOREST = Forest(
    roots=np.array([0, 5], np.int32),
    feature=np.array([0, 1, 0, 0, 0, 0], np.int16),
    threshold=np.array([0.5, 2.0, 0, 0, 0, 0], np.float32),
    children=np.array([1, 4, 2, 3, 2, 2, 3, 3, 4, 4, 5, 5], np.int32),
    value=np.array([0, 0, 1, 2, 4, 8], np.float64),
)


def test_each_row_goes_left_up_to_the_threshold_and_right_beyond() -> None:
    rows = np.array([[0.5, 2.0], [0.5, 2.1], [0.6, 0.0]], np.float32)
    assert FOREST.scores(rows).tolist() == [9, 10, 12]


def test_each_tree_is_told_apart() -> None:
    assert FOREST.each(np.array([[1.0, 1.0]], np.float32)).tolist() == [[4, 8]]


def test_no_rows_have_no_scores() -> None:
    assert FOREST.scores(np.zeros((0, 2), np.float32)).shape == (0,)


def test_many_rows_are_read_in_parts_with_the_same_result() -> None:
    rows = np.tile(np.array([[0.5, 2.1], [0.6, 0.0]], np.float32), (5_000, 1))
    assert FOREST.scores(rows).tolist() == [10, 12] * 5_000


def test_trees_of_any_shape_give_what_a_walk_from_the_root_gives() -> None:
    chance = np.random.default_rng(7)
    roots, nodes = [], []

    def grow(depth: int) -> int:
        at = len(nodes)
        nodes.append((0, 0.0, at, at, float(chance.integers(1_000))))
        if depth and chance.random() < 0.8:
            left, right = grow(depth - 1), grow(depth - 1)
            nodes[at] = (int(chance.integers(5)), float(chance.integers(4)), left, right, 0.0)
        return at

    for _ in range(40):
        roots.append(grow(6))
    feature, threshold, left, right, value = (np.array(column) for column in zip(*nodes, strict=True))
    forest = Forest(
        np.array(roots, np.int32),
        feature.astype(np.int16),
        threshold.astype(np.float32),
        np.stack([left, right], axis=1).ravel().astype(np.int32),
        value.astype(np.float64),
    )
    rows = chance.integers(0, 5, (70, 5)).astype(np.float32)

    def walked(root: int, row: list[float]) -> float:
        while left[root] != root:
            root = right[root] if row[feature[root]] > threshold[root] else left[root]
        return float(value[root])

    assert forest.each(rows).tolist() == [[walked(root, row) for root in roots] for row in rows.tolist()]
