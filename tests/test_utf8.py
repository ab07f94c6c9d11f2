"""Strings with lone surrogates become strings that UTF-8 can encode; all others stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.utf8 import well_formed, well_formed_values

_ANY_CODE_POINT = st.characters(exclude_categories=())


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("", ""),
        ("a\ud83d", "a\ufffd"),
        ("\ude00a", "\ufffda"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        ("\udcff", "\ufffd"),
        ("é\U0001f600", "é\U0001f600"),
    ],
)
def test_lone_surrogates_are_replaced_and_pairs_are_joined(text: str, becomes: str) -> None:
    assert well_formed(text) == becomes


@given(st.text(_ANY_CODE_POINT))
def test_whatever_comes_out_can_be_encoded_and_stays_as_it_is(text: str) -> None:
    clean = well_formed(text)
    clean.encode("utf-8")
    assert well_formed(clean) == clean


@given(st.text())
def test_text_without_surrogates_is_untouched(text: str) -> None:
    assert well_formed(text) == text


def test_keys_and_values_at_any_depth_are_well_formed() -> None:
    assert well_formed_values({"a\ud83d": [1, None, ("\udc00", {"b": "\ud800"})]}) == {
        "a\ufffd": [1, None, ("\ufffd", {"b": "\ufffd"})]
    }
