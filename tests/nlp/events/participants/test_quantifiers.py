"""Words that count what is named elsewhere."""

from __future__ import annotations

from streams.nlp import Models, enrich
from streams.records import Document


def test_several_others_are_somebody(models: Models) -> None:
    text = "The gunman killed two people and injured several others in Oslo on Monday."
    document = Document(id="v", url="", text=text, published_at="2024-05-17", declared_language="en")
    found = enrich([document], models)[0].events
    assert [event.target for event in found] == ["two people", "several others"]
