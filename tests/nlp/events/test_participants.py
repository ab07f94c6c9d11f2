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


def test_an_apposition_is_who_it_is(models: Models) -> None:
    found = events(models, "Ida Holm, a scientist who led the talks with Iceland, met Peter Lund on Friday.")
    assert (found["lead"].actor, found["lead"].actor_id) == ("Ida Holm", found["meet"].actor_id)


def test_a_pronoun_is_the_subject_of_the_main_clause_and_no_one_else(models: Models) -> None:
    text = (
        "Peter Lund praised Ida Holm in Oslo. Carlos Vega was a student when he won the election in Madrid."
    )
    assert events(models, text)["win"].actor == "Carlos Vega"


def test_a_noun_for_a_time_is_no_participant(models: Models) -> None:
    found = events(models, "The midst of Pakistan attacked the convoy on Friday.")
    assert "attack" not in found


def test_whoever_estimates_does_not_do_what_the_clause_says(models: Models) -> None:
    found = events(models, "Analysts at Norfund estimated killed 12 people in Mali on Friday.")
    assert "kill" not in found or found["kill"].actor != "Analysts at Norfund"


def test_those_who_left_to_join_join(models: Models) -> None:
    found = events(models, "Carlos Vega left Germany to join the army of France on Friday.")
    assert found["join"].actor == "Carlos Vega"
