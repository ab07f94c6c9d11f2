"""Mentions are cut to the name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.nlp.entities import gazetteer
from streams.nlp.entities.mention_boundaries import InputParagraph, LabelledSpan, correct_boundaries
from streams.nlp.text.segments import Span


def test_mentions_are_cut_to_the_name() -> None:
    gaz = gazetteer.english()

    def cut(text: str, label: str) -> list[str]:
        line = InputParagraph(Span(0, len(text)), text)
        return [
            text[m.start : m.end] for m in correct_boundaries(line, [LabelledSpan(0, len(text), label)], gaz)
        ]

    assert cut("the Northern Union's", "ORG") == ["Northern Union"]
    assert cut("President Anna Berg", "PERSON") == ["Anna Berg"]
    assert cut("Anna Berg and Peter Lund", "PERSON") == ["Anna Berg", "Peter Lund"]
    assert cut("France's Hachette", "ORG") == ["France", "Hachette"]
    assert cut("Acme Corp.", "ORG") == ["Acme Corp."]
    assert cut("tampa bay", "GPE") == ["tampa bay"]
    assert cut("Analyst", "PERSON") == cut("annual-report.pdf", "ORG") == cut("i@example.org", "PERSON") == []
    assert cut("Larsen 10.21", "PERSON") == ["Larsen"]


@given(st.text(alphabet="Aa b.'’-(1,\nÉß", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_cutting_a_mention_stays_inside_it(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    line = InputParagraph(Span(0, len(text)), text)
    for label in ("PERSON", "ORG", "GPE"):
        for mention in correct_boundaries(
            line, [LabelledSpan(start, end, label)] if start < end else [], gazetteer.english()
        ):
            assert start <= mention.start < mention.end <= end
