"""Quoted text that is speech."""

from __future__ import annotations

import pytest

from streams.nlp.quotes import speech
from streams.records import Quote


@pytest.mark.parametrize("title", ["The Evening Show", "Songs of Distant Earth", "A History of Bridges"])
def test_titles_are_no_speech(title: str) -> None:
    assert speech.is_title(title) and not speech.is_speech(title)


@pytest.mark.parametrize("comma", [",", "，", "、", "،", " ,"])
def test_a_comma_before_the_closing_mark_is_not_quoted(comma: str) -> None:
    said = f"We go on{comma}"
    quote = speech.without_comma(Quote(quote=said, start=7, end=7 + len(said)))
    assert (quote.quote, quote.start, quote.end) == ("We go on", 7, 15)


@pytest.mark.parametrize("said", ["We go on.", "We go on,’", "We, too", ","])
def test_anything_else_at_the_end_of_a_quotation_stays(said: str) -> None:
    quote = Quote(quote=said, start=0, end=len(said))
    assert speech.without_comma(quote) is quote


def test_reported_speech_stays_as_it_is() -> None:
    quote = Quote(quote="that they go,", start=0, end=13, direct=False)
    assert speech.without_comma(quote) is quote


def test_a_scare_quote_is_no_speech() -> None:
    assert not speech.is_speech("terrorist")
    assert speech.is_speech("we will not go there")
    assert speech.is_speech("私たちは明日の朝に出発します")


def test_two_characters_count_as_a_word_in_scripts_without_spaces() -> None:
    assert speech.word_count("we go now") == 3
    assert speech.word_count("私たちは行く") == 3
