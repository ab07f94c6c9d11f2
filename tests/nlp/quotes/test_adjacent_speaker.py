"""Speakers beside a quotation, by word order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streams.nlp.quotes import adjacent_speaker
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.syntax.reporting_lexicon import lexicon

FORMS = lexicon("en").forms


def no_entity(first: int, last: int) -> int | None:
    return None


@pytest.mark.parametrize(
    ("text", "speaker", "verb"),
    [
        ("“We go on,” she said.", "she", "said"),
        ("“We go on,” said the mayor.", "the mayor", "said"),
        ("“We go on,” the old mayor told reporters.", "the old mayor", "told"),
        ("“We go on,” the mayor later said.", "the mayor", "said"),
    ],
)
def test_the_clause_after_a_quotation(
    parse: Callable[[str], ParsedParagraph], text: str, speaker: str, verb: str
) -> None:
    parsed = parse(text)
    found = adjacent_speaker.after(parsed, parsed.ranges[0][1], len(parsed.words), FORMS, no_entity)
    assert found is not None
    assert " ".join(parsed.words[found.first : found.last + 1]) == speaker
    assert parsed.words[found.verb] == verb


def test_a_full_stop_after_a_quotation_ends_the_search(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("They called it “the long road home”. The mayor said nothing.")
    assert adjacent_speaker.after(parsed, parsed.ranges[0][1], len(parsed.words), FORMS, no_entity) is None


def test_the_clause_before_a_quotation(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("She said: “We go on.”")
    found = adjacent_speaker.before(parsed, parsed.ranges[0][0], 0, FORMS, no_entity)
    assert found is not None and (found.first, found.last, found.verb) == (0, 0, 1)


@pytest.mark.parametrize("dash", ["-", "–", "—", "― ", "- "])
def test_a_signature_may_have_its_dash_at_the_name(
    parse: Callable[[str], ParsedParagraph], dash: str
) -> None:
    parsed = parse(f"“We go on.” {dash}Councillor Ida Holm")
    found = adjacent_speaker.signature(parsed, parsed.ranges[0][1])
    assert found is not None and parsed.words[found[0] : found[1] + 1] == ["Councillor", "Ida", "Holm"]


def test_a_signature_is_a_dash_and_a_name(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("“We go on.” — Ida Holm")
    found = adjacent_speaker.signature(parsed, parsed.ranges[0][1])
    assert found is not None and parsed.words[found[0] : found[1] + 1] == ["Ida", "Holm"]
    parsed = parse("“We go on.” — and so they did, all of them")
    assert adjacent_speaker.signature(parsed, parsed.ranges[0][1]) is None
