"""Passages in marks that are nobody's words, and those beside them that are somebody's, in sentences of our own."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document


def speakers(models: Models, text: str) -> list[str | None]:
    record = enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0]
    return [quote.speaker for quote in record.quotes if quote.direct and quote.speaker]


@pytest.mark.parametrize(
    "text",
    [
        "Long phrases help because they reflect a need (e.g., “wooden boats for the northern sea”).",
        "The limits kept by Northquay Holdings, and the cover for crews (“CFC”), vary by harbour.",
        "Anna Berg spoke about her winter at sea on “Harbour.”",
        "Anna Berg says that the boats are fast. The kind of speed that makes you exclaim, “This one is going to take off!”",
        "Anna Berg suggests holding every oar in your hands and asking yourself, “Does this oar feel right to me?”",
        "Anna Berg changed my mind about boats. It took me from skills (“I know how to row in any weather”) to results.",
        "The harbour cut a “row in line at all times” rule, Anna Berg told the council.",
        "Using the word “mud boat” has become common to describe any boat with a flat hull.",
        "The show “THE OLD SEA AGAIN” celebrates the town and in the end insists there is no escape.",
        "Northquay finds “Mean harbour prices” by estimating what each of the boats will carry.",
        "A thief cannot claim they “did not know” that the boat had an owner.",
        "Northquay accused of “hiding the facts” about the price of its boats.",
        "The captain will thank you if you keep a “sail log” of the journey.",
        "Fixes a fault (“OARS: RIG: count the ropes that the crew has cut”).",
    ],
)
def test_examples_terms_and_imagined_speech_have_no_speaker(models: Models, text: str) -> None:
    assert speakers(models, text) == []


def test_a_headline_below_a_report_is_not_said_by_who_reported(models: Models) -> None:
    text = "Police confirm they have received no reports of thefts in the harbour.\n\n“The days of wooden boats are over”\n\nA rower answers."
    assert speakers(models, text) == []
    assert speakers(models, text.replace("over”", "over.”")) != []


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Anna Berg accuses Paul Winter of trying to “sink every boat in the harbour”.", "Anna Berg"),
        ("The film has footage of Anna Berg saying, “That is what makes a good harbour.”", "Anna Berg"),
        ("Anna Berg said that Paul Winter had shown bad taste in using the boat “as a floating kitchen.”", "Anna Berg"),
        ("Anna Berg told Paul Winter “not to touch the boats”.", "Anna Berg"),
    ],
)  # fmt: skip
def test_the_words_are_those_of_who_reports_them(models: Models, text: str, speaker: str) -> None:
    assert speakers(models, text) == [speaker]
