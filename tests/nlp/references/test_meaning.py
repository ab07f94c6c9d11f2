"""Whom words of a text stand for by the trees, in articles of our own."""

from __future__ import annotations

import numpy as np
import pytest

from streams.nlp import Models, enrich
from streams.nlp.references.features import COLUMN, FEATURES
from streams.nlp.references.meaning import chosen, is_told, trees
from streams.records import Document, Event


def events(models: Models, text: str, title: str | None = None) -> dict[str, Event]:
    document = Document(
        id="v", url="", text=text, title=title, published_at="2024-05-17", declared_language="en"
    )
    return {event.action: event for event in enrich([document], models)[0].events}


def test_a_pronoun_as_an_object_is_whom_the_text_is_about(all_candidates: Models) -> None:
    text = (
        "Peter Lund, 34, left his house in Bergen on Monday. He drove to the harbour and went on board a ferry."
        "\n\nPolice arrested him on Tuesday."
    )
    assert events(all_candidates, text)["arrest"].target == "Peter Lund"


def test_a_noun_of_a_headline_is_whom_the_text_names(all_candidates: Models) -> None:
    text = (
        "Peter Lund, 34, was arrested in Bergen on Monday after he robbed a bank."
        "\n\nPolice found Lund in a hotel. He had 200 euros."
    )
    found = events(all_candidates, text, "Man arrested after robbery in Bergen")
    assert (found["arrest"].source, found["arrest"].target) == ("title", "Peter Lund")


def test_nobody_is_told_by_being_near_alone() -> None:
    row = np.full((1, len(FEATURES)), -9, np.float32)
    assert not is_told("the person", row)
    assert is_told("he", row)
    row[0, COLUMN["title_before"]] = 1
    assert is_told("the person", row)
    row[0, COLUMN["title_before"]], row[0, COLUMN["rule"]] = 0, 1
    assert is_told("the person", row)


@pytest.mark.parametrize(
    ("kind", "chances", "number"),
    [("he", [0.2, 0.35], 1), ("he", [0.2, 0.25], None), ("the body", [0.4, 0.2], None), ("the body", [0.5, 0.5], 0)],
)  # fmt: skip
def test_a_noun_needs_more_than_a_pronoun(kind: str, chances: list[float], number: int | None) -> None:
    assert chosen(kind, np.array(chances)) == number


def test_the_trees_take_these_features() -> None:
    assert trees().scores(np.zeros((3, len(FEATURES)), np.float32)).shape == (3,)
