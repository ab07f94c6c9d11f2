"""Phrases behind participants that say which one is meant."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document, Event


def events(models: Models, text: str) -> dict[str, Event]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    return {event.action: event for event in enrich([document], models)[0].events}


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        (
            "Holm's efforts to reopen the mine at Roros were rejected on Monday.",
            "reject",
            "Holm's efforts to reopen the mine at Roros",
        ),
        (
            "A video showing the rescue of two miners was released by Norway on Monday.",
            "release",
            "video showing the rescue of two miners",
        ),
        (
            "Norway signed the $3 billion deal to buy Halden on Monday.",
            "sign",
            "$3 billion deal to buy Halden",
        ),
        (
            "The senator Ida Holm proposed a study to count the reindeer of Finnmark on Monday.",
            "propose",
            "study to count the reindeer of Finnmark",
        ),
        (
            "Norfund announced a feature it is calling “Night Watch” on Monday.",
            "announce",
            "feature called Night Watch",
        ),
        (
            "Norway called for an end to speculation over the bridge on Monday.",
            "call for",
            "end to speculation over the bridge",
        ),
        (
            "President Ida Holm has ordered all existing contracts with foreign brewers to be examined.",
            "order",
            "existing contracts with foreign brewers to be examined",
        ),
        (
            "Norway praised a union leader who said the strike at the mine was harming nobody.",
            "praise",
            "union leader who said the strike at the mine was harming nobody",
        ),
        (
            "Norfund rejected the new report which the auditors had written in Oslo.",
            "reject",
            "new report which the auditors had written in Oslo",
        ),
        ("Norway defeated the visiting side on that occasion.", "defeat", "visiting side"),
    ],
)
def test_what_is_acted_upon_keeps_what_says_which_one(
    models: Models, text: str, action: str, target: str
) -> None:
    assert events(models, text)[action].target == target


def test_the_clause_of_a_verb_is_no_part_of_its_own_target(models: Models) -> None:
    found = events(models, "Ida Holm defended a decision Norway announced in Oslo on Monday.")
    assert found["announce"].target == "decision"


def test_an_actor_without_a_name_keeps_what_says_which_one(models: Models) -> None:
    found = events(models, "A team led by Ida Holm discovered three Viking ships near Oslo on Monday.")
    assert found["discover"].actor == "team led by Ida Holm"


def test_the_clause_of_the_action_itself_says_nothing_more(models: Models) -> None:
    found = events(models, "Norway praised the team that rescued Ida Holm near Oslo on Monday.")
    assert found["rescue"].actor == "team"


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        ("Norway has denied that it sank the trawler.", "deny", "it sank the trawler"),
        ("The High Court ruled on Friday that the ban was lawful.", "rule", "the ban was lawful"),
        (
            "The High Court will rule on Friday on whether the ban is lawful.",
            "rule",
            "whether the ban is lawful",
        ),
        ("Ida Holm has demanded to know who sank the trawler.", "demand", "know who sank the trawler"),
        (
            "Ida Holm welcomed the fact there had been a quick end to the strike.",
            "welcome",
            "fact there had been a quick end to the strike",
        ),
        (
            "Ida Holm denied wanting to be leader until October 2004, when she told the paper in Oslo that she aspired to the job and no other.",
            "deny",
            "wanting to be leader until October 2004",
        ),
        ("Norway warned anyone who saw the trawler.", "warn", "anyone who saw the trawler"),
    ],
)
def test_a_statement_is_what_is_denied_or_ruled(models: Models, text: str, action: str, target: str) -> None:
    assert events(models, text)[action].target == target


def test_what_somebody_says_is_no_target(all_candidates: Models) -> None:
    found = events(all_candidates, "Norway said on Friday that it sank the trawler.")
    assert all(event.target != "it sank the trawler" for event in found.values())


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        ("Ida Holm resigned as governor of Finnmark on Monday.", "resign", "governor of Finnmark"),
        ("Ida Holm resigned from the cabinet on Monday.", "resign", "cabinet"),
        ("Norway withdrew from the Lisbon treaty on Monday.", "withdraw", "Lisbon treaty"),
        ("Ida Holm demanded that the ban be lifted.", "demand", "the ban be lifted"),
        ("Norway raised the interest rate to 11.25% on Monday.", "raise", "interest rate to 11.25%"),
    ],
)
def test_what_is_left_or_asked_for_is_the_target(models: Models, text: str, action: str, target: str) -> None:
    assert events(models, text)[action].target == target
