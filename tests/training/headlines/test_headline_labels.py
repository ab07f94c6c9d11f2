"""Labels of headlines, and learning from them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from streams.cleaning.metadata.ranking import Candidate
from streams.nlp.events.headlines import features
from training import corpora
from training.headlines import __main__ as learning
from training.headlines import documents, labels
from training.ranking import Page

ARTICLES = """<articles><article><title>Ferry sinks</title><text>Ferry sinks. It was old.</text></article>
<article><source>https://news.example/wiki/Storm_hits_port</source><text>It rained.</text></article></articles>"""


def test_the_labels_are_readable_and_their_keys_are_those_of_titles() -> None:
    known = labels.read()
    assert len(known) > 1000
    assert all(key == one.key and len(key) == len(labels.key_of("")) for key, one in known.items())
    assert {fact.how for one in known.values() for fact in one.facts} == set(labels.HOWS)


def test_articles_of_corpora_have_titles_and_texts_without_them(tmp_path: Path) -> None:
    file = tmp_path / "corpus.xml"
    file.write_text(ARTICLES, "utf-8")
    found = list(corpora.toponyms(file))
    assert [(one.title, one.text) for one in found] == [
        ("Ferry sinks", "It was old."),
        ("Storm hits port", "It rained."),
    ]


def test_headlines_of_tables_are_read_by_their_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table, lines = tmp_path / "aggregated.csv", tmp_path / "categories.json"
    table.write_text("ID,TITLE,URL\n7,Ferry  sinks,x\n8,Nobody labelled this,x\n", "utf-8")
    row = json.dumps({"headline": "Storm hits port", "short_description": "It rained."})
    lines.write_text(f"{row}\n{row[:20]}", "utf-8")
    known = [labels.Headline(labels.key_of(one), "s", ()) for one in ("Ferry sinks", "Storm hits port")]
    monkeypatch.setattr(labels, "read", lambda: {one.key: one for one in known})
    found = [(document.title, document.text) for document, _label in documents.read([table, lines])]
    assert found == [("Ferry sinks", ""), ("Storm hits port", "It rained.")]


def test_nothing_is_learnt_from_corpora_that_are_only_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [Candidate("", {features.NOTHING: 1.0}), Candidate("", {"present": 1.0})]
    parts = [
        learning.Part(Page(source, "s", "", words, [tells, not tells], 1.0), not tells)
        for source, tells in [("set", False), ("lgl", True)] * 10
    ]
    alone = [part for part in parts if part.page.source == "set"]
    assert learning.learn(parts) == learning.learn(alone)
    monkeypatch.setattr(documents, "MEASURED", frozenset())
    assert learning.learn(parts) != learning.learn(alone)


def test_what_marks_a_main_verb_is_learnt() -> None:
    parts = []
    for k in range(40):
        words = [
            Candidate("", {features.NOTHING: 1.0}),
            Candidate("", {"present": 1.0, f"present mark {k % 2}": 1.0}),
        ]
        tells = bool(k % 2)
        parts.append(learning.Part(Page("set", str(k), "", words, [not tells, tells], 1.0), tells))
    weights = learning.learn(parts)
    assert [bool(learning.chosen(part, weights)) for part in parts] == [part.tells for part in parts]
