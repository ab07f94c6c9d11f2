"""Tokens in many scripts."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.nlp.names import tokens
from streams.nlp.names.tokens import tokenise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O'Brien, Jean-Luc.", ["O", "'", "Brien", ",", "Jean", "-", "Luc", "."]),
        ("G20 in Москва", ["G20", "in", "Москва"]),
        ("नरेन्द्र मोदी ने उनकी", ["नरेन्द्र", "मोदी", "ने", "उनकी"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("서울에서", ["서울에서"]),
        ("a😀b", ["a", "😀", "b"]),
        ("می‌خواهم", ["می‌خواهم"]),
        ("", []),
    ],
)
def test_words_keep_their_marks_and_unspaced_scripts_are_cut_into_letters(
    text: str, expected: list[str]
) -> None:
    assert [token.text for token in tokenise(text)] == expected


@given(st.text(st.characters(), max_size=60))
def test_tokens_cover_every_character_but_white_space_once(text: str) -> None:
    found = tokenise(text)
    assert all(text[token.start : token.end] == token.text for token in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    covered = {k for token in found for k in range(token.start, token.end)}
    # Python and Unicode differ in four control characters on what is white space.
    assert all(
        k in covered or character.isspace() or unicodedata.category(character) == "Zs"
        for k, character in enumerate(text)
    )


def test_a_part_of_a_text_has_offsets_into_the_whole() -> None:
    assert [(token.start, token.text) for token in tokenise("one two three", 4, 7)] == [(4, "two")]


def test_both_patterns_find_the_same_tokens_in_texts_of_simple_characters() -> None:
    simple = [chr(k) for k in range(0x2200) if tokens._SIMPLE.fullmatch(chr(k))]
    assert {"a", "é", "Ω", "ы", "„", "—", "€", "²", "½"} <= set(simple)
    for character in simple:
        for text in (character, f"a{character}b", f"1{character} {character}2", f"_{character}{character}_"):
            found = [m.span() for m in tokens._SIMPLE_TOKEN.finditer(text)]
            assert found == [m.span() for m in tokens._TOKEN.finditer(text)], repr(text)
