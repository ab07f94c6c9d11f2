"""Reporting words by language."""

from __future__ import annotations

from streams.nlp.syntax.reporting_lexicon import lexicon


def test_english_forms_lead_to_their_lemma() -> None:
    english = lexicon("en")
    assert (english.forms["said"], english.forms["told"]) == ("say", "tell")
    assert english.weak <= set(english.forms.values()) | english.weak and "see" in english.weak
    assert {"he", "she"} <= english.personal


def test_regular_french_verbs_are_inflected_with_their_spelling_changes() -> None:
    forms = lexicon("fr").forms
    assert forms["annonça"] == "annoncer" and forms["jugeait"] == "juger" and forms["affirmé"] == "affirmer"
    assert "annonca" not in forms and "jugait" not in forms


def test_a_language_without_a_list_has_an_empty_lexicon() -> None:
    assert not lexicon("de").forms and not lexicon("de").pronouns
