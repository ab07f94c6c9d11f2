"""Normalisation, folding and text weight."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.text import fold, normalise, one_line, text_weight


@given(st.text(max_size=200))
def test_normalised_text_is_nfc_without_blank_edges_and_stays_as_it_is(text: str) -> None:
    found = normalise(text)
    assert unicodedata.is_normalized("NFC", found)
    assert "\n\n\n" not in found and "\r" not in found and found == found.strip()
    assert normalise(found) == found
    assert "\n" not in one_line(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\r\nb\rc", "a\nb\nc"), ("a\u2029b", "a\n\nb"), ("a\xa0 b", "a b"), ("soft\xadhyphen", "softhyphen"), ("می\u200cخواهم", "می\u200cخواهم")],
)  # fmt: skip
def test_newlines_spaces_and_invisible_characters_are_normalised_and_joiners_kept(
    text: str, expected: str
) -> None:
    assert normalise(text) == expected


def test_folded_texts_differ_in_letters_and_digits_only() -> None:
    assert fold("Pier – re-opened: 2024!") == fold("PIER REOPENED 2024")
    assert fold("Pier 1") != fold("Pier 2")
    assert fold(" _!") == ""


@given(st.text(max_size=50), st.text(max_size=50))
def test_the_weight_of_two_texts_is_the_sum_of_theirs(one: str, other: str) -> None:
    assert text_weight(one + other) == text_weight(one) + text_weight(other) >= len(one + other)


def test_characters_of_dense_scripts_count_three() -> None:
    assert [text_weight(c) for c in "aéя頁ねกກខ가\uf900"] == [1, 1, 1, 3, 3, 3, 3, 3, 3, 3]
