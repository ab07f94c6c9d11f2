"""Annotated documents and the score of mentions."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from streams.nlp.entities.mention_boundaries import LabelledSpan
from training.entities import corpora
from training.entities.corpora import Annotated


def test_a_name_counts_without_article_possessive_and_case() -> None:
    document = Annotated("The UN's envoy met Ida Holm.", (("UN", "ORG"), ("ida holm", "PER")))
    found = [LabelledSpan(0, 8, "ORG"), LabelledSpan(19, 27, "PERSON")]
    assert corpora.score([document], [found]) == (1.0, 1.0, 1.0)


def test_each_mention_counts_once_and_other_labels_do_not() -> None:
    document = Annotated("Oslo, Oslo, Monday", (("Oslo", "LOC"),))
    found = [LabelledSpan(0, 4, "GPE"), LabelledSpan(6, 10, "GPE"), LabelledSpan(12, 18, "DATE")]
    assert corpora.score([document], [found]) == (0.5, 1.0, pytest.approx(2 / 3))


def test_only_english_sets_are_read(tmp_path: Path) -> None:
    texts = {
        "a": "The bridge over the river was closed on Monday.",
        "b": "Die Brücke über den Fluss wurde am Montag gesperrt.",
    }
    with gzip.open(tmp_path / "pages.jsonl.gz", "wt", encoding="utf-8") as target:
        target.writelines(json.dumps({"id": name, "text": text}) + "\n" for name, text in texts.items())
    rows = ({"id": name, "set": f"set-{name}", "entities": []} for name in texts)
    (tmp_path / "truth.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert corpora.read([tmp_path]) == {"set-a": [Annotated(texts["a"], ())]}
