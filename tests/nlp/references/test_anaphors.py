"""Which words are taken for somebody or something that the text names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streams.nlp.references import anaphors
from streams.nlp.references.anaphors import Anaphor, Place
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

Parse = Callable[[str], ParsedParagraph]


def found(parsed: ParsedParagraph, place: Place = Place.TEXT) -> list[Anaphor]:
    read = (anaphors.read(parsed, token, place) for token in parsed.doc)
    return [one for one in read if one is not None]


def test_pronouns_and_definite_descriptions_are_anaphors_with_their_words(parse: Parse) -> None:
    text = "She told the young governor of Oslo that the company had moved to the island."
    assert [(one.kind, one.noun, text[one.start : one.end]) for one in found(parse(text))] == [
        ("she", "she", "She"),
        ("the person", "governor", "the young governor of Oslo"),
        ("the body", "company", "the company"),
        ("the place", "island", "the island"),
    ]
    assert found(parse(text))[1].words == ("young", "oslo")


def test_the_key_of_a_description_is_where_its_noun_is(parse: Parse) -> None:
    text = "Yesterday the old mayor resigned."
    (one,) = found(parse(text))
    assert text[one.at :].startswith("mayor")


def test_a_noun_without_article_is_one_in_a_title_only(parse: Parse) -> None:
    parsed = parse("Police arrested man after robbery in Bergen.")
    assert found(parsed) == []
    (one,) = found(parsed, Place.TITLE)
    assert (one.kind, one.titled) == ("titled person", True)


def test_somebody_new_is_one_in_the_opening_only(parse: Parse) -> None:
    parsed = parse("A politician resigned in Bergen on Monday.")
    assert found(parsed) == []
    assert [one.kind for one in found(parsed, Place.OPENING)] == ["a person"]


def test_quoted_words_are_none(parse: Parse) -> None:
    assert found(parse("“He sold the company,” it said on Monday.")) == []


@pytest.mark.parametrize(
    ("noun", "kind"),
    [("governor", "person"), ("fisherman", "person"), ("34-year-old", "person"), ("ministry", "body"),
     ("village", "place"), ("table", "")],
)  # fmt: skip
def test_nouns_are_for_people_organisations_places_or_nothing(noun: str, kind: str) -> None:
    assert anaphors.noun_kind(noun) == kind
