"""Hyphenated words that a parser knows as one word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streams.nlp.syntax import hyphenated_words
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The forged e-mails fooled Ida Holm.", ["The", "forged", "e-mails", "fooled", "Ida", "Holm", "."]),
        ("Re-Elected Holm Thanks Oslo.", ["Re-Elected", "Holm", "Thanks", "Oslo", "."]),
        ("Holm paid a two-year loan.", ["Holm", "paid", "a", "two", "-", "year", "loan", "."]),
        ("The anti-Oslo camp left.", ["The", "anti", "-", "Oslo", "camp", "left", "."]),
        ("Anna co - owned it.", ["Anna", "co", "-", "owned", "it", "."]),
        ("A well-to-do ex-nurse left.", ["A", "well", "-", "to", "-", "do", "ex-nurse", "left", "."]),
    ],
)
def test_a_word_with_a_prefix_is_parsed_as_one_and_no_other(
    parse: Callable[[str], ParsedParagraph], text: str, words: list[str]
) -> None:
    parsed = parse(text)
    assert parsed.words == words
    assert [text[start:end] for start, end in zip(parsed.starts, parsed.ends, strict=True)] == words


def test_entities_of_a_paragraph_are_kept_where_words_are_made_whole(
    parse: Callable[[str], ParsedParagraph],
) -> None:
    parsed = parse("Holm re-opened the mill in March 2021.")
    assert [token.text for token in parsed.doc if token.ent_type_ == "DATE"] == ["March", "2021"]


def test_a_quotation_cut_short_leaves_words_whole_beside_it(parse: Callable[[str], ParsedParagraph]) -> None:
    text = "“We have waited for this day for so many years that no e-mail can tell it,” said the ex-mayor."
    parsed = parse(text)
    assert "ex-mayor" in parsed.words
    assert [text[start:end] for start, end in zip(parsed.starts, parsed.ends, strict=True)] == parsed.words


def test_nouns_for_people_may_have_the_prefix_of_an_office() -> None:
    assert hyphenated_words.people(["founder"]) == {"founder", "co-founder", "ex-founder", "vice-founder"}
