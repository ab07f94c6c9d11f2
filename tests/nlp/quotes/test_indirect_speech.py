"""Spans of indirect speech."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streams.nlp import Models, enrich
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes import indirect_speech
from streams.nlp.quotes.speakers import SpeakerResolver
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.syntax.reporting_lexicon import lexicon
from streams.records import Document


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("The mayor said that the bridge would open in May.", "the bridge would open in May"),
        ("According to the council, the bridge will open in May.", "the bridge will open in May"),
        ("The mayor said on Thursday it would open in May.", "it would open in May"),
        ("The mayor spoke for an hour.", None),
        ("The parents can stop worrying that they lose the letters.", None),
        ("Ida and Emil both added tries to the tally, while Paul gained some lead for Leeds.", None),
    ],
)
def test_the_statement_of_a_cue(
    parse: Callable[[str], ParsedParagraph], text: str, statement: str | None
) -> None:
    parsed = parse(text)
    cues = SpeakerResolver(text, EntityIndex(()), (), lexicon("en")).cues(parsed)
    spans = [indirect_speech.span(parsed, cue) for cue in cues]
    assert [text[slice(*span)] for span in spans if span is not None] == ([statement] if statement else [])


def test_whom_somebody_tells_it_is_no_part_of_the_statement(models: Models) -> None:
    text = "The minister Peter Lund told the UN Russia was arming the rebels in Mali. The UN met in Oslo, and Russia stayed away."
    record = enrich([Document(id="v", url="", text=text, declared_language="en")], models)[0]
    assert [(quote.speaker, quote.quote) for quote in record.quotes] == [
        ("Peter Lund", "Russia was arming the rebels in Mali")
    ]
    assert {entity.text for entity in record.entities} >= {"UN", "Russia"}
    assert "UN Russia" not in {entity.text for entity in record.entities}


@pytest.mark.parametrize(
    "text",
    [
        "Anna Berg declined to say when the boats would be there.",
        "The tool does not tell us the boats can be late.",
        "Carter urged the mayor to pledge that the fares will stay the same.",
        "Prices noted on this page are subject to change and should be confirmed with the shop.",
    ],
)
def test_what_nobody_said_is_no_statement(models: Models, text: str) -> None:
    assert enrich([Document(id="v", url="", text=text, declared_language="en")], models)[0].quotes == ()


@pytest.mark.parametrize(
    "text",
    [
        "Anna Berg was forced to admit that the boats were late.",
        "Anna Berg not only said that the boats were late.",
        "Anna Berg denied that the boats were late.",
    ],
)
def test_what_somebody_had_to_say_is_a_statement(models: Models, text: str) -> None:
    quotes = enrich([Document(id="v", url="", text=text, declared_language="en")], models)[0].quotes
    assert [(quote.speaker, quote.quote) for quote in quotes] == [("Anna Berg", "the boats were late")]
