"""Streams in UTF-16 and with byte order marks become UTF-8."""

from __future__ import annotations

import codecs
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeding.members import opened
from streams.feeding.readers.utf16 import utf8
from streams.feeding.window import Window


def decoded(content: bytes) -> str:
    window = utf8(Window(opened(io.BufferedReader(io.BytesIO(content)))))  # type: ignore[arg-type]
    while window.fill(len(window.data) + 1):
        pass
    return window.data.decode("utf-8")


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_any_text_with_a_byte_order_mark_is_read(text: str) -> None:
    for codec, mark in (
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-8", codecs.BOM_UTF8),
    ):
        assert decoded(mark + text.encode(codec)) == text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ['{"a": "ü"}', '[{"a": "\U0001f600"}]'])
def test_json_in_utf16_needs_no_mark(codec: str, text: str) -> None:
    assert decoded(text.encode(codec)) == text


def test_a_character_cut_off_at_the_end_ends_the_text() -> None:
    assert decoded(codecs.BOM_UTF16_LE + '{"a": 1}'.encode("utf-16-le") + b"\x41").startswith('{"a": 1}')


def test_utf8_is_left_as_it_is() -> None:
    assert decoded('{"a": "ü"}'.encode()) == '{"a": "ü"}'
