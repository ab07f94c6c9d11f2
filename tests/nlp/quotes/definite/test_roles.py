"""Whom an office, an owner's office or two names together are, through whole texts of our own."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        (
            "The house will become a school, Norway's interior minister said on Tuesday.\n\n"
            "“Nobody will forget the old harbour,” Interior Minister Anna Berg said.",
            {"Anna Berg"},
        ),
        (
            "“The old boats were the best of all,” Paul Winter said.\n\n“You never forget the smell of them,” said the actor.",
            {"Paul Winter"},
        ),
        (
            "Paul Winter sold his ships in Leeds. Paul Winter said that he was tired.\n\nThe Leeds businessman said: “It is the end of the sea for me.”",
            {"Paul Winter"},
        ),
        (
            "“The harbour is safe for all of us,” said Northquay Holdings’s chief economist, Anna Berg.",
            {"Anna Berg"},
        ),
        (
            "Anna Berg and Paul Winter wrote that the harbour was empty.",
            {"Anna Berg and Paul Winter"},
        ),
        (
            "The proof “is a net of very old ropes,” Anna Berg and Paul Winter write.",
            {"Anna Berg and Paul Winter"},
        ),
        (
            "“We chose the boat for its speed.”\n\nAnna Berg\n\nCaptain at Northquay\n\n“The boat has changed how we work.”\n\nPaul Winter\n\nRower",
            {"Anna Berg", "Paul Winter"},
        ),
        ("'This is the worst of all winters' - UN harbour chief", {"UN harbour chief"}),
        ("His ex-wife agreed, but contended that the boat was hers.", {"His ex-wife"}),
        (
            "The study was led by Anna Jun Berg of Leeds.\n\n“We were surprised by the boats,” Jun says. Jun left.",
            {"Anna Jun Berg"},
        ),
        (
            "“The wind is not on our side,” said Paul Winter.\n\nAnna Berg and her team wrote that the harbour was empty.",
            {"Paul Winter", "Anna Berg and her team"},
        ),
        (
            "A study from October 2021 suggests that boats grow older than their crews.",
            {"A study from October 2021"},
        ),
    ],
)
def test_a_role_or_a_pair_is_who_the_text_says(models: Models, text: str, speakers: set[str]) -> None:
    record = enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0]
    assert {quote.speaker for quote in record.quotes if quote.speaker} == speakers
