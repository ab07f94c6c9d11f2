"""Which events tell what a title names."""

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


@pytest.mark.parametrize(
    ("title", "is_told"),
    [
        ("Vega closes mill", True),
        ("Oslo plant closing", True),
        ("Vega asks Norway for more money", False),
        ("", False),
        ("and the", False),
        ("?!", False),
        ("\u0412\u0435\u0433\u0430 \u0437\u0430\u043a\u0440\u044b\u043b\u0430", False),
    ],
)
def test_a_sentence_with_half_of_the_words_tells_what_the_title_does(title: str, is_told: bool) -> None:
    assert TitleWords(title).are_told(EVENT, TEXT) is is_told


def test_only_the_opening_tells_what_the_title_does() -> None:
    late = msgspec.structs.replace(EVENT, start=9005, end=9011, sentence_start=9000, sentence_end=9030)
    assert not TitleWords("Vega closes mill").are_told(late, " " * 9000 + TEXT)


@pytest.mark.parametrize(
    ("one", "other"), [("begins", "beginning"), ("buried", "bury"), ("Holm's", "Holm"), ("met", "met")]
)
def test_forms_of_a_word_are_the_same(one: str, other: str) -> None:
    assert title_words.words(one) & title_words.words(other)
