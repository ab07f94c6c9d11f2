"""Entities: merged, labelled alike, cut to the name; in headlines, datelines and tables too."""

from __future__ import annotations

from collections import Counter

from streams.nlp import Models, enrich
from streams.nlp.entities import coreference
from streams.nlp.entities.mention_boundaries import LabelledSpan
from streams.nlp.text import dateline
from streams.records import Document, Entity


def named(models: Models, text: str) -> dict[str, Entity]:
    record = enrich([Document(id="e", url="", text=text, declared_language="en")], models)[0]
    return {entity.text: entity for entity in record.entities}


def names(entity: Entity, text: str) -> list[str]:
    return [text[m.start : m.end] for m in entity.mentions]


def test_a_surname_is_merged_with_the_full_name(models: Models) -> None:
    text = "Prime Minister Ingrid Solberg flew to Paris. Solberg will stay for two days. Ms. Solberg meets the press."
    assert names(named(models, text)["Ingrid Solberg"], text) == ["Ingrid Solberg", "Solberg", "Solberg"]


def test_a_surname_that_is_also_a_given_name_is_another_person(models: Models) -> None:
    text = "Howard Lund resigned in Oslo on Monday. Party leader Mr Howard wants to stay. Howard Lund left. Mr Lund said so to Ms. Howard."
    found = named(models, text)
    assert names(found["Howard Lund"], text) == ["Howard Lund", "Howard Lund", "Lund"]
    assert names(found["Howard"], text) == ["Howard", "Howard"]


def test_a_title_before_a_name_that_begins_with_the_surname_says_nothing(models: Models) -> None:
    text = "Xi Jinping flew to Oslo on Monday. Mr Xi will meet the prime minister. Later Xi Jinping left."
    assert names(named(models, text)["Xi Jinping"], text) == ["Xi Jinping", "Xi", "Xi Jinping"]


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


def test_the_short_form_of_an_organisation_is_one_too(models: Models) -> None:
    text = "Northquill rejected it. Northquill Holdings said nobody had signed. Northquill is in Leeds. Northquill lost."
    entities = named(models, text)
    assert [(e.label, len(e.mentions)) for n, e in entities.items() if n.startswith("North")] == [("ORG", 4)]


def test_a_surname_is_the_person_who_is_named_most(models: Models) -> None:
    text = (
        "Donald Trump spoke in Iowa. Donald Trump said he would win. His daughter Ivanka Trump was there. Trump left at noon, "
        "and Trump did not return."
    )
    assert names(named(models, text)["Donald Trump"], text) == ["Donald Trump"] * 2 + ["Trump"] * 2


def test_a_surname_used_long_before_a_relatives_full_name_is_not_the_relative(models: Models) -> None:
    text = (
        "Trump will visit Iowa on Monday, officials said.\n\nPresident Trump has won the state twice.\n\n"
        "Farmers there are waiting for prices to rise.\n\nHis daughter Ivanka Trump will join him in Iowa.\n\n"
        "Trump leaves on Sunday."
    )
    found = named(models, text)
    assert names(found["Trump"], text) == ["Trump"] * 3
    assert names(found["Ivanka Trump"], text) == ["Ivanka Trump"]


def test_a_headline_names_by_surname_whom_the_lead_names_in_full(models: Models) -> None:
    text = "Solberg flies to Paris\n\nPrime Minister Ingrid Solberg flew to Paris on Monday.\n\nSolberg will stay."
    assert len(named(models, text)["Ingrid Solberg"].mentions) == 3


def test_actors_change_the_salience_of_their_entities_alone(models: Models) -> None:
    text = "Ida Holm met Bo Berg in Oslo. Holm left."
    spans = [("Ida Holm", "PERSON"), ("Bo Berg", "PERSON"), ("Oslo", "GPE")]
    groups = [[LabelledSpan(text.index(name), text.index(name) + len(name), label)] for name, label in spans]
    actors = Counter({text.index("Bo Berg"): 2})
    before = coreference.describe(text, groups, 10, Counter())
    after = coreference.with_actors(before, text, groups, 10, actors)
    assert after == coreference.describe(text, groups, 10, actors)
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]
