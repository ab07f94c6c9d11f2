"""Charset detection by the plausibility of the decoded text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.charset_detection import detect, score

RUSSIAN = "Городской совет решил отремонтировать старый мост, а не строить новый."
JAPANESE = "市議会は火曜日の夜、古い橋を取り壊さずに修理することを決めた。"


@pytest.mark.parametrize(
    ("text", "codec"),
    [(RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r"), (JAPANESE, "cp932"), (JAPANESE, "euc_jp"), ("Über die Brücke dürfen nur Fußgänger gehen", "cp1252")],
)  # fmt: skip
def test_the_charset_of_a_sentence_is_detected(text: str, codec: str) -> None:
    found = detect(text.encode(codec))
    assert found is not None and found.codec == codec
    assert found.latin == (codec == "cp1252")


def test_the_right_charset_scores_above_the_wrong_one() -> None:
    content = RUSSIAN.encode("cp1251")
    assert score(content, "cp1251") > 0.5 > score(content, "cp1252")


def test_ascii_is_no_evidence() -> None:
    assert detect(b"plain words") is None
    assert score(b"plain words", "koi8_r") == 0.0


@given(st.binary(max_size=150))
def test_a_detected_charset_is_plausible(content: bytes) -> None:
    found = detect(content)
    assert found is None or 0.2 <= found.score <= 1.5
