"""Truecasing of headlines and of text in capitals."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.nlp.entities import gazetteer
from streams.nlp.text.segments import paragraphs
from streams.nlp.text.truecase import Casing


@given(st.text(max_size=120))
def test_recasing_never_changes_the_length(text: str) -> None:
    casing = Casing(text, paragraphs(text), gazetteer.english().casing)
    assert len(casing.apply(text)) == len(text)
    assert len(casing.apply(text.upper())) == len(text.upper())
    assert len(casing.opening(text, 20)) == len(text)


def test_a_line_in_capitals_gets_the_case_of_the_running_text() -> None:
    text = "SOLBERG REJECTS PLAN FOR FISHERIES\n\nThe plan of minister Ingrid Solberg rejects it for the fisheries."
    casing = Casing(text, paragraphs(text), {})
    assert casing.apply("SOLBERG REJECTS PLAN FOR FISHERIES") == "Solberg rejects plan for fisheries"
    assert casing.apply("She left it.") == "She left it."
