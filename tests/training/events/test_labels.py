"""Labels of candidates: what is stored of them, and what is read from sheets."""

from __future__ import annotations

import json
from pathlib import Path

from training.events import labels


def test_the_labels_of_the_project_have_keys_of_their_own() -> None:
    known = labels.read()
    assert len(known) > 1000
    assert all(label.weight >= 1 for label in known.values())
    assert {label.fault for label in known.values()} <= {"", *labels.FAULTS}


def test_labels_of_sheets_are_collected_without_text(tmp_path: Path) -> None:
    candidate = {
        "id": "3.1",
        "key": "k1",
        "verb": "v1",
        "site": "news.example",
        "weight": 2.5,
        "kind": "meet",
    }
    (tmp_path / "candidates.jsonl").write_text(json.dumps(candidate))
    label = {
        "id": "3.1",
        "right": False,
        "worth": True,
        "main": True,
        "fault": "target misread: Holm, habit",
        "k": "agree",
        "a": "",
        "t": "Holm",
        "m": "",
        "x": "",
    }
    (tmp_path / "labels-0.jsonl").write_text(json.dumps(label))
    (tmp_path / "articles-0.jsonl").write_text(json.dumps({"article": 3, "news": True}))
    found = list(labels.collect(tmp_path))
    labels.write(found, tmp_path / "labels.jsonl")
    stored = (tmp_path / "labels.jsonl").read_text()
    assert "Holm" not in stored and "news.example" not in stored
    (read,) = labels.read(tmp_path / "labels.jsonl").values()
    assert (read.key, read.fault, read.news, read.worth, read.rest) == ("k1", "target", True, True, False)
    assert read.kinds == ("agree",)


def test_a_label_holds_for_each_class_that_is_right() -> None:
    label = labels.Label("k", "v", "s", 1.0, True, ("agree", "decide"), True, True, False)
    assert label.right("decide") and not label.right("meet")
    wrong = labels.Label("k", "v", "s", 1.0, True, ("agree",), False, True, False, "actor")
    assert not wrong.right("agree")
