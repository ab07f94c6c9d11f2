"""The time of an event."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document, Event


def events(models: Models, text: str) -> dict[str, Event]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return {event.action: event for event in enrich([document], models)[0].events}


def test_a_day_is_a_time_and_no_target(models: Models) -> None:
    event = events(
        models, "The ministers of France and Spain agreed on Friday to rebuild the railway in Pau."
    )
    assert event["agree"].target == "rebuild the railway in Pau"
    assert event["agree"].time_normalised == "2024-05-17T00:00:00Z"


def test_a_day_of_a_month_is_past_unless_the_event_is_to_come(models: Models) -> None:
    passed = events(models, "The parliament of Norway approved the budget on 12 June.")["approve"]
    coming = events(models, "The parliament of Norway will approve the budget on 12 June.")["approve"]
    assert (passed.time_normalised, coming.time_normalised) == (
        "2023-06-12T00:00:00Z",
        "2024-06-12T00:00:00Z",
    )


def test_what_is_planned_for_a_weekday_is_the_next_one(models: Models) -> None:
    event = events(models, "Finance Minister Carlos Vega will meet Anna Berg in Madrid on Tuesday.")["meet"]
    assert (event.modality, event.time_normalised) == ("future", "2024-05-21T00:00:00Z")


def test_a_day_that_owns_something_is_not_when_it_happened(models: Models) -> None:
    event = events(models, "Germany rejected Wednesday's proposal by France.")["reject"]
    assert event.time is None


def test_what_is_first_since_a_year_did_not_happen_in_it(models: Models) -> None:
    event = events(models, "Norway won the World Cup for the first time since 1999.")["win"]
    assert event.time is None


def test_a_day_told_of_the_future_is_the_next_one(models: Models) -> None:
    assert (
        events(models, "Norway will join the pact on January 1.")["join"].time_normalised
        == "2025-01-01T00:00:00Z"
    )


def test_when_takes_the_time_in_front_of_it(models: Models) -> None:
    found = events(models, "The talks stalled on Thursday evening, when the Spanish delegation walked out.")
    assert found["walk out"].time_normalised == "2024-05-16T00:00:00Z"


def test_a_month_may_say_of_which_year_it_is(models: Models) -> None:
    event = events(models, "The court in Oslo convicted Ida Holm in January last year.")["convict"]
    assert (event.time_normalised, event.time_precision) == ("2023-01-01T00:00:00Z", "month")


def test_a_time_at_the_start_is_that_of_both_verbs(models: Models) -> None:
    found = events(models, "In 1997, Germany imposed a ban on Iran and blocked the assets of Sudan.")
    assert found["impose"].time_normalised == found["block"].time_normalised == "1997-01-01T00:00:00Z"


def test_what_is_in_the_present_and_has_a_later_day_is_to_come(models: Models) -> None:
    found = events(models, "The banker Anna Berg is stepping down in May 2025.")
    assert found["step down"].modality == "future"
    found = events(models, "The banker Anna Berg stepped down in May 2023.")
    assert found["step down"].modality == "asserted"


def test_a_day_of_what_is_going_on_lies_ahead(models: Models) -> None:
    event = events(models, "Volvo is holding an event in Oslo on June 2.")["hold"]
    assert (event.time_normalised, event.modality) == ("2024-06-02T00:00:00Z", "future")


@pytest.mark.parametrize(
    ("sentence", "action", "time"),
    [
        ("In 1998, militants blew up the embassy of Norway in Kenya, killing 12 people.", "kill", "1998"),
        (
            "Ida Holm, who set herself on fire on Sunday to protest the war in Mali, died.",
            "protest",
            "2024-05-12",
        ),
        ("Ida Holm left Norway to join Volvo in 2019.", "leave", "2019"),
        ("On Monday Ida Holm appeared to blame Norway.", "blame", "2024-05-13"),
        ("Norway beat Iceland to clinch the Nordic Cup on Tuesday.", "beat", "2024-05-14"),
        ("Ida Holm, who in 2008, won the Nordic Cup, has left Oslo.", "win", "2008"),
        ("In a vote that ended late on Wednesday, Norway's parliament banned Ida Holm.", "ban", "2024-05-15"),
        ("Two sailors were killed by pirates in Tuesday's raid on Bergen.", "kill", "2024-05-14"),
        (
            "In the closing minutes of last week's game in Oslo, Ida Holm hit Anna Berg.",
            "hit",
            "2024-05-06",
        ),
        ("Norway condemned an attack on Kyiv on Sunday that killed two people.", "kill", "2024-05-12"),
        ("Ida Holm spoke on Monday as Norway signed the treaty with Iceland.", "sign", "2024-05-13"),
        ("Merchants left Norway and in 1645, the first coffee house was opened in Oslo.", "open", "1645"),
        ("In 2019, Norway signed the treaty, and Denmark expelled Peter Lund.", "expel", "2019"),
        ("On Tuesday, Ida Holm tried to attack Peter Lund in Oslo.", "attack", "2024-05-14"),
        ("Norway sold ships to Mali, beginning in 2011.", "sell", "2011"),
        ("Norway held talks with Iceland in Oslo to discuss the treaty on May 2.", "discuss", "2024-05-02"),
    ],
)
def test_a_clause_shares_the_time_of_the_one_it_belongs_to(
    all_candidates: Models, sentence: str, action: str, time: str
) -> None:
    found = events(all_candidates, sentence)[action].time_normalised
    assert found is not None and found.startswith(time)


@pytest.mark.parametrize(
    ("sentence", "action"),
    [
        ("Volvo bought a mill in Oslo to build cars by 2030.", "buy"),
        ("Ida Holm left Oslo after attacking Wednesday's proposal by France.", "leave"),
        ("Worries over demand next year, said Ida Holm, lowered prices in Norway.", "lower"),
        ("Norway won the war in Mali, where it had signed a treaty in 2010.", "win"),
        ("Norway beat Iceland and clinched its first win in Oslo since 2011.", "clinch"),
        ("Norway has not met Iceland since 2011.", "meet"),
        ("Norway attacked the convoy in Mali, as it did in 2011.", "attack"),
        ("Norway wants Iceland to extradite Peter Lund over a leak of files in 2010.", "extradite"),
        ("Ida Holm bought the Sunday Telegraph in Oslo.", "buy"),
    ],
)
def test_the_time_of_another_event_is_not_shared(all_candidates: Models, sentence: str, action: str) -> None:
    assert events(all_candidates, sentence)[action].time is None


@pytest.mark.parametrize(
    ("text", "action", "time"),
    [
        ("The parliament of Norway approved the budget on 12 June.", "approve", "12 June"),
        ("Norway won two Olympic medals in 1948 and 1952.", "win", "1948 and 1952"),
        (
            "The Norwegian minister Ida Holm will visit Spain early in the new year.",
            "visit",
            "early in the new year",
        ),
        ("Norfund has sold 800,000 boats in Spain since its launch there last year.", "sell", None),
        ("Ida Holm left Oslo last year without signing the treaty with Spain.", "sign", "last year"),
        ("Norway's central bank would raise interest rates when it meets next week.", "raise", "next week"),
        ("In testimony before the parliament in 1982, Ida Holm criticised Norway.", "criticise", "1982"),
    ],
)
def test_a_time_is_whole_and_of_its_own_clause(
    models: Models, text: str, action: str, time: str | None
) -> None:
    assert events(models, text)[action].time == time
