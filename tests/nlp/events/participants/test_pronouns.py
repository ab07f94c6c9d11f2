"""Whom pronouns stand for as participants of events."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document, Event


def events(models: Models, text: str) -> dict[str, Event]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return {event.action: event for event in enrich([document], models)[0].events}


def test_him_is_nobody_who_acts_in_his_clause(models: Models) -> None:
    text = "Peter Lund said that he looks forward to continuing his talks with Carlos Vega and working with him in May."
    assert events(models, text)["work with"].target == "Carlos Vega"


def test_a_company_does_not_buy_itself(models: Models) -> None:
    text = "Acme was founded in Oslo in 1990. In 2019 Acme bought the company for $5m."
    assert events(models, text)["buy"].target_id is None


def test_he_is_no_woman(models: Models) -> None:
    text = "Carlos Vega resigned in Oslo. Mrs Holm left the party on Monday. He attacked the treaty with Denmark on Friday."
    assert events(models, text)["attack"].actor == "Carlos Vega"


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        ("The sailors were enamoured with the trawler, but Norway sold it on Friday.", "sell", "trawler"),
        (
            "The firm Norfund was expected to win the auction but failed after a court in Oslo barred it from bidding.",
            "bar",
            "Norfund",
        ),
    ],
)
def test_it_is_what_the_sentence_named_before(models: Models, text: str, action: str, target: str) -> None:
    assert events(models, text)[action].target == target


def test_a_pronoun_that_goes_on_with_another_is_left_open(all_candidates: Models) -> None:
    found = events(
        all_candidates, "The trust of farmers who value it let Norway sell it to Ida Holm on Friday."
    )
    assert "trust" not in (found["sell"].target or "")


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        ("The attack killed 52 people and wounded about 118 others.", "wound", "about 118 others"),
        (
            "Elections in May ousted many of Ida Holm's supporters.",
            "oust",
            "many of Ida Holm's supporters",
        ),
        (
            "On Friday the floods destroyed 60 percent of the houses in Lund.",
            "destroy",
            "60 percent of the houses in Lund",
        ),
    ],
)
def test_some_of_something_is_a_participant(models: Models, text: str, action: str, target: str) -> None:
    assert events(models, text)[action].target == target


@pytest.mark.parametrize("pronoun", ["Most", "Neither", "Their", "Both of whom", "None of which"])
def test_a_word_that_stands_for_others_is_no_participant(all_candidates: Models, pronoun: str) -> None:
    text = f"Ida Holm met two ministers. {pronoun} signed the treaty with Denmark on Friday."
    assert "sign" not in events(all_candidates, text)


def test_he_is_whom_the_text_is_about_if_several_were_named(models: Models) -> None:
    text = "Peter Lund met Carlos Vega and Paul Winter in Oslo. On Friday he signed the treaty with Denmark."
    assert events(models, text)["sign"].actor == "Peter Lund"


def test_her_spokesman_speaks_of_her(models: Models) -> None:
    text = "Ida Holm met Peter Lund in Oslo. Her spokesman said on Friday that she had bought the trawler."
    assert events(models, text)["buy"].actor == "Ida Holm"
