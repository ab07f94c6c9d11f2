"""Paragraphs and sentences."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from streams.nlp.text import segments


@given(st.text(max_size=500))
def test_sentences_lie_in_their_paragraph_in_order(text: str) -> None:
    for span in segments.paragraphs(text):
        end = span.start
        for sentence in segments.sentences(text, span):
            assert end <= sentence.start < sentence.end <= span.end
            end = sentence.end


def test_a_very_long_paragraph_is_cut() -> None:
    text = "x" * 10_000 + " word" * 2_000
    spans = segments.paragraphs(text)
    assert all(span.end - span.start <= segments.PARAGRAPH_LIMIT for span in spans)
    assert "".join(text[s.start : s.end] for s in spans).count("x") == 10_000


@given(st.text(alphabet="ab |\n\t│", max_size=80))
def test_cells_have_all_letters_and_no_bar_between_spaces(text: str) -> None:
    spans = segments.cells(text, segments.paragraphs(text))
    assert all(span.start < span.end for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    inside = [text[span.start : span.end] for span in spans]
    assert not any(" | " in cell for cell in inside)
    assert sum(cell.count("a") for cell in inside) == text.count("a")
