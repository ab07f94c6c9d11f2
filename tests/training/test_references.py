"""Learning whom pronouns and descriptions stand for, from made-up features."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest

pytest.importorskip("lightgbm", reason="a dependency of training only")

from streams.forest import unpack
from streams.nlp.references.features import COLUMN, FEATURES
from training.blocks.boost import arrays
from training.references import fit
from training.references.__main__ import read_labels
from training.references.examples import Example
from training.references.fit import Known


def example(number: int) -> Known:
    """One of many in which the nearest of three names is the right one, and rules take the first."""
    rows = np.random.default_rng(number).random((3, len(FEATURES))).astype(np.float32)
    rows[:, COLUMN["rule"]] = [2, 1, 1]
    right = int(np.argmin(rows[:, COLUMN["distance"]]))
    named = tuple(frozenset({k}) for k in range(3))
    return Known(Example(f"k{number}", f"site{number % 20}", "he", rows, named, 0), right)


SOME = [example(number) for number in range(200)]


def test_the_labels_are_keys_with_an_offset_or_nothing() -> None:
    labels = read_labels()
    assert len(labels) > 6000
    assert all(re.fullmatch(r"[0-9a-f]{12}", key) for key in labels)
    assert all(label == fit.NOTHING or label.isdecimal() for label in labels.values())


def test_examples_without_a_label_or_with_a_name_that_nobody_found_are_left_out() -> None:
    examples = [one.example for one in SOME[:4]]
    labels = {"k0": "2", "k1": fit.NOTHING, "k2": "77"}
    assert [(one.example.key, one.right) for one in fit.known(examples, labels)] == [("k0", 2), ("k1", None)]


def test_the_bytes_are_the_same_twice() -> None:
    def bytes_of() -> bytes:
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **arrays([fit.learn(SOME)], "references"))
        return file.getvalue()

    assert bytes_of() == bytes_of()


def test_the_trees_in_use_score_as_those_that_were_learnt() -> None:
    booster = fit.learn(SOME)
    rows = np.concatenate([one.example.rows for one in SOME[:20]])
    forest = unpack(arrays([booster], "references"), "references")
    assert np.allclose(forest.scores(rows), booster.predict(rows, raw_score=True), atol=1e-5)


def test_what_is_chosen_for_a_site_does_not_depend_on_its_labels() -> None:
    chosen = fit.left_out(SOME)
    changed = [one._replace(right=0) if one.example.group == "site3" else one for one in SOME]
    again = fit.left_out(changed)
    mine = [k for k, one in enumerate(SOME) if one.example.group == "site3"]
    assert [chosen[k] for k in mine] == [again[k] for k in mine]


def test_what_is_learnt_is_better_than_the_rules_and_the_table_says_so() -> None:
    chosen = fit.left_out(SOME)
    more, error = fit.gain(SOME, chosen)
    assert 0 < error < more
    he, every = fit.table(SOME, chosen)
    assert (he.kind, every.kind, he.total) == ("he", "all", 200)
    ruled = fit.table(SOME, [one.example.rule for one in SOME])[1]
    assert every.agree - ruled.agree == pytest.approx(200 * more)
