"""Keywords, lead and statistics, for scripts with and without spaces."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.nlp import keywords

ENGLISH = (
    "The harbour bridge is closed. Engineers found cracks in the harbour bridge on Monday, and ferries now carry the "
    "commuters. The ferries are full. The council will repair the harbour bridge in spring."
)


def test_what_a_text_repeats_is_its_keyword() -> None:
    found = keywords.extract(ENGLISH, "en", 5)
    assert found[0].text == "harbour bridge" and found[0].score == 1.0
    assert "ferries" in [k.text for k in found]
    assert all(0 < k.score <= 1 for k in found)


def test_a_script_without_spaces_has_keywords() -> None:
    text = "港の橋は閉鎖された。技術者は港の橋に亀裂を見つけた。市議会は春に橋を修理する予定で、市議会は費用を発表した。"
    assert "市議会" in [k.text for k in keywords.extract(text, "ja", 8)]


@pytest.mark.parametrize("language", ["en", "fr", "de", "ja", "zh", "ar"])
def test_stop_words_are_those_of_spacy(language: str) -> None:
    theirs = importlib.import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS
    assert {word.casefold() for word in theirs} <= keywords.stop_words(language)


@pytest.mark.parametrize("language", ["", "fo", "xx", "no.such", "../en"])
def test_a_language_without_stop_words_has_none(language: str) -> None:
    assert keywords.stop_words(language) == frozenset()


def test_stop_words_do_not_cost_the_import_of_their_languages_tokenizer() -> None:
    """French takes seconds, in which a process of the pool would stand still at its first French page."""
    code = (
        "import sys; from streams.nlp.keywords import stop_words; "
        "assert stop_words('fr'); sys.exit('spacy.lang.fr' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_no_keywords_are_asked_for_and_none_come() -> None:
    assert keywords.extract(ENGLISH, "en", 0) == []


@given(st.text(max_size=400), st.sampled_from(["en", "de", "xx", None, "ja"]))
def test_any_text_gives_at_most_as_many_as_asked(text: str, language: str | None) -> None:
    assert len(keywords.extract(text, language, 4)) <= 4
