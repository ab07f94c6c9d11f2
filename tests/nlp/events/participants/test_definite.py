"""Whom definite nouns stand for as participants of events."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document, Event


def events(models: Models, text: str, title: str | None = None) -> dict[str, Event]:
    document = Document(
        id="v", url="", text=text, title=title, published_at="2024-05-17", declared_language="en"
    )
    return {event.action: event for event in enrich([document], models)[0].events}


def test_an_office_is_whom_the_text_soon_gives_it(models: Models) -> None:
    text = "The state attorney general sued Acme Corp. on Monday. Attorney General Ida Holm said the firm had lied."
    assert events(models, text)["sue"].actor == "Ida Holm"


def test_the_president_is_no_former_one(models: Models) -> None:
    text = "President Ida Holm met former President Peter Lund in Oslo. The president attacked the treaty with Denmark."
    assert events(models, text)["attack"].actor == "Ida Holm"


def test_the_former_president_is_who_was_president(models: Models) -> None:
    text = "Former President Peter Lund met President Ida Holm in Oslo. The former president attacked the treaty with Denmark."
    assert events(models, text)["attack"].actor == "Peter Lund"


@pytest.mark.parametrize("description", ["company", "Oslo shipping company", "shipping giant"])
def test_a_company_is_the_one_that_the_text_names(models: Models, description: str) -> None:
    text = f"Norfund Shipping Inc. opened an office in Bergen in May. The {description} bought three ships on Monday."
    assert events(models, text)["buy"].actor == "Norfund Shipping Inc."


def test_the_head_is_a_part_of_the_body(models: Models) -> None:
    found = events(models, "Ida Holm examined a worm in Oslo on Monday. Then she destroyed the head.")
    assert found["destroy"].target == "head"


@pytest.mark.parametrize("description", ["Norwegian", "former chat show host"])
def test_a_description_is_whom_the_sentence_before_is_about(models: Models, description: str) -> None:
    text = f"Ida Holm won in Oslo. Ida Holm has had a hard year. The {description} left the party on Friday."
    assert events(models, text)["leave"].actor == "Ida Holm"


def test_the_leader_of_the_party_may_be_another(models: Models) -> None:
    text = "The report was about Peter Lund. The Harbour Party's parliamentary leader attacked the treaty with Denmark on Friday."
    assert events(models, text)["attack"].actor != "Peter Lund"


def test_the_gardener_is_the_one_that_was_named_so(models: Models) -> None:
    text = "Ida Holm hired a gardener in May. Ida Holm lives in Oslo. The old gardener robbed a bank in Bergen on Friday."
    assert events(models, text)["rob"].actor == "old gardener"


def test_the_company_is_no_union(models: Models) -> None:
    text = "Norfund Shipping opened an office. The Union of Sailors called a strike. The company bought three ships on Monday."
    assert events(models, text)["buy"].actor == "Norfund Shipping"
