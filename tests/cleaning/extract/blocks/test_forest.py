"""Trees that descend in numpy give what a walk through each tree gives."""

from __future__ import annotations

import numpy as np

from streams.cleaning.extract.blocks.forest import Forest

# x0 <= 0.5 ? (x1 <= 2 ? 1 : 2) : 4, and a tree that is one leaf
FOREST = Forest(
    roots=np.array([0, 5], np.int32),
    feature=np.array([0, 1, 0, 0, 0, 0], np.int16),
    threshold=np.array([0.5, 2.0, 0, 0, 0, 0], np.float32),
    children=np.array([1, 4, 2, 3, 2, 2, 3, 3, 4, 4, 5, 5], np.int32),
    value=np.array([0, 0, 1, 2, 4, 8], np.float64),
    depth=2,
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
