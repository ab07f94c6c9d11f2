"""Learning the classes of verbs."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("jax", reason="a dependency of training only")
pytest.importorskip("optax", reason="a dependency of training only")

from streams.nlp import Models
from streams.nlp.events.classes import choice, vectors
from streams.nlp.events.classes.evidence import Evidence
from streams.records import Document
from training.events import actions, classes, network, verb_labels
from training.events.actions import Seen
from training.events.verb_labels import VerbLabel

TEXT = "The ferry Rosalind docked in Oslo on Friday. Norway freed the sailors in Madrid, and Peter Lund whistled at Ida Holm."


def rows(count: int = 60) -> list[classes.Row]:
    """Verbs whose class is what one piece of evidence says, and lists say "other"."""
    found = []
    for k in range(count):
        kind = ("attack", "trade")[k % 2]
        seen = Seen(
            str(k),
            f"site{k}",
            Evidence({f"near {kind}": 1.0}, ("x", None, None), (), ()),
            np.zeros(len(choice.PARTS) * vectors.LENGTH, np.float32),
            "other",
            True,
        )
        told = (kind == "attack",) * len(choice.TOLD) if k % 3 else None
        found.append(classes.Row(VerbLabel(str(k), f"site{k}", kind, "-", True, True, False), seen, told))
    return found


def test_what_speaks_for_a_class_is_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_EPOCHS", 300)
    told = classes.left_out(rows())
    assert {one.kind == one.label.kind for one in told} == {True}


def test_what_candidates_were_labelled_with_is_learnt_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_EPOCHS", 300)
    known = rows()
    found = classes.scores([row.seen for row in known], classes.learn(known))
    for row, logits in zip(known, found[:, 3:], strict=True):
        assert (logits > 0).all() == (row.label.kind == "attack")


def test_the_same_labels_give_the_same_weights_which_the_package_reads() -> None:
    once, again = classes.learn(rows()).arrays(), classes.learn(rows()).arrays()
    assert all(np.array_equal(once[name], again[name]) for name in once)
    assert choice.Classes(once).kinds == ("attack", "none", "trade")


def test_all_actions_are_seen_whether_or_not_they_are_candidates(models: Models) -> None:
    document = Document(id="a", url="", text=TEXT, published_at="2024-05-17", declared_language="en")
    seen = list(actions.read([document], models))
    assert {one.evidence.words[0] for one in seen} >= {"dock", "free", "whistle"}
    assert {one.kind for one in seen if one.evidence.words[0] == "free"} == {"yield"}
    assert any(one.candidate for one in seen)


def test_labels_have_a_class_that_the_weights_know() -> None:
    known = set(choice.load().kinds)
    labels = verb_labels.read()
    assert {kind for label in labels.values() for kind in label.kinds} <= known
    assert any(label.apart for label in labels.values())
