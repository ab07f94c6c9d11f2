"""Names in and beside the noun phrases of speakers."""

from __future__ import annotations

import pytest

from streams.nlp import Models, enrich
from streams.records import Document

SAID = "“There is no more money for this project at all,”"


@pytest.mark.parametrize(
    ("clause", "speaker"),
    [
        ("lead researcher and chief scientist Anna Berg said.", "Anna Berg"),
        ("said Northquay Bank’s chief economist, Anna Berg.", "Anna Berg"),
        ("said Paul Winter’s lawyer.", "Paul Winter’s lawyer"),
        ("Anna Berg and her team wrote.", "Anna Berg and her team"),
    ],
)
def test_the_name_beside_an_office_speaks(models: Models, clause: str, speaker: str) -> None:
    text = f"The council met in Oslo. {SAID} {clause}"
    record = enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0]
    found = [quote.speaker for quote in record.quotes if quote.direct]
    assert found == [speaker]


def test_an_apposition_behind_a_relative_clause_names_the_group(models: Models) -> None:
    text = "The group that owns the northern harbour, Northquay Holdings, says the boats will leave early."
    record = enrich([Document(id="q", url="", text=text, declared_language="en")], models)[0]
    assert [quote.speaker for quote in record.quotes] == ["Northquay Holdings"]
