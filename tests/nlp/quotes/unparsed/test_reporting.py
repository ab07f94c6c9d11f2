"""Data files of words that report speech."""

from __future__ import annotations

import pytest

from streams.nlp.quotes.unparsed import reporting


def test_ten_languages_and_more_have_words() -> None:
    assert len(reporting.languages()) >= 10


@pytest.mark.parametrize("language", sorted(reporting.languages()))
def test_words_are_single_lower_case_words_and_phrases_are_not_empty(language: str) -> None:
    words = reporting.words(language)
    assert words is not None
    assert len(words.verbs) > 50
    assert all(verb == verb.lower() and verb.isalpha() for verb in words.verbs)
    assert words.pronouns and all(pronoun == pronoun.lower() for pronoun in words.pronouns)
    assert all(phrase and phrase == phrase.lower().strip() for phrase in words.according)


def test_a_language_without_a_file_has_no_words() -> None:
    assert reporting.words("xx") is None
    assert reporting.words("../de") is None
