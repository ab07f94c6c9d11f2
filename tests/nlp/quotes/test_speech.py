"""Quoted text that is speech."""

from __future__ import annotations

import pytest

from streams.nlp.quotes import speech


@pytest.mark.parametrize("title", ["The Evening Show", "Songs of Distant Earth", "A History of Bridges"])
def test_titles_are_no_speech(title: str) -> None:
    assert speech.is_title(title) and not speech.is_speech(title)


def test_a_scare_quote_is_no_speech() -> None:
    assert not speech.is_speech("terrorist")
    assert speech.is_speech("we will not go there")
    assert speech.is_speech("私たちは明日の朝に出発します")


def test_two_characters_count_as_a_word_in_scripts_without_spaces() -> None:
    assert speech.word_count("we go now") == 3
    assert speech.word_count("私たちは行く") == 3
