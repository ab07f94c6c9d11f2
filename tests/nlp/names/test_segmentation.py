"""Segmentation of Chinese and Japanese."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.nlp.names import recognition
from streams.nlp.names.gazetteer import Gazetteer, build
from streams.nlp.names.segmentation import segment

KNOWN = Gazetteer(*build({"word": ["市議会", "市議", "議会", "発表"], "city": ["東京"]}))


def test_the_longest_known_word_is_taken_from_the_left() -> None:
    assert segment(["東京市議会発表"], KNOWN) == [["東京", "市議会", "発表"]]


def test_what_is_not_known_is_cut_into_characters_and_katakana_is_one_word() -> None:
    assert segment(["鮑タワー慶"], KNOWN) == [["鮑", "タワー", "慶"]]


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x9FFF), max_size=40))
def test_nothing_is_lost(text: str) -> None:
    assert "".join(segment([text], recognition.load().gazetteer)[0]) == text


@given(st.lists(st.text(st.sampled_from("東京市議会発表タワー慶"), max_size=12), max_size=6))
def test_a_run_is_segmented_as_by_itself(runs: list[str]) -> None:
    assert segment(runs, KNOWN) == [segment([run], KNOWN)[0] for run in runs]


def test_no_word_reaches_from_one_run_or_script_into_the_next() -> None:
    assert segment(["東", "京", "", "東タ京"], KNOWN) == [["東"], ["京"], [], ["東", "タ", "京"]]
    assert segment([], KNOWN) == []
