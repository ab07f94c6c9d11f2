"""The sentence around a quotation."""

from __future__ import annotations

from collections.abc import Callable

from streams.nlp.quotes import sentence_context
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph


def test_the_sentence_begins_after_the_last_full_stop(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("Holm came late. She called the plan “a bad joke” at once.")
    assert parsed.words[sentence_context.sentence_start(parsed, parsed.ranges[0][0])] == "She"


def test_a_sentence_that_goes_on_with_another_verb(parse: Callable[[str], ParsedParagraph]) -> None:
    text = parse("Holm called it “a bad joke” and demanded a vote.")
    behind = text.ranges[0][1]
    assert sentence_context.continues_with_verb(text, behind, len(text.words))
    text = parse("“It is a bad joke,” Holm said.")
    assert not sentence_context.continues_with_verb(text, text.ranges[0][1], len(text.words))


def test_the_first_token_at_or_after_an_offset(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("Holm came late.")
    assert [sentence_context.token_at(parsed, offset) for offset in (0, 1, 5, 99)] == [0, 1, 1, 4]


def test_ancestors_lead_to_the_root(parse: Callable[[str], ParsedParagraph]) -> None:
    parsed = parse("The mayor signed the new treaty.")
    assert sentence_context.ancestors(parsed, 4) == {2, 5}
    assert sentence_context.ancestors(parsed, 99) == set()
