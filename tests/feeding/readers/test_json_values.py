"""The end of a JSON value is found in a buffer that is filled as needed."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeding.members import opened
from streams.feeding.readers.json_values import Broken, ready, value_end
from streams.feeding.window import Window

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


def window(content: bytes) -> Window:
    return Window(opened(io.BufferedReader(io.BytesIO(content))))  # type: ignore[arg-type]


@given(_JSON, st.sampled_from([None, 2]), st.booleans())
def test_the_end_of_any_value_is_where_its_text_ends(value: Any, indent: int | None, plain: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=plain).encode()
    assert value_end(window(text + b", [1]")) == len(text)


@pytest.mark.parametrize("text", [b'{"a" 1}', b"{1: 2}", b"[1 2]", b"[1,, 2]", b"[1}", b'{"a": 1', b"}"])
def test_a_syntax_error_is_broken(text: bytes) -> None:
    with pytest.raises(Broken):
        value_end(window(text))


def test_line_breaks_in_a_string_are_part_of_it() -> None:
    text = b'{"html": "<p>one\n<p>two"}'
    assert value_end(window(text + b"\n")) == len(text)


def test_an_unclosed_string_does_not_take_the_next_record() -> None:
    with pytest.raises(Broken):
        value_end(window(b'{"html": "<p>one\n{"url": "a"}\n'))


def test_what_comes_next_is_found_behind_commas_with_its_column() -> None:
    ahead = window(b",\n   {}")
    assert ready(ahead) == (b"{", 3)
    assert ready(window(b" \n "))[0] == b""
