"""Votes for the label of a name."""

from __future__ import annotations

from streams.nlp.entities.gazetteer import english
from streams.nlp.entities.label_evidence import LabelEvidence
from streams.nlp.entities.mention_boundaries import InputParagraph, LabelledSpan, words
from streams.nlp.text.segments import Span


def labels(text: str, *votes: tuple[str, str]) -> dict[str, str]:
    paragraph = InputParagraph(Span(0, len(text)), text)
    evidence = LabelEvidence(english())
    evidence.vote(
        paragraph,
        [LabelledSpan(text.index(name), text.index(name) + len(name), label) for name, label in votes],
    )
    evidence.relate()
    evidence.contexts(paragraph, words(text, 0))
    evidence.share()
    return evidence.decide()


def test_a_suffix_outweighs_the_model() -> None:
    assert labels("Halden Corp. sold it.", ("Halden Corp.", "PERSON"))["Halden Corp."] == "ORG"


def test_the_noun_before_a_name_outweighs_the_model() -> None:
    assert labels("The airline Corvane sold it.", ("Corvane", "PERSON"))["Corvane"] == "ORG"


def test_a_surname_has_the_label_of_the_full_name() -> None:
    assert labels("Ida Aasmo left.", ("Ida Aasmo", "PERSON"))["Aasmo"] == "PERSON"
