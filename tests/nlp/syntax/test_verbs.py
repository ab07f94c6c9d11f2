"""Lemmas and event classes of English verbs."""

from __future__ import annotations

import pytest

from streams.nlp.syntax import verbs


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("said", "say"), ("struck", "strike"), ("denied", "deny"), ("vowing", "vow"), ("agreed", "agree"), ("stopped", "stop"),
        ("admitted", "admit"), ("visited", "visit"), ("seized", "seize"), ("fled", "flee"), ("launches", "launch"), ("dying", "die"),
    ],
)  # fmt: skip
def test_verb_forms_lead_back_to_their_lemma(form: str, lemma: str) -> None:
    assert verbs.lemma(form) == lemma


@pytest.mark.parametrize(
    ("lemma", "kind", "noun", "person", "expected"),
    [
        ("hold", "arrest", "talks", False, "meet"),
        ("hold", "arrest", "view", False, None),
        ("hold", "arrest", "Holm", True, "arrest"),
        ("meet", "meet", "view", False, "meet"),
    ],
)
def test_the_object_decides_the_class(
    lemma: str, kind: str, noun: str, person: bool, expected: str | None
) -> None:
    assert verbs.class_by_object(lemma, kind, noun, person=person) == expected


def test_the_subject_decides_the_class_of_some_verbs_without_an_object() -> None:
    assert verbs.class_by_subject("collapse", "talks") == "reject"
    assert verbs.class_by_subject("collapse", "roof") is None


def test_only_forms_that_report_trigger_a_parse() -> None:
    assert {"said", "signed", "arrests", "according"} <= verbs.parse_triggers()
    assert not {"is", "liked", "table"} & verbs.parse_triggers()
