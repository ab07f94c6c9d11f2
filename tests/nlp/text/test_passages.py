"""The sentence around a passage, and no more of it than is allowed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.nlp.text.passages import Sentences, bounded, occurrences
from streams.nlp.text.segments import Span

TEXT = 'It rained. "We stay. We wait," she said.\n\nThen they left.'


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        ("rained", "It rained."),
        ("she", 'We wait," she said.'),
        ("We stay. We wait", '"We stay. We wait," she said.'),
        ("said.\n\nThen", 'We wait," she said.\n\nThen they left.'),
        ("left.", "Then they left."),
    ],
)
def test_the_sentences_of_a_passage_are_whole(passage: str, sentence: str) -> None:
    start = TEXT.index(passage)
    span = Sentences(TEXT).around(start, start + len(passage))
    assert TEXT[span.start : span.end] == sentence


@given(st.text("aB .!。\n\u2028", max_size=60), st.data())
def test_the_passage_is_always_within(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = Sentences(text).around(start, end)
    assert span.start <= start and end <= span.end
    assert span.start >= 0 and span.end <= len(text)


@given(st.integers(0, 50), st.integers(0, 200), st.integers(0, 200), st.integers(0, 50), st.integers(5, 120))
def test_what_is_cut_keeps_the_passage_as_far_as_it_reaches(
    first: int, before: int, length: int, after: int, limit: int
) -> None:
    start, end = first + before, first + before + length
    around = Span(first, end + after)
    cut = bounded(around, start, end, limit)
    assert around.start <= cut.start <= start and cut.end <= around.end
    assert cut.end - cut.start <= limit
    assert cut.end >= min(end, start + limit - limit // 5)


@given(st.text("ab_ é1.", max_size=12), st.text("ab_ é.", min_size=1, max_size=3))
def test_names_are_found_as_a_pattern_finds_them(text: str, name: str) -> None:
    pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    assert list(occurrences(text, name)) == [match.span() for match in pattern.finditer(text)]
