"""The names that nouns are called by."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document, Event


def events(models: Models, text: str) -> list[Event]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return list(enrich([document], models)[0].events)


@pytest.mark.parametrize(
    "text",
    [
        "A Norwegian fisherman named Peter Holm discovered the wreck near Oslo on Monday.",
        "A Norwegian fisherman called Peter Holm discovered the wreck near Oslo on Monday.",
        "A Norwegian fisherman known as Peter Holm discovered the wreck near Oslo on Monday.",
    ],
)
def test_somebody_is_who_he_is_called(models: Models, text: str) -> None:
    found = events(models, text)
    assert [(event.actor, event.action) for event in found] == [("Peter Holm", "discover")]


def test_a_ministry_is_that_of_its_country(models: Models) -> None:
    event = events(models, "Norway’s Defense Ministry rejected the treaty on Monday.")[0]
    assert event.actor == "Norway’s Defense Ministry"
    assert event.actor_id is not None


def test_a_committee_is_that_of_its_body(models: Models) -> None:
    event = events(
        models, "The Executive Committee of the Northquay Institute rejected the treaty on Monday."
    )[0]
    assert event.actor == "Executive Committee of the Northquay Institute"


def test_researchers_are_those_who_are_named_behind_the_word(models: Models) -> None:
    found = events(
        models, "On Monday, Peter Lund and researchers Ida Holm and Anna Berg examined 30 wrecks near Oslo."
    )
    assert {event.actor for event in found} == {"Peter Lund", "Ida Holm", "Anna Berg"}


def test_what_is_not_the_case_is_no_participant(models: Models) -> None:
    found = events(models, "In 2016, Norfund opened the largest hotel in Norway, if not the world, in Oslo.")
    assert [event.target for event in found] == ["largest hotel in Norway"]


def test_all_receive_what_is_given_to_all(models: Models) -> None:
    found = events(models, "In May, NASA awarded three contracts to Norfund, Boeing and SpaceX in Oslo.")
    assert [event.target for event in found] == ["three contracts to Norfund, Boeing and SpaceX"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Northquay Systems released Linux Mint 22.1 in Oslo on Monday.", "Linux Mint 22.1"),
        ("Norway beat Sweden 2-0 in Oslo on Monday.", "Sweden"),
    ],
)
def test_a_version_is_a_part_of_a_name_and_a_score_is_none(models: Models, text: str, name: str) -> None:
    assert [event.target for event in events(models, text)] == [name]


def test_a_name_has_the_proper_nouns_that_belong_to_it(models: Models) -> None:
    found = events(models, "On Monday, zen Labs opened an office in Oslo.")
    assert [event.actor for event in found] == ["zen Labs"]
