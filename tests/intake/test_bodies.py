"""Bodies in text, base64 and the notations of bytes of several languages."""

from __future__ import annotations

import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake.shapes import HTML, URL, b64, read

from streams.errors import BadRecord
from streams.intake import bodies


def test_base64_that_nothing_flags_is_found_and_text_that_looks_like_it_is_left() -> None:
    assert read({"link": URL, "content": b64(HTML)}).content == HTML.encode()
    assert read({"link": URL, "content": b64(gzip.compress(HTML.encode()))}).content[:2] == b"\x1f\x8b"
    assert read({"link": URL, "content": "abcd" * 8}).content == "abcd" * 8


@pytest.mark.parametrize("text", ["<p>??>>~~</p>", "<p>??>>~~</p>.", "<p>??>>~~</p>.."])
def test_base64_may_be_of_the_other_alphabet_unpadded_or_a_data_url(text: str) -> None:
    packed = gzip.compress(text.encode() * 9, mtime=0)
    for written in (
        base64.urlsafe_b64encode(packed).decode(),
        base64.urlsafe_b64encode(packed).decode().rstrip("="),
        "data:text/html;charset=utf-8;base64," + b64(packed.decode("latin-1").encode("latin-1")),
    ):
        assert read({"url": URL, "body": written}).content == packed


@pytest.mark.parametrize(
    "body",
    [
        b64(HTML),
        str(HTML.encode()),
        {"type": "Buffer", "data": list(HTML.encode())},
        {"$binary": {"base64": b64(HTML), "subType": "00"}},
        [HTML],
        list(HTML.encode()),
    ],
)
def test_a_body_may_be_written_as_other_languages_write_bytes(body: object) -> None:
    for record in ({"url": URL, "body": body}, {"link": URL, "content": body}):
        content = read(record).content
        assert (content if isinstance(content, str) else content.decode()) == HTML


@given(st.binary(max_size=2_000))
def test_flagged_base64_and_python_s_repr_give_back_what_was_written(data: bytes) -> None:
    assert bodies.flagged_base64(base64.b64encode(data).decode(), "body") == data
    assert bodies.from_repr(str(data)) == data


@pytest.mark.parametrize("text", ["Two trams met in Lisbon.", "<p>QUJD</p>", "Zürich" * 8, "QUJD", "a" * 17])
def test_text_that_cannot_be_base64_is_left_as_it_is(text: str) -> None:
    assert bodies.maybe_base64(text) == text


@pytest.mark.parametrize("text", ["b'", "b'a", "bread", "b'caf\u00e9'", "'b'", ""])
def test_text_that_is_no_notation_of_bytes_is_none(text: str) -> None:
    assert bodies.from_repr(text) is None


def test_every_escape_of_python_is_undone() -> None:
    assert bodies.from_repr(repr(bytes(range(256)))) == bytes(range(256))


@pytest.mark.parametrize(
    "value", [7, None, {"a": 1}, {"type": "Buffer", "data": [256]}, {"$binary": 7}, list("abc"), [1, 2]]
)
def test_a_value_of_another_kind_is_no_body(value: object) -> None:
    assert bodies.from_json(value) is None


def test_a_binary_of_mongodb_that_is_not_base64_is_undecodable() -> None:
    with pytest.raises(BadRecord, match="binary") as error:
        bodies.from_json({"$binary": {"base64": "?!"}})
    assert error.value.code == "undecodable"
