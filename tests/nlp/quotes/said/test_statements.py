"""What verbs of speech report, and what they only seem to."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document


def indirect(models: Models, text: str) -> list[tuple[str | None, str]]:
    record = enrich([Document(id="s", url="", text=text, declared_language="en")], models)[0]
    return [(quote.speaker, quote.quote) for quote in record.quotes if not quote.direct]


@pytest.mark.parametrize(
    "text",
    [
        "I can tell you that no two harbours are exactly the same in winter.",
        "We recommend that you check the oil before a longer journey.",
        "The display tells the driver which of the doors is open at the moment.",
        "The new wing adds strength, and the lower hull means that you can sail in shallow water.",
        "Readers may ask what the strongest of these engines is in winter.",
        "Anna Berg noticed that her goats were dancing around the well.",
        "The prices of the boats vary according to the season and the size of the crew.",
        "It is important to note that the boats leave early in the winter months.",
        "Anna Berg questioned the plan that would close the northern harbour in May.",
    ],
)
def test_what_nobody_stated_is_no_indirect_speech(models: Models, text: str) -> None:
    assert indirect(models, text) == []


@pytest.mark.parametrize(
    ("text", "speaker", "said"),
    [
        (
            "Anna Berg told the council that the boats would leave early.",
            "Anna Berg",
            "the boats would leave early",
        ),
        (
            "The guide explains that the boats leave early in the winter.",
            "The guide",
            "the boats leave early in the winter",
        ),
        (
            "Testers noted that the boats leave early in the winter.",
            "Testers",
            "the boats leave early in the winter",
        ),
        (
            "One of our testers claimed that the boats leave early.",
            "One of our testers",
            "the boats leave early",
        ),
        (
            "According to a survey, the boats leave early in the winter.",
            "a survey",
            "the boats leave early in the winter",
        ),
        (
            "While the storm raged, Anna Berg said she had seen no boats.",
            "Anna Berg",
            "she had seen no boats",
        ),
    ],
)
def test_statements_have_their_speakers(models: Models, text: str, speaker: str, said: str) -> None:
    assert indirect(models, text) == [(speaker, said)]
