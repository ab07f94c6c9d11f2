"""Stop words by language."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from streams.nlp.text.stop_words import stop_words


@pytest.mark.parametrize("language", ["en", "fr", "de", "ja", "zh", "ar"])
def test_stop_words_are_those_of_spacy(language: str) -> None:
    theirs = importlib.import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS
    assert {word.casefold() for word in theirs} <= stop_words(language)


@pytest.mark.parametrize("language", ["", "fo", "xx", "no.such", "../en"])
def test_a_language_without_stop_words_has_none(language: str) -> None:
    assert stop_words(language) == frozenset()


def test_stop_words_do_not_cost_the_import_of_their_languages_tokenizer() -> None:
    """French takes seconds, in which a process of the pool would stand still at its first French page."""
    code = (
        "import sys; from streams.nlp.text.stop_words import stop_words; "
        "assert stop_words('fr'); sys.exit('spacy.lang.fr' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
