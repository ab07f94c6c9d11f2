"""Datelines at the start of a paragraph."""

from __future__ import annotations

import pytest

from streams.nlp.text import dateline


@pytest.mark.parametrize(
    ("paragraph", "places"),
    [
        ("OSLO, March 14 (Northern Wire) - The talks ended.", ["OSLO"]),
        ("AARHUS, Denmark, March 3 (Northern Wire) - Hundreds marched.", ["AARHUS", "Denmark"]),
        ("LEEDS -- The bridge is closed.", ["LEEDS"]),
    ],
)
def test_the_places_of_a_dateline_are_found(paragraph: str, places: list[str]) -> None:
    found = dateline.find(paragraph)
    assert found is not None
    assert [paragraph[start:end] for start, end in found.places] == places


@pytest.mark.parametrize(
    "paragraph",
    [
        "TENNIS - BERG BEATS LUND IN OSLO FINAL",
        "Washington - a city of lawyers",
        "The talks ended in OSLO.",
        "BREAKING: Two ferries collide",
        "",
    ],
)
def test_headlines_and_sentences_are_no_datelines(paragraph: str) -> None:
    assert dateline.find(paragraph) is None
