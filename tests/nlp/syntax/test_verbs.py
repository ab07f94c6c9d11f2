"""Lemmas and event classes of English verbs."""

from __future__ import annotations

import pytest

from streams.nlp.syntax import verbs


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("said", "say"), ("struck", "strike"), ("denied", "deny"), ("vowing", "vow"), ("agreed", "agree"), ("stopped", "stop"),
        ("cancelled", "cancel"), ("canceled", "cancel"), ("echoes", "echo"), ("blocked", "block"), ("focused", "focus"),
        ("admitted", "admit"), ("visited", "visit"), ("seized", "seize"), ("fled", "flee"), ("launches", "launch"), ("dying", "die"),
        ("changed", "change"), ("compiled", "compile"), ("pursuing", "pursue"), ("plagued", "plague"), ("quarantined", "quarantine"),
        ("masqueraded", "masquerade"), ("hoping", "hope"), ("treated", "treat"), ("cooked", "cook"), ("hyped", "hype"),
    ],
)  # fmt: skip
def test_verb_forms_lead_back_to_their_lemma(form: str, lemma: str) -> None:
    assert verbs.lemma(form) == lemma


def test_only_forms_that_report_trigger_a_parse() -> None:
    assert {"said", "signed", "arrests", "according"} <= verbs.parse_triggers()
    assert not {"is", "liked", "table"} & verbs.parse_triggers()


def test_a_verb_with_a_prefix_has_its_lemma_behind_it() -> None:
    assert verbs.lemma("re-written", "VBN") == "re-write"
    assert verbs.lemma("e-mailed", "VBD") == "e-mail"


def test_only_prefixes_that_leave_the_deed_the_same_are_left_out() -> None:
    assert [verbs.repeated(lemma) for lemma in ("co-found", "de-list", "re-elect", "sign")] == [
        "found", "de-list", "re-elect", "sign",
    ]  # fmt: skip
