"""Entities: merged, labelled alike, cut to the name; in headlines, datelines and tables too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.nlp import Models, enrich
from streams.nlp.entities import gazetteer, lists_and_tables
from streams.nlp.entities.mention_boundaries import InputParagraph, LabelledSpan, correct_boundaries
from streams.nlp.text import dateline
from streams.nlp.text.segments import Span, paragraphs
from streams.nlp.text.truecase import Casing
from streams.records import Document, Entity


def named(models: Models, text: str) -> dict[str, Entity]:
    record = enrich([Document(id="e", url="", text=text, declared_language="en")], models)[0]
    return {entity.text: entity for entity in record.entities}


def names(entity: Entity, text: str) -> list[str]:
    return [text[m.start : m.end] for m in entity.mentions]


def test_a_surname_is_merged_with_the_full_name(models: Models) -> None:
    text = "Prime Minister Ingrid Solberg flew to Paris. Solberg will stay for two days. Ms. Solberg meets the press."
    assert names(named(models, text)["Ingrid Solberg"], text) == ["Ingrid Solberg", "Solberg", "Solberg"]


def test_two_people_of_one_surname_stay_two(models: Models) -> None:
    text = (
        "Anna Berg and her brother Peter Berg live in Oslo. Anna is a doctor. Peter Berg teaches in Bergen."
    )
    people = [e for e in named(models, text).values() if e.label == "PERSON"]
    assert {e.text for e in people} == {"Anna Berg", "Peter Berg"}


def test_an_acronym_that_the_text_introduces_is_the_same_entity(models: Models) -> None:
    text = "The Northern Fishing Council (NFC) met in Bergen on Monday. The NFC rejected the plan of the ministry."
    assert any(
        names(e, text) == ["Northern Fishing Council", "NFC", "NFC"] for e in named(models, text).values()
    )


def test_other_names_of_a_country_are_one_entity(models: Models) -> None:
    text = "The United States and Japan signed the treaty. The U.S. will pay first, said officials in the US capital."
    entity = next(e for e in named(models, text).values() if e.label == "GPE" and len(e.mentions) == 3)
    assert names(entity, text) == ["United States", "U.S.", "US"]


def test_a_headline_in_capitals_names_the_same_entities(models: Models) -> None:
    text = (
        "DENMARK REJECTS SOLBERG PLAN FOR FISHERIES\n\nDenmark rejected on Monday a plan for the fisheries that Norway's "
        "prime minister Ingrid Solberg had sent. Officials said the plan was not fair to fishing towns on the coast."
    )
    entities = named(models, text)
    assert names(entities["Denmark"], text) == ["DENMARK", "Denmark"]
    assert names(entities["Ingrid Solberg"], text) == ["SOLBERG", "Ingrid Solberg"]


def test_the_place_of_a_dateline_is_a_place(models: Models) -> None:
    text = "AARHUS, Denmark, March 3 (Northern Wire) - Hundreds marched through the old town on Sunday to protest."
    assert named(models, text)["AARHUS"].label == "GPE"
    assert dateline.find(text) is not None


def test_a_headline_is_no_dateline() -> None:
    assert dateline.find("TENNIS - BERG BEATS LUND IN OSLO FINAL") is None


def test_rows_of_a_result_list_name_people_teams_and_countries() -> None:
    gaz = gazetteer.english()

    def row(text: str, *, teams: bool) -> list[tuple[str, str]]:
        line = InputParagraph(Span(0, len(text)), text, 1.0)
        return [
            (text[m.start : m.end], m.label) for m in lists_and_tables.label_row(line, [], gaz, teams=teams)
        ]

    assert row("3. Erik Larsen (Norway) 10.21", teams=False) == [("Erik Larsen", "PERSON"), ("Norway", "GPE")]
    assert row("Hamar 2 Moss 0", teams=True) == [("Hamar", "ORG"), ("Moss", "ORG")]
    assert row("J. Dahl 84, P. Moe 12", teams=True) == [("J. Dahl", "PERSON"), ("P. Moe", "PERSON")]


def test_mentions_are_cut_to_the_name() -> None:
    gaz = gazetteer.english()

    def cut(text: str, label: str) -> list[str]:
        line = InputParagraph(Span(0, len(text)), text, 1.0)
        return [
            text[m.start : m.end] for m in correct_boundaries(line, [LabelledSpan(0, len(text), label)], gaz)
        ]

    assert cut("the Northern Union's", "ORG") == ["Northern Union"]
    assert cut("President Anna Berg", "PERSON") == ["Anna Berg"]
    assert cut("Anna Berg and Peter Lund", "PERSON") == ["Anna Berg", "Peter Lund"]
    assert cut("France's Hachette", "ORG") == ["France", "Hachette"]
    assert cut("Acme Corp.", "ORG") == ["Acme Corp."]
    assert cut("UN Russia", "ORG") == ["UN", "Russia"]
    assert cut("Larsen 10.21", "PERSON") == ["Larsen"]


@given(st.text(alphabet="Aa b.'’-(1,\nÉß", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_cutting_a_mention_stays_inside_it(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    line = InputParagraph(Span(0, len(text)), text, 1.0)
    for label in ("PERSON", "ORG", "GPE"):
        for mention in correct_boundaries(
            line, [LabelledSpan(start, end, label)] if start < end else [], gazetteer.english()
        ):
            assert start <= mention.start < mention.end <= end


@given(st.text(max_size=120))
def test_recasing_never_changes_the_length(text: str) -> None:
    casing = Casing(text, paragraphs(text), gazetteer.english().casing)
    assert len(casing.apply(text)) == len(text)
    assert len(casing.apply(text.upper())) == len(text.upper())
    assert len(casing.opening(text, 20)) == len(text)


def test_the_noun_beside_a_name_says_what_it_names(models: Models) -> None:
    text = (
        "The Swiss cheesemaker Alpenthal was sold on Tuesday, and the airline Corvane bid too. "
        "The chief executive, Sigrun Aasmo, said Aasmo had not been asked. "
        "Talks with the operator, Northkey, collapsed in the port of Wielau. Northkey left Wielau at night."
    )
    labels = {name: entity.label for name, entity in named(models, text).items()}
    assert labels["Alpenthal"] == labels["Corvane"] == labels["Northkey"] == "ORG"
    assert labels["Sigrun Aasmo"] == "PERSON"
    assert labels["Wielau"] == "GPE"


def test_the_short_form_of_an_organisation_is_one_too(models: Models) -> None:
    text = "Northquill rejected it. Northquill Holdings said nobody had signed. Northquill is in Leeds. Northquill lost."
    entities = named(models, text)
    assert [(e.label, len(e.mentions)) for n, e in entities.items() if n.startswith("North")] == [("ORG", 4)]


def test_names_whose_first_word_looks_like_something_else_stay_whole(models: Models) -> None:
    text = "The rocket left French Guiana on Monday, and judges in The Hague will hear Papua New Guinea on Friday."
    labels = {name: entity.label for name, entity in named(models, text).items()}
    assert labels == {"French Guiana": "GPE", "The Hague": "GPE", "Papua New Guinea": "GPE"}


def test_a_line_up_names_players(models: Models) -> None:
    text = (
        "Hamarvik beat Moss Athletic 2-1 in the cup final on Sunday.\n\n"
        "Hamarvik: Iqbal; Sato, Berg (Holm 46), Costa; Adeyemi, Vance. Moss Athletic: Wilk; Roy, Bauer, Marsh; Dunne, Vale."
    )
    entities = named(models, text)
    assert {
        entities[name].label for name in ("Iqbal", "Sato", "Holm", "Costa", "Vance", "Wilk", "Bauer")
    } == {"PERSON"}
    assert entities["Hamarvik"].label == entities["Moss Athletic"].label == "ORG"
    assert len(entities["Hamarvik"].mentions) == 2
