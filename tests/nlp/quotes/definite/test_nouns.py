"""Whom "the governor", "the 56-year-old" and "the company" are, in articles of our own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.nlp import Models, enrich
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.definite.nouns import DefiniteNouns
from streams.nlp.quotes.definite.office_holders import rows
from streams.nlp.quotes.references import References
from streams.records import Document, Entity, Mention


def test_the_bank_is_the_one_with_the_noun_in_its_name() -> None:
    text = "Northquay Bank met Acme. The bank left."
    entities = [
        Entity(
            text=name,
            label="ORG",
            mentions=(Mention(start=text.index(name), end=text.index(name) + len(name)),),
        )
        for name in ("Northquay Bank", "Acme")
    ]
    index = EntityIndex(entities)
    nouns = DefiniteNouns(text, index, References(text, index, ()))
    meant = nouns.definite("The bank", text.index("The bank"), None)
    assert meant is not None and meant.text == "Northquay Bank"


def organisation(text: str, phrase: str, *names: str) -> str | None:
    """Return whom a phrase at its last place in a text stands for, the names being those of organisations."""
    entities = [
        Entity(
            text=name,
            label="ORG",
            mentions=(Mention(start=text.index(name), end=text.index(name) + len(name)),),
        )
        for name in names
    ]
    index = EntityIndex(entities)
    meant = DefiniteNouns(text, index, References(text, index, ())).definite(
        phrase, text.rindex(phrase), None
    )
    return meant.text if meant is not None else None


def test_the_ruling_party_is_not_just_any_party() -> None:
    text = "The Red Party lost. The ruling party cheered. The party wept."
    assert organisation(text, "The ruling party", "Red Party") is None
    assert organisation(text, "The party", "Red Party") == "Red Party"


def test_a_union_is_no_company_but_may_be_named_by_its_initials() -> None:
    assert organisation("Acme Holdings met. The union left.", "The union", "Acme Holdings") is None
    assert organisation("The DWU met. The union left.", "The union", "DWU") == "DWU"
    assert (
        organisation("Dockers' Union met. The union left.", "The union", "Dockers' Union") == "Dockers' Union"
    )


def test_an_authority_is_no_company() -> None:
    assert (
        organisation("The Harbor Commission met. The company left.", "The company", "Harbor Commission")
        is None
    )
    assert organisation("Acme met. The company left.", "The company", "Acme") == "Acme"


@pytest.mark.parametrize(
    ("text", "phrase", "names", "meant"),
    [
        ("Acme sued Vega Holdings. The company left.", "The company", ("Acme", "Vega Holdings"), "Acme"),
        (
            "Acme’s rival left. Vega Holdings met Acme. The company left.",
            "The company",
            ("Acme", "Vega Holdings"),
            "Vega Holdings",
        ),
        (
            "The storm over the northern harbour of the old town hit Acme and Vega Holdings. The company left.",
            "The company",
            ("Acme", "Vega Holdings"),
            None,
        ),
    ],
)
def test_the_company_is_the_one_that_the_sentence_before_begins_with(
    text: str, phrase: str, names: tuple[str, ...], meant: str | None
) -> None:
    assert organisation(text, phrase, *names) == meant


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (
            "President Anna Berg has left the talks with Paul Winter, the president of the Harbor Bank.\n\n"
            "“There is no more money for this project,” the president said.",
            "Anna Berg",
        ),
        (
            "After a meeting with Secretary General Paul Winter, the governor said: “There is no more money for this.”",
            "the governor",
        ),
        (
            "Anna Berg’s car was seen in Oslo. The victim’s mother told the court: “I have no more words for it.”",
            "The victim’s mother",
        ),
        (
            "Paul Winter has joined the club from Leeds.\n\nThe 56-year-old said: “I am glad to be here with all of you.”",
            "Paul Winter",
        ),
    ],
)
def test_an_office_is_the_one_that_fits_best(models: Models, text: str, speaker: str) -> None:
    record = enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0]
    assert [quote.speaker for quote in record.quotes if quote.direct] == [speaker]


@given(
    st.lists(st.sampled_from(["Acme", "CEO", "Acme's", "CEO’", " ", "  ", "\n", ",", "s", "x"]), max_size=10),
    st.sampled_from([["Acme", "CEO"], ["CEO", "CEO"], ["Acme", "CEO", "x"], ["s", "s"]]),
)
def test_rows_of_words_are_found_as_a_pattern_finds_them(pieces: list[str], words: list[str]) -> None:
    text = "".join(pieces)
    row = r"\s+".join(rf"{re.escape(word)}(?:['’]s?)?" for word in words)
    expected = [(m.start(1), m.end(1)) for m in re.finditer(rf"(?=({row}))", text)]
    assert list(rows(text, words)) == expected
