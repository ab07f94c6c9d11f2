"""Agreement of events with the title of their document."""

from __future__ import annotations

import msgspec
import pytest

from streams.nlp.events.worth import title_words
from streams.nlp.events.worth.title_words import TitleWords
from streams.records import Event

TEXT = "Vega closed its plant in Oslo. Norway met nobody."
EVENT = msgspec.convert(
    {"action": "close", "kind": "make", "start": 5, "end": 11, "sentence_start": 0, "sentence_end": 30, "modality": "asserted",
     "negated": False, "actor": "Vega", "target": "plant in Oslo"}, Event)  # fmt: skip


def test_fields_and_words_of_the_sentence_are_found_in_the_title() -> None:
    found = TitleWords("Vega closes mill").features(EVENT, TEXT)
    assert found == {"title_actor": 1.0, "title_action": 1.0, "title_share": pytest.approx(2 / 3)}


@pytest.mark.parametrize("title", ["", "and the", "?!"])
def test_a_title_without_words_says_nothing(title: str) -> None:
    assert TitleWords(title).features(EVENT, TEXT) == {}


def test_words_of_other_scripts_are_compared_too() -> None:
    assert title_words.words("\u041f\u0430\u0440\u0438\u0436 встреча") & title_words.words("встреча")


@pytest.mark.parametrize(
    ("one", "other"), [("begins", "beginning"), ("buried", "bury"), ("Holm's", "Holm"), ("met", "met")]
)
def test_forms_of_a_word_are_the_same(one: str, other: str) -> None:
    assert title_words.words(one) & title_words.words(other)
