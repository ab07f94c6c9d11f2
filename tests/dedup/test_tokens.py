import random
import re
import sys
import unicodedata

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from streams.dedup.tokens import LONGEST, normalised, tokens


def test_every_code_point_gives_the_same_tokens_on_every_python() -> None:
    digest = xxhash.xxh3_64()
    for point in range(sys.maxunicode + 1):
        if not 0xD800 <= point <= 0xDFFF:
            digest.update("|".join(tokens(f"a{chr(point)}b")).encode())
    assert digest.hexdigest() == "b9e320a8ccb2934b"


def test_case_punctuation_space_and_unicode_form_make_no_difference() -> None:
    plain = tokens("the café said: “we’re open” again")
    assert tokens("The  CAFÉ\n said — 'we're  open', again!") == plain
    assert tokens(unicodedata.normalize("NFD", "the café said: “we’re open” again")) == plain


def test_invisible_characters_make_no_difference() -> None:
    assert tokens("com\u00admit\u200btee \ufeffof\u2060 the\ufe0f whole") == [
        "committee",
        "of",
        "the",
        "whole",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京で会議", ["東", "京", "で", "会", "議"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("ລາວ", ["ລ", "າ", "ວ"]),
        ("ភាសា", ["ភា", "សា"]),
        ("မြန်မာ", ["မြ", "န်", "မာ"]),
        ("བོད་ཡིག", ["བོ", "ད", "ཡི", "ག"]),
    ],
)
def test_in_scripts_without_spaces_a_letter_with_its_marks_is_a_token(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    "text",
    ["हिन्दी में समाचार", "தமிழ் செய்தி இன்று", "서울 에서 회의", "العَرَبِيَّة اليوم هنا", "новости дня сегодня"],
)
def test_in_scripts_with_spaces_a_word_with_its_marks_is_a_token(text: str) -> None:
    assert len(tokens(text)) == 3


def test_scripts_are_told_apart_within_a_text() -> None:
    assert tokens("iPhone 17を発売、price¥990") == ["iphone", "17", "を", "発", "売", "price", "990"]


def test_in_a_text_without_letters_every_character_is_a_token() -> None:
    assert tokens("🙂 🙃…") == ["🙂", "🙃", ".", ".", "."]


def test_an_empty_text_has_no_tokens() -> None:
    assert tokens(" \n\u200b") == []


def test_only_the_beginning_of_a_very_long_text_is_tokenised() -> None:
    assert len(tokens("a " * LONGEST)) == LONGEST // 2


def test_a_letter_with_very_many_marks_keeps_the_first_thirty() -> None:
    marks = "\u0315\u0300" * 200_000  # NFKC sorts marks in quadratic time: this would take minutes
    assert len(normalised(f"a{marks}b")) <= 32
    astral = "\U0001d165\u0315" * 50_000
    assert len(normalised(f"a{astral}b")) <= 62


@given(st.text(max_size=200))
def test_tokenising_tokens_changes_nothing(text: str) -> None:
    assert tokens(" ".join(tokens(text))) == tokens(text) or not any(c.isalnum() for c in text)


@given(st.text(alphabet=st.characters(), max_size=100))
def test_any_string_can_be_tokenised(text: str) -> None:
    assert all(token for token in tokens(text))


def test_tokens_are_in_the_order_of_the_text() -> None:
    words = [f"w{random.Random(1).random()}".replace(".", "") + str(n) for n in range(50)]
    assert tokens(", ".join(words)) == words


@given(st.text(st.sampled_from("aZ1 é’‘“”–—…•·°€\xa0\xad\u0301ﬁ½"), max_size=30))
def test_signs_in_a_text_that_is_ascii_otherwise_make_no_difference(text: str) -> None:
    plain = normalised(text)
    words = re.findall(r"(?:[^\W_]|\u0301)+", plain)
    assert tokens(text) == (words or list(plain.replace(" ", "")))
