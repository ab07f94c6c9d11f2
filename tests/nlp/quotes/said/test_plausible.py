"""What nobody said, although it stands in marks beside a verb of speech, in sentences of our own."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document


def speakers(models: Models, text: str, *, direct: bool = True) -> list[str | None]:
    record = enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0]
    return [quote.speaker for quote in record.quotes if quote.direct == direct and quote.speaker]


@pytest.mark.parametrize(
    "text",
    [
        "Mayor Helen Carter is defending the campaign with the slogan “Clean it up now.” It costs a million.",
        "Northquay announced a feature it is calling “quick sail,” which sums up what a crew did at sea.",
        "While “quick sail” will be free, Northquay says that its night maps cost twelve pounds a month.",
        "Fortified wines, often referred to as “pudding wines”, are poured late in the evening.",
        "Brokers may call them a “harbour advance.” They cost more than a loan.",
    ],
)
def test_slogans_and_names_have_no_speaker(models: Models, text: str) -> None:
    assert speakers(models, text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Use details that show your interests: “I have always wanted to build bridges across wide rivers.”",
        "The following words can offer a start: “You are going to sleep in your own bed tonight.”",
        "Three engines were tested, compared to the previous year, which shows “a great interest in smaller boats.”",
        "The installation, which presents “the whole of the old harbour in miniature”, is open until May.",
    ],
)
def test_things_say_nothing(models: Models, text: str) -> None:
    assert speakers(models, text) == []


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("One tester of the boat said it “felt alive and light on the water.”", "One tester of the boat"),
        ("The narrator says: “Nobody in the harbour slept that night.”", "The narrator"),
        ("The army said that it had “lost nobody in the storm.”", "The army"),
        ("A gadget said it “felt alive and light on the water.”", "A gadget"),
        ("Hundreds of rowers shouted “give us back our boats” at the mayor.", "Hundreds of rowers"),
        (
            "The first report on the harbour says it is “older than the town itself.”",
            "The first report",
        ),
        (
            "A clerk summons an official from the local bank, who notes that the money “had been gone for years”.",
            "an official from the local bank",
        ),
    ],
)
def test_people_and_documents_speak(models: Models, text: str, speaker: str) -> None:
    assert speakers(models, text) == [speaker]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Did you know that, according to the harbour board, most boats are older than their owners?",
            "most boats are older than their owners",
        ),
        (
            "One thing to note: According to the harbour board, you should dry the sails in the wind.",
            "you should dry the sails in the wind",
        ),
        ("Northquay adds a dark mode, which, according to the harbour board, is much wanted.", None),
        (
            "The weight in tons is the length times the width according to the harbour board.",
            "The weight in tons is the length times the width",
        ),
        ("Required length of the rope in metres = depth times three, according to the harbour board.", None),
    ],
)
def test_according_to_reports_a_clause(models: Models, text: str, said: str | None) -> None:
    record = enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0]
    assert [quote.quote for quote in record.quotes] == ([said] if said else [])
