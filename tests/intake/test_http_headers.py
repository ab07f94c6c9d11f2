"""HTTP headers in every form that crawlers store."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.shapes import HTML, URL, read

from streams.intake import http_headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/html"},
        {"content-type": ["text/html"]},
        [{"content-type": "text/html"}],
        [["Content-TYPE", "text/html"]],
        [{"name": "Content-Type", "value": "text/html"}],
        [{"key": "Content-Type", "value": "text/html"}],
        ["HTTP/1.1 200 OK", "Content-Type: text/html"],
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        "{b'Content-Type': [b'text/html']}",
        "{'Content-Type': 'text/html'}",
        '{"Content-Type": "text/html"}',
        {"b'Content-Type'": ["b'text/html'"]},
    ],
)
def test_headers_may_be_written_in_any_way_that_crawlers_know(headers: object) -> None:
    assert read({"url": URL, "html": HTML, "headers": headers}).headers == {"content-type": "text/html"}


def test_many_headers_are_read_in_time_in_proportion() -> None:
    page = read({"url": URL, "html": HTML, "headers": [["a", "b"]] * 400_000})
    assert len(page.headers["a"]) == 3 * 400_000 - 2


@pytest.mark.parametrize(
    "headers",
    [
        "[" * 60_000,
        "[" + "-" * 60_000 + "1]",
        "{" * 60_000,
        "[" + "9" * 60_000 + "]",
        "{1: 2}",
        "a" * 300_000,
    ],
)
def test_headers_that_are_text_of_nothing_are_none(headers: str) -> None:
    assert read({"url": URL, "html": HTML, "headers": headers}).headers in ({}, {"1": "2"})


def test_several_values_of_a_header_are_joined() -> None:
    page = read({"url": URL, "html": HTML, "headers": {"Set-Cookie": ["a=1", "b=2"]}})
    assert page.headers == {"set-cookie": "a=1, b=2"}


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_absent_headers_are_empty(value: object) -> None:
    assert http_headers.parse(value) == {}


@pytest.mark.parametrize("value", [7, True, "no headers", ["no header"], [7], "[1, 2", 7.5])
def test_values_in_no_known_form_are_none(value: object) -> None:
    assert http_headers.parse(value) is None


def test_the_lines_of_one_name_are_joined_in_their_order() -> None:
    assert http_headers.parse("HTTP/1.1 200 OK\r\nVia: a\r\nX: 1\r\nVIA: b") == {"via": "a, b", "x": "1"}


def test_values_that_are_no_text_are_left_out_and_numbers_are_text() -> None:
    assert http_headers.parse({"Age": 7, "X": None, "Y": {"a": 1}, "Z": True, "": "a"}) == {"age": "7"}


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=9,
)


@given(_VALUES)
def test_headers_are_text_by_lower_case_names_or_nothing(value: Any) -> None:
    for name, content in (http_headers.parse(value) or {}).items():
        assert name == name.lower()
        (name + content).encode("utf-8")
