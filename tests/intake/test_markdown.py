"""Markdown becomes the text that a reader sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.intake import markdown
from streams.intake.markdown import plain_text


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("# Trams", "Trams"),
        ("Two [trams](https://a.example/t_(1)) met.", "Two trams met."),
        ('Two [trams](https://a.example/ "a title") met.', "Two trams met."),
        ("![a tram](https://a.example/t.jpg)\nText", "Text"),
        ("**bold** __bold__ *slanted* _slanted_", "bold bold slanted slanted"),
        ("- one\n* two\n+ three", "one\ntwo\nthree"),
        ("> quoted", "quoted"),
        ("a\n\n---\n\nb", "a\n\n\n\nb"),
        (r"1\. not a list \*", "1. not a list *"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("5 * 3 = 15", "5 * 3 = 15"),
        ("[not a link] (here)", "[not a link] (here)"),
    ],
)
def test_syntax_goes_and_text_stays(written: str, text: str) -> None:
    assert plain_text(written) == text


@pytest.mark.parametrize("unit", ["[", "![", "[a](", "*", "**a", "_", "# ", "- ", "\\", "[]("])
def test_many_unclosed_marks_are_read_in_time(unit: str) -> None:
    assert len(plain_text(unit * 20_000)) <= len(unit) * 20_000


@given(st.text(st.sampled_from('ab *_[]()!#>\\\n-`"')))
def test_markdown_of_any_kind_is_text(written: str) -> None:
    assert len(markdown.plain_text(written)) <= len(written)
