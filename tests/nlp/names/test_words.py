"""Features of single words."""

from __future__ import annotations

import pytest

from streams.nlp.names import words


@pytest.mark.parametrize(
    ("text", "shape", "kind"),
    [
        ("McDonald", "XxXx", words.MIXED),
        ("Москва", "Xx", words.CAPITAL),
        ("NATO", "X", words.UPPER),
        ("house", "x", words.LOWER),
        ("G20", "Xd", words.UPPER),
        ("1999", "d", words.DIGIT),
        ("東", "H", words.WIDE),
        ("ア", "k", words.WIDE),
        ("मोदी", "o", words.UNCASED),
        ("—", "—", words.MARK),
        ("\u0301", "", words.MARK),
    ],
)
def test_a_word_has_the_shape_and_kind_of_its_letters(text: str, shape: str, kind: int) -> None:
    assert words.brief_shape(text) == shape
    assert words.kind_of(text, shape) == kind


def test_a_cyrillic_word_shares_all_features_but_itself_with_its_latin_spelling() -> None:
    cyrillic, latin = (words.describe(text, is_stop=False) for text in ("Београд", "Beograd"))
    assert cyrillic.own[0] != latin.own[0]
    assert cyrillic.own[1:] == latin.own[1:]
    assert cyrillic.seen == latin.seen


def test_no_word_has_more_features_than_there_is_room_for() -> None:
    for text in ("x" * 500, "Ünïcödé" * 30, "1" * 100, "東", "-"):
        described = words.describe(text, is_stop=True)
        assert len(described.own) <= words.OWN
        assert len(described.seen) <= words.SEEN


def test_stop_words_are_told_from_others() -> None:
    assert words.describe("het", is_stop=True).own != words.describe("het", is_stop=False).own
