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
        "The best way to describe the boats is to say that they look like a row of old shoes.",
        "The machine can find the best price for any boat, according to the questions given.",
        "According to simple division, that would make three boats for each of the rowers.",
        "The signs told rowers to “slow down at the bridge”, what sounds to listen for, how to verify them.",
        "Northquay’s reported average yearly pay for rowers is fifty pounds as of June.",
        "Given that nobody paid and that nine boats have been sold, according to Northquay Holdings, there is every reason to doubt it.",
        "The friends of Anna Berg confirmed her passing to the harbour office.",
        "Paul Winter offered her a free choice of stories, from saying that he feels young to playing the flute.",
        "The council made Paul Winter testify, in effect daring him to say that Congress was not entitled to it.",
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "If you own a single boat, you should keep it dry, says Anna Berg, the harbour master.",
            "If you own a single boat, you should keep it dry",
        ),
        (
            "Anna Berg notes that while it is a small step, the harbour is safer now.",
            "while it is a small step, the harbour is safer now",
        ),
        ("According to Northquay, there were forty boats in the harbour (4).", "there were forty boats in the harbour"),
        (
            "According to a survey by Northquay, 83% of rowers own a boat (or a share of one).",
            "83% of rowers own a boat (or a share of one)",
        ),
        (
            "According to the Harbour Association, fibre-rich ropes, along with wax and plain tar, can help keep your boat clean.",
            "fibre-rich ropes, along with wax and plain tar, can help keep your boat clean",
        ),
        ("Anna Berg asked whether the boats were late.", "the boats were late"),
        (
            "According to the National Harbour Survey, an annual representative survey, the percentage of adults who practised rowing more than doubled between 2002 and 2022.",
            "the percentage of adults who practised rowing more than doubled between 2002 and 2022",
        ),
    ],
)  # fmt: skip
def test_a_statement_is_whole_without_what_joins_it(models: Models, text: str, said: str) -> None:
    assert [quote for _speaker, quote in indirect(models, text)] == [said]
