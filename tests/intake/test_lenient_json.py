"""JSON that is not quite JSON is read, with a note of what was done; what is none at all is an error."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams import intake
from streams.errors import BadRecord
from streams.intake.lenient_json import MAX_DEPTH, decode
from streams.records import Message

PAGE = {"url": "https://news.example/trams", "html": "<p>Two trams met in Lisbon — “again”.</p>"}

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@given(_JSON)
def test_json_is_what_it_is_without_a_note(value: Any) -> None:
    assert decode(json.dumps(value).encode()) == (json.loads(json.dumps(value)), (), False)


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_every_encoding_of_unicode_is_known_by_its_first_bytes(encoding: str) -> None:
    found = decode(json.dumps(PAGE, ensure_ascii=False).encode(encoding))
    assert found.value == PAGE
    assert "written in utf" in found.notes[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (rb'{"a": "Tues\ud83dday"}', {"a": "Tues\ufffdday"}),
        (rb'{"a\udc00": ["\ud83d\ude00", "\ude00\ud83d"]}', {"a\ufffd": ["\U0001f600", "\ufffd\ufffd"]}),
        (b'{"a": NaN, "b": [Infinity, -Infinity, 1e999, -1e999], "c": 1}', {"a": None, "b": [None] * 4, "c": 1}),
        (b'{"a": "one\ntwo\tthree\x01\x00"}', {"a": "one\ntwo\tthree\x01\x00"}),
        (b'{"a": 1, "a": NaN, "a": 3}', {"a": 3}),
        (b'{"a": "caf\xc3\xa9 \xe2\x80\x94 \xff"}', {"a": "caf\u00e9 \u2014 \ufffd"}),
        (b'{"a": "\xed\xa0\xbd\xed\xb8\x80 \xed\xa0\xbd"}', {"a": "\U0001f600 \ufffd"}),
        (b'{"a": 123456789012345678901234567890}', {"a": "123456789012345678901234567890"}),
        (b'{"a": ' + b"9" * 9_000 + b"}", {"a": "9" * 9_000}),
    ],
)  # fmt: skip
def test_what_json_does_not_allow_is_replaced_left_out_or_kept_as_text_and_noted(
    written: bytes, value: Any
) -> None:
    found = decode(written)
    assert found.value == value
    assert found.notes
    assert msgspec.json.decode(msgspec.json.encode(found.value)) == value


def test_a_note_says_where() -> None:
    found = decode(b'{"scores": {"quality": [1, NaN]}}')
    assert found.notes == ("scores.quality.1: not a finite number, left out",)
    assert decode(rb'{"a": "\ud83d", "b": NaN}').notes == (
        "b: not a finite number, left out",
        "lone surrogates, replaced",
    )


@pytest.mark.parametrize("depth", [MAX_DEPTH, 200, 930, 999, 5_000, 200_000])
@pytest.mark.parametrize("open_close", ["[]", "{}"])
def test_the_page_is_kept_without_what_is_nested_too_deep(depth: int, open_close: str) -> None:
    opening = "[" if open_close == "[]" else '{"a":'
    deep = opening * depth + "1" + open_close[1] * depth
    page = intake.read(
        Message(value=json.dumps(PAGE)[:-1].encode() + f', "deep": {deep}, "desk": "local"}}'.encode())
    )
    assert page.content == PAGE["html"]
    assert page.attrs["desk"] == "local"
    assert "nested deeper" in page.notes[0].detail
    msgspec.json.encode(page)


def test_what_is_not_too_deep_stays() -> None:
    assert decode(nested(MAX_DEPTH).encode()).notes == ()


@pytest.mark.parametrize("count", [1, 20, 3_000])
def test_notes_are_few(count: int) -> None:
    assert 1 <= len(decode(f"[{', '.join(['NaN'] * count)}]".encode()).notes) <= 9


@pytest.mark.parametrize(
    "written",
    [b"{", b"{'a': 1}", b'{"a": 1,}', b'{"a": undefined}', b'{"a": "\\x41"}', b'{"a": 01}', b'{"a": NaN', b'{"a" NaN}', b"[" * 100_000,
     b'{"a": "x', b'["' + b'\\"' * 50_000, b"\xff\xfe{", b"\x00", b"NaN NaN", b"<html>", b'{"a": 1} {"b": NaN}'],
)  # fmt: skip
def test_anything_else_is_no_json(written: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(written)
    with pytest.raises(BadRecord):
        intake.read(Message(value=written))


def test_deep_text_with_quotes_that_never_close_takes_time_in_proportion() -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(b"[" * 5_000 + b'"' + b'\\"' * 500_000)


@pytest.mark.parametrize("charset", ["latin-1", "cp1252", "cp1251"])
def test_a_page_in_an_8_bit_charset_put_raw_into_json_reaches_cleaning_as_its_bytes(charset: str) -> None:
    html = f"<p>{'Ça coûte 3 ½ ' * 9}</p>" if charset != "cp1251" else f"<p>{'Трамваи в Лиссабоне' * 3}</p>"
    record = f'{{"url": "https://news.example/t", "html": "{html}", "desk": "x"}}'
    page = intake.read(Message(value=record.encode(charset)))
    assert page.content == html.encode(charset)
    assert "8-bit" in page.notes[0].detail


@given(
    st.binary(max_size=80),
    st.sampled_from([b'{"url": "u", "html": "%s"}', b'{"url": "u", "html": "x", "%s": 1}', b"%s"]),
)
def test_any_bytes_are_a_value_that_can_be_encoded_or_an_error(data: bytes, frame: bytes) -> None:
    try:
        found = decode(frame.replace(b"%s", data))
    except ValueError:
        return
    msgspec.json.encode(found.value)
