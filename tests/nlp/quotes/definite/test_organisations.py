"""Which organisation "the company", "the agency" or "the report" is, in texts of our own."""

from __future__ import annotations

import re

import pytest

from streams.nlp import Models, enrich
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.definite import documents
from streams.nlp.quotes.definite.organisations import DefiniteOrganisations
from streams.nlp.quotes.references import References
from streams.records import Document, Entity, Mention


def organisations_of(text: str, **names: str) -> EntityIndex:
    """The entities of a text in which these names have these labels wherever they stand."""
    entities = [
        Entity(
            text=name.replace("_", " "),
            label=label,
            mentions=tuple(
                Mention(start=m.start(), end=m.end())
                for m in re.finditer(rf"\b{name.replace('_', ' ')}\b", text)
            ),
        )
        for name, label in names.items()
    ]
    return EntityIndex(entities)


def organisations(text: str, **names: str) -> DefiniteOrganisations:
    index = organisations_of(text, **names)
    return DefiniteOrganisations(text, index, References(text, index, ()))


def meant(text: str, noun: str, **names: str) -> str | None:
    found = organisations(text, **names).meant([noun], text.rindex(f"he {noun}") - 1, None)
    return found.text if found is not None else None


def test_a_name_taken_for_a_person_is_a_company_where_the_text_says_its() -> None:
    text = "Strandway opened its shop. Strandway has sold its boats. Strandway grew. The company says so."
    assert meant(text, "company", Strandway="PERSON") == "Strandway"
    person = "Carter opened its shop and Carter said she would. Carter grew. The company says so."
    assert meant(person, "company", Carter="PERSON") is None


def test_who_owns_an_organisation_comes_before_what_it_owns() -> None:
    text = "Divers in Leeds work for NSA’s Harbour Centre. It is far, according to the agency."
    assert meant(text, "agency", NSA="ORG", Harbour_Centre="ORG") == "NSA"


def test_a_place_that_the_recogniser_missed_counts() -> None:
    entity = Entity(text="Acme", label="ORG", mentions=(Mention(start=0, end=4),))
    text = "Acme met.\n\nThe state is investigating Acme amid strikes. Vega left. The company confirmed it."
    other = Entity(
        text="Vega", label="ORG", mentions=(Mention(start=text.index("Vega"), end=text.index("Vega") + 4),)
    )
    index = EntityIndex([entity, other])
    found = DefiniteOrganisations(text, index, References(text, index, ())).meant(
        ["company"], text.index("The company"), None
    )
    assert found is other
    alone = text.replace("Vega left. ", "")
    index = EntityIndex([entity])
    found = DefiniteOrganisations(alone, index, References(alone, index, ())).meant(
        ["company"], alone.index("The company"), None
    )
    assert found is entity


def test_the_organisation_that_a_text_names_most_is_meant_where_nothing_nearer_is() -> None:
    told = "Acme grew. Acme fell. Acme rose. "
    text = (
        f"{told}In a storm on the coast near the border of the old country Acme lost Vega. The firm said so."
    )
    assert meant(text, "firm", Acme="ORG", Vega="ORG") == "Acme"
    even = f"Vega rose. Vega won. {text}"
    assert meant(even, "firm", Acme="ORG", Vega="ORG") is None


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("The Harbour Office’s May 2025 report came late. The report noted it.", "Harbour Office"),
        ("A report by the Harbour Office came late. The report noted it.", "Harbour Office"),
        ("A report came late, and so did the Harbour Office. The report noted it.", None),
        ("The Harbour Office’s report came late. A new report came, too. The report noted it.", None),
    ],
)
def test_the_report_is_that_of_the_author_named_before(text: str, author: str | None) -> None:
    index = organisations_of(text, Harbour_Office="ORG")
    found = documents.author(text, index, "report", text.rindex("report"))
    assert (found.text if found is not None else None) == author


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (
            "Letters came from a group of rowers. The group, Harbour Workers Coalition, wrote that it would “never give up the old boats.”",
            "Harbour Workers Coalition",
        ),
        (
            "Acme CEO says “nobody will lose a job over this.”\n\nAcme CEO Ida Holm, who joined in May, has a plan.",
            "Ida Holm",
        ),
        (
            "The Northquay finance chief said: “The deal is off for this whole year.”\n\nPaul Winter, the Northquay finance chief, was paid.",
            "Paul Winter",
        ),
        (
            "The state’s climatologist said: “The drought is over for this whole year.”\n\nOn Monday, state climatologist Ida Holm left.",
            "Ida Holm",
        ),
        (
            "According to court papers, Paul Winter left. The court papers say: “He left in the night of the storm.”",
            "The court papers",
        ),
        (
            "Northquay officials said that the pier was safe. “The wood is as good as new,” said the officials.",
            "Northquay officials",
        ),
        (
            "Chemist Ida Holm lives in Leeds.\n\n“We suggest that the water is older than the lake,” Holm and her team wrote.",
            "Ida Holm and her team",
        ),
    ],
)
def test_a_role_is_the_name_that_the_text_has_for_it(models: Models, text: str, speaker: str) -> None:
    record = enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0]
    assert [quote.speaker for quote in record.quotes if quote.direct] == [speaker]
