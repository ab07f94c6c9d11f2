"""Targets that rules do not find."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.nlp.events.targets import choice
from streams.records import Document


def told(models: Models, text: str) -> dict[str, tuple[str | None, str | None]]:
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    events = enrich([document], models)[0].events
    return {event.action: (event.actor, event.target) for event in events}


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        (
            "The earthquake resulted in the death of 33 passengers near Oslo on Monday.",
            "result",
            "death of 33 passengers near Oslo",
        ),
        (
            "Ida Holm alleged that Vega had paid the mayor of Oslo.",
            "allege",
            "Vega had paid the mayor of Oslo",
        ),
        ("Ida Holm attempted to cross the fjord near Oslo.", "attempt", "cross the fjord near Oslo"),
        ("Ida Holm slept in Oslo on Monday.", "sleep", None),
    ],
)
def test_what_hangs_on_a_verb_without_an_object_may_be_its_target(
    models: Models, text: str, action: str, target: str | None
) -> None:
    assert told(models, text)[action][1] == target


def test_none_is_chosen_where_nothing_is_likelier_by_the_margin() -> None:
    assert choice.best([("none",), ("prep in",)], {"prep in": choice.MARGIN - 0.1}) == 0
    assert choice.best([("none",), ("prep in",)], {"prep in": choice.MARGIN + 0.1}) == 1


def test_weights_are_those_of_features() -> None:
    assert {"none", "clause xcomp"} <= choice.weights().keys()
