"""The training of the block model: labels by alignment, and trees that say in numpy what LightGBM says."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("rapidfuzz", reason="a dependency of training only")
lightgbm = pytest.importorskip("lightgbm", reason="a dependency of training only")

from streams.forest import unpack  # noqa: E402
from training.blocks import boost  # noqa: E402
from training.blocks.labels import labels  # noqa: E402
from training.blocks.words import word_f1  # noqa: E402

TRUTH = "The ferry is back.\n\nThe council voted on Tuesday to reopen the old ferry from the fish market to Oldport."


def test_blocks_of_the_truth_are_labelled_and_others_are_not() -> None:
    page = [
        "Home",
        "The ferry is back.",
        "The council voted on Tuesday to reopen the old ferry",
        "Read the other news on Tuesday",
    ]
    assert (labels(page, TRUTH) > 0.5).tolist() == [False, True, True, False]


def test_a_part_of_a_block_is_a_share() -> None:
    assert labels(["The council voted on Tuesday. Copyright of Mirefield Echo, all rights reserved"], TRUTH)[
        0
    ] == pytest.approx(5 / 12, abs=0.01)


def test_only_one_of_two_copies_is_labelled() -> None:
    assert sorted((labels(["The ferry is back."] * 2, TRUTH) > 0.5).tolist()) == [False, True]


def test_a_block_that_the_truth_holds_elsewhere_is_found() -> None:
    page = [
        "The council voted on Tuesday to reopen the old ferry from the fish market to Oldport.",
        "The ferry is back.",
    ]
    assert labels(page, TRUTH).tolist() == [1, 1]


def test_the_measure_counts_words() -> None:
    assert word_f1(["the ferry"], "The ferry is back") == pytest.approx(2 * 2 / 6)
    assert word_f1([], "The ferry") == 0


def test_trees_in_numpy_say_what_lightgbm_says() -> None:
    random = np.random.default_rng(1)
    rows = random.normal(size=(2_000, 6)).astype(np.float32)
    target = (rows[:, 0] + rows[:, 1] * rows[:, 2] > 0).astype(float)
    trees = boost.fit_blocks(rows, target, np.ones(len(rows)), trees=(12, 8))
    forest = unpack(boost.arrays(trees.boosters, "first"), "first")
    assert np.allclose(forest.scores(rows), trees.scores(rows), atol=1e-4)


def test_trees_of_many_classes_are_told_apart() -> None:
    random = np.random.default_rng(2)
    rows = random.normal(size=(900, 4)).astype(np.float32)
    kinds = rows[:, :3].argmax(axis=1)
    booster = boost.fit_types(rows, kinds, classes=3, trees=10)
    forest = unpack(boost.arrays([booster], "kinds"), "kinds")
    scores = forest.each(rows).reshape(len(rows), -1, 3).sum(axis=1)
    assert np.allclose(scores, booster.predict(rows, raw_score=True), atol=1e-4)
