"""Labels of headlines, and learning from them."""

from __future__ import annotations

from pathlib import Path

from streams.cleaning.metadata.ranking import Candidate
from streams.nlp.events.headlines import features
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
    found = list(documents.articles(file))
    assert [(one.title, one.text) for one in found] == [
        ("Ferry sinks", "It was old."),
        ("Storm hits port", "It rained."),
    ]


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
