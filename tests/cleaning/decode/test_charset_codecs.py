"""Decoding with a known codec, its extensions included, and UTF-16 and UTF-32 by zero bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.charset_codecs import codec_by_zeros, decode_with

CODECS = [
    "utf_8",
    "cp1252",
    "koi8_r",
    "euc_jp",
    "cp932",
    "big5hkscs",
    "cp949",
    "gb18030",
    "iso2022_jp",
    "utf_16_le",
]
HTML = "<html><body><p>The harbour council voted.</p></body></html>"


def test_signs_that_only_extensions_have_are_read() -> None:
    assert decode_with(b"\x1b$B-!\x1b(B", "iso2022_jp") == "①"
    assert decode_with(b"\xad\xa1", "euc_jp") == "①"
    assert decode_with(b"\x1b(I1\x1b(B", "iso2022_jp") == "ｱ"
    assert decode_with(b"\xf9\xd6", "big5hkscs") == "碁"
    assert decode_with(b"\xa9", "euc_jp") == ""


@pytest.mark.parametrize("codec", ["utf_16_le", "utf_16_be", "utf_32_le", "utf_32_be"])
def test_markup_in_utf16_and_utf32_is_recognised_by_its_zeros(codec: str) -> None:
    assert codec_by_zeros(HTML.encode(codec)) == codec


@pytest.mark.parametrize(
    "content", [b"", b"\0", HTML.encode(), HTML.encode().replace(b" ", b"\0"), b"\0" * 100]
)
def test_other_bytes_are_not_taken_for_utf16(content: bytes) -> None:
    assert codec_by_zeros(content) == ""


@given(st.binary(max_size=200), st.sampled_from(CODECS))
def test_any_bytes_are_decoded_with_any_codec(content: bytes, codec: str) -> None:
    assert len(decode_with(content, codec)) <= len(content) + content.count(b"\xf9")


@given(st.text("поредить", max_size=40))
def test_a_text_is_decoded_as_it_was_encoded(text: str) -> None:
    assert decode_with(text.encode("koi8_r"), "koi8_r") == text
