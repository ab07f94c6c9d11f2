"""Amounts, casualties and counts of events."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.nlp.events import values
from streams.records import Document, Event


def event(models: Models, text: str, action: str) -> Event:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return next(one for one in enrich([document], models)[0].events if one.action == action)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$6,490 in cash", (6490, "USD")),
        ("US$6.9 billion", (6.9e9, "USD")),
        ("R4bn", (4e9, "ZAR")),
        ("about 50,000 pounds", (50_000, "GBP")),
        ("a $100-million project", (1e8, "USD")),
        ("2.4 billion euros", (2.4e9, "EUR")),
        ("€3m", (3e6, "EUR")),
        ("14 pounds of flour", None),
        ("14 pounds of flour for £3", (3, "GBP")),
        ("14 people", None),
        ("OR4 in Leeds", None),
    ],
)
def test_an_amount_has_a_currency(text: str, expected: tuple[float, str] | None) -> None:
    assert values.money_in(text) == expected


def test_money_is_an_object_and_an_amount(models: Models) -> None:
    found = event(models, "Police in Leeds seized $6,490 in cash on Tuesday.", "seize")
    assert (found.target, found.amount, found.currency, found.count) == (
        "$6,490 in cash",
        6490.0,
        "USD",
        None,
    )


def test_the_price_of_a_thing_is_the_amount(models: Models) -> None:
    found = event(models, "Norfund bought Halden for 2.4 billion euros on Tuesday.", "buy")
    assert (found.target, found.amount, found.currency) == ("Halden", 2.4e9, "EUR")


def test_the_killed_and_the_injured_are_counted(models: Models) -> None:
    text = "Troops opened fire on demonstrators in Khartoum, killing at least 26 people and wounding 46 on Monday."
    killed, wounded = event(models, text, "kill"), event(models, text, "wound")
    assert (killed.killed, killed.injured) == (26, None)
    assert (wounded.killed, wounded.injured) == (None, 46)


def test_one_named_person_is_one(models: Models) -> None:
    assert event(models, "The gunmen killed Carlos Vega in the north of Mali on Monday.", "kill").killed == 1


def test_targets_are_counted(models: Models) -> None:
    assert event(models, "Police arrested fourteen protesters in Madrid on Monday.", "arrest").count == 14
    assert event(models, "Norfund hired more than 1,700 workers in Oslo on Monday.", "hire").count == 1700


def test_an_amount_counts_no_targets(models: Models) -> None:
    found = event(models, "Both clubs received $250,000 fines in Oslo on Monday.", "receive")
    assert (found.count, found.amount, found.currency) == (None, 250_000, "USD")


@pytest.mark.parametrize(
    ("sentence", "action", "amount"),
    [
        (
            "Acme was fined $185 million, including a $100 million penalty imposed by the bank of Norway.",
            "impose",
            100e6,
        ),
        (
            "For those with incomes of more than $5 million, Ida Holm imposed a surcharge on Norway.",
            "impose",
            None,
        ),
        ("Ida Holm was accused of using $50 million for personal expenses.", "accuse", None),
        ("Ida Holm clocked in at 243 pounds in Oslo.", "clock", None),
        ("Ida Holm was held in Oslo in lieu of $70,000 bond.", "hold", 70e3),
    ],
)
def test_an_amount_is_that_of_its_own_verb(
    all_candidates: Models, sentence: str, action: str, amount: float | None
) -> None:
    document = Document(id="v", url="", text=sentence, published_at="2024-05-17", declared_language="en")
    found = {event.action: event for event in enrich([document], all_candidates)[0].events}
    assert found[action].amount == amount
