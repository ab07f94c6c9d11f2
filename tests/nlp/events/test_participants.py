"""Participants and places of events."""

from __future__ import annotations

from streams.nlp import Models, enrich
from streams.records import Document, Event


def events(models: Models, text: str) -> dict[str, Event]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return {event.action: event for event in enrich([document], models)[0].events}


def test_it_is_whoever_says_it(models: Models) -> None:
    event = events(models, "The bank Norfund said on Thursday it had agreed to buy the brewer Halden.")
    assert (event["buy"].actor, event["buy"].target) == ("Norfund", "Halden")
    assert event["buy"].time is None  # it was said on Thursday


def test_they_are_the_subject_of_the_sentence_before(models: Models) -> None:
    found = events(models, "Detectives know the thief. They searched a farm outside Gloucester on Thursday.")
    assert (found["search"].actor, found["search"].place) == ("Detectives", "Gloucester")


def test_they_are_nobody_where_the_sentence_before_is_about_one(models: Models) -> None:
    found = events(models, "Ida Holm arrived in Oslo on Monday. They attacked the embassy in Madrid.")
    assert "attack" not in found


def test_the_crew_is_held_and_not_the_ship(models: Models) -> None:
    found = events(
        models, "Norway freed the crew of the trawler Rosalind, who were held in Oslo since March."
    )
    assert (found["hold"].target or "").startswith("crew")


def test_a_place_may_stand_behind_a_building(models: Models) -> None:
    assert (
        events(models, "The company Halden hired 300 workers at its plant in Lyon.")["hire"].place == "Lyon"
    )
