"""Whatever comes, intake gives a page that can be encoded or a BadRecord that says what was expected, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake.shapes import SHAPES

from streams import intake
from streams.errors import BadRecord
from streams.records import Message, RawPage

_CHARACTERS = st.characters(exclude_categories=())  # surrogates and all
_NAMES = st.sampled_from(
    ["id", "url", "html", "body", "text", "status", "headers", "request", "response", "response_url", "r", "type", "content", "link", "attrs", "source", "maintext", "title", "fetched_at", "timestamp", "status_code", "response_headers", "encoding", "final_url", "authors", "date_publish", "metadata", "crawl", "data", "log", "entries", "endpoint", "markdown", "success", "cleaned_html", "browserHtml", "httpResponseBody", "sourceURL", "statusCode", "loadedUrl", "#debug", "Envelope", "other"]
)  # fmt: skip
_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.integers(0, 10**25) | st.floats() | st.text(_CHARACTERS, max_size=30)
    | st.sampled_from(["https://a.example/", "200 OK", "20240305100000", "b'x'", "{'a': 1}", "x: y", "aGVsbG8gd29ybGQgaGVsbG8="])
)  # fmt: skip
_JSON = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_NAMES | st.text(_CHARACTERS, max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def _check(message: Message) -> RawPage | None:
    try:
        page = intake.read(message)
    except BadRecord as error:
        assert "expected" in str(error) or "scrapy-cluster" in str(error) or "not base64" in str(error)
        assert error.code in ("bad_record", "undecodable")
        str(error).encode("utf-8")
        return None
    assert page.id
    assert page.url
    page.id.encode("utf-8")
    page.url.encode("utf-8")
    # Whatever is passed on must survive the wire; a body of a record is text or bytes, and cleaning takes both.
    msgspec.json.decode(msgspec.json.encode(page))
    assert intake.read(message) == page
    return page


def _dumped(record: Any) -> bytes:
    return json.dumps(record).encode()


@given(st.dictionaries(_NAMES, _JSON, max_size=8))
@settings(max_examples=300)
def test_any_object_is_a_page_or_a_bad_record(record: dict[str, Any]) -> None:
    _check(Message(value=_dumped(record)))


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything within a record."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, one in inner for place in _places(one, (*path, name)))]


def _with(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    if not path:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _with(value[path[0]], path[1:], other)
    return copy


@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
@settings(max_examples=60)
def test_any_value_in_any_field_of_a_shape_is_a_page_or_a_bad_record(shape: str, data: st.DataObject) -> None:
    record = SHAPES[shape] | {"id": "own", "attrs": {"a": 1}, "source": {"b": 2}}
    for _ in range(data.draw(st.integers(1, 3))):
        record = _with(record, data.draw(st.sampled_from(_places(record))), data.draw(_JSON))
    _check(Message(value=_dumped(record)))


@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
@settings(max_examples=30)
def test_a_shape_without_any_one_of_its_fields_is_a_page_or_a_bad_record(
    shape: str, data: st.DataObject
) -> None:
    path = data.draw(
        st.sampled_from([place for place in _places(SHAPES[shape]) if place and isinstance(place[-1], str)])
    )
    record = json.loads(json.dumps(SHAPES[shape]))
    inner = record
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    _check(Message(value=_dumped(record)))


_HEADER_NAMES = st.sampled_from(
    ["url", "URL", "status", "id", "content-type", "fetched-at", "final-url", "encoding", "x"]
)


@given(st.binary(max_size=200), st.lists(st.tuples(_HEADER_NAMES, st.binary(max_size=30))))
def test_any_bytes_with_any_headers_are_a_page_or_a_bad_record(
    value: bytes, headers: list[tuple[str, bytes]]
) -> None:
    _check_plain(Message(value=value, headers=tuple(headers)))


def _check_plain(message: Message) -> None:
    try:
        page = intake.read(message)
    except BadRecord as error:
        assert str(error)
        return
    msgspec.json.encode(page)
