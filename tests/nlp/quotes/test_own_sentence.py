"""Speakers whom the sentence around a quotation names without a verb of speech, in sentences of our own."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        (
            "Ida Holm, a chemist at Acme, shared her view of these findings: “The water is older than the lake.”",
            "Ida Holm",
        ),
        (
            "Legal scholars have identified a gap: “There is no law against old boats in this country.”",
            "Legal scholars",
        ),
        ("The harbour has one great advantage: “It never freezes, not even in the coldest winters.”", None),
        ("There is one rule for all of us: “Never leave the harbour on a Friday in winter.”", None),
        ("It is, in Ida Holm’s words, a “world of boats that nobody has sailed.”", "Ida Holm"),
        ("In the words of Ida Holm: “Nobody who has sailed once stays on land for long.”", "Ida Holm"),
        (
            "It gave every one of the crews a chance to help teams in need: “Nobody sails alone at night.”",
            None,
        ),
        ("In my words: “Nobody who has sailed once stays on land for long.”", None),
        (
            "The ship also “tried to block the way of all other boats” at night, which was quiet, Ida Holm said.",
            "Ida Holm",
        ),
    ],
)
def test_the_speaker_of_a_clause_without_a_verb_of_speech(
    models: Models, sentence: str, speaker: str | None
) -> None:
    record = enrich([Document(id="q", url="", text=sentence, declared_language="en")], models)[0]
    assert [quote.speaker for quote in record.quotes if quote.direct] == [speaker]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (
            "Professor Ida Holm, director of the Institute of Sailing at Northquay University said: “Nobody sails alone at night.”",
            "Ida Holm",
        ),
        ("“Nobody sails alone at night,” Leeds police Sgt. Paul Winter said on Monday.", "Paul Winter"),
        (
            "Ida Holm of Leeds tweeted “nobody sails alone at night” More than a dozen rowers have announced a race.",
            "Ida Holm",
        ),
        ("Ida Holm confirmed the plan saying “nobody sails alone at night any more.”", "Ida Holm"),
        ("“Nobody sails alone at night” said Paul Winter of the harbour board.", "Paul Winter"),
    ],
)
def test_the_words_right_beside_a_quotation_are_read_as_their_marks_say(
    models: Models, text: str, speaker: str
) -> None:
    record = enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0]
    assert [quote.speaker for quote in record.quotes if quote.direct] == [speaker]
