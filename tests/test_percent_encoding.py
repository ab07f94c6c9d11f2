from __future__ import annotations

from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.percent_encoding import encode

_EXTRA = frozenset("/%")


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("a%7Eb", "a~b"),
        ("a%2fb", "a%2Fb"),
        ("100%", "100%25"),
        ("%zz", "%25zz"),
        ("ä", "%C3%A4"),
        ("a b", "a%20b"),
        ("a\ud800", "a%3F"),
        ("", ""),
    ],
)
def test_one_form_of_each_text(text: str, encoded: str) -> None:
    assert encode(text, _EXTRA) == encoded


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_encoding_again_changes_nothing_and_the_text_stays_the_same(text: str) -> None:
    once = encode(text, _EXTRA)
    assert encode(once, _EXTRA) == once
    assert unquote_to_bytes(once) == unquote_to_bytes(text)
