"""Headlines read as sentences."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document, Event

TEXT = (
    "The harbour of Lisbon was closed on Friday. Ida Holm said that the port had lost a tenth of its ships in a year, and that nobody knew why. "
    "The owners met in the evening and went home without a decision. Their lawyers left the town, and the workers waited at the gate for hours."
)


def titled(models: Models, title: str) -> list[Event]:
    document = Document(
        id="v", url="", title=title, text=TEXT, published_at="2024-05-17", declared_language="en"
    )
    return [event for event in enrich([document], models)[0].events if event.source == "title"]


@pytest.mark.parametrize(
    ("title", "facts"),
    [
        ("Ferry owners axe 40 jobs", {("Ferry owners", "axe", "40 jobs", "asserted")}),
        ("Lisbon pilots rethink harbour plan", {("Lisbon pilots", "rethink", "harbour plan", "asserted")}),
        ("Driver booked for harbour crash", {(None, "book", "Driver", "asserted")}),
        ("Miner given ten years for fraud", {(None, "give", "Miner", "asserted")}),
        (
            "Vega and Acme sign ferry deal",
            {("Vega", "sign", "ferry deal", "asserted"), ("Acme", "sign", "ferry deal", "asserted")},
        ),
        ("Council pushing new rules on ferries", {("Council", "push", "new rules on ferries", "asserted")}),
        ("Storm 'to hit Lisbon harbour'", {("Storm", "hit", "Lisbon harbour", "future")}),
        ("Harbour merger 'delayed'", {(None, "delay", "Harbour merger", "reported")}),
        ("Two towns to debate 'ghost ship' law", {("Two towns", "debate", "ghost ship law", "future")}),
    ],
)
def test_the_main_verb_is_found(
    all_candidates: Models, title: str, facts: set[tuple[str | None, str, str | None, str]]
) -> None:
    found = titled(all_candidates, title)
    assert {(event.actor, event.action, event.target, event.modality) for event in found} == facts


def test_what_somebody_said_is_no_event_of_the_title(all_candidates: Models) -> None:
    assert titled(all_candidates, "Ida Holm: 'We sold the harbour'") == []


def test_offsets_are_those_of_the_words_of_the_title(all_candidates: Models) -> None:
    title = "Storm 'to hit Lisbon harbour'"
    (event,) = titled(all_candidates, title)
    assert title[event.start : event.end] == "hit"
