"""What a record of a topic is: whoever wrote it, it is read, and what its topic is not for is foreign."""

from __future__ import annotations

import io
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from streams import topics
from streams.cli.broker.tail import _json_line
from streams.cli.output.show import show_record
from streams.records import (
    DeadLetter,
    Disposition,
    Enriched,
    Fault,
    Foreign,
    Message,
    Reason,
    Rejection,
    Replayed,
    Statistics,
    encode,
)
from streams.runtime.kafka.topic_records import (
    ENDS,
    REPLAYED_SCHEMA,
    deadletter_record,
    ended_page,
    foreign,
    topic_record,
)
from streams.settings import Settings

_GOOD = {"topic": "pages.raw", "partition": "3", "offset": "17", "stage": "clean", "reason": "crash"}
_NASTY = st.one_of(
    st.binary(max_size=40),
    st.text("0123456789-+_ eE٣", max_size=40).map(str.encode),
    st.integers().map(lambda number: str(number).encode()),
    st.just(b"9" * 6_000),
    st.sampled_from([b"crash", b"pages.raw", b"3", b"", b"\xff", b"NaN", b"-1", "٣".encode()]),
)
_NAMES = st.one_of(
    st.sampled_from([*_GOOD, "exception.class.name", "exception.message"]).map(
        lambda name: f"__connect.errors.{name}"
    ),
    st.sampled_from(["schema", "content-type", "traceparent", "", "\udcff"]),
    st.text(max_size=9),
)
_HEADERS = st.lists(st.tuples(_NAMES, _NASTY | st.just(REPLAYED_SCHEMA)), max_size=12).map(tuple)
_TEXT = st.text(max_size=9) | st.text("[]/\\#a=b ", max_size=9)  # also what rich reads as markup
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
)
_VALUES = st.one_of(
    st.none(),
    st.binary(max_size=60),
    _JSON.map(lambda value: msgspec.json.encode(value)),
    st.sampled_from([b"", b"[" * 99_999, b'{"id":' * 2_000, b'"\\ud83d"', b"NaN", b"1e999", b'{"id": "a",\r\n"b": 1}']),
)  # fmt: skip


def _letter(headers: dict[str, str], value: bytes | None = b"x") -> Message:
    named = tuple((f"__connect.errors.{name}", text.encode()) for name, text in headers.items())
    return Message(value=value, headers=named, topic="pages.deadletter", partition=1, offset=5)


def test_a_letter_says_where_its_message_was_and_why_it_died() -> None:
    letter = deadletter_record(_letter(_GOOD))
    assert isinstance(letter, DeadLetter)
    assert (letter.id, letter.reason, letter.stage) == ("pages.raw/3/17", Fault.CRASH, "clean")


def test_headers_like_a_letters_in_the_message_itself_do_not_count() -> None:
    forged = (("__connect.errors.offset", b"1"), ("__connect.errors.topic", b"elsewhere"))
    message = _letter(_GOOD)
    letter = deadletter_record(msgspec.structs.replace(message, headers=forged + message.headers))
    assert isinstance(letter, DeadLetter) and letter.id == "pages.raw/3/17"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("partition", "no number"), ("partition", "-1"), ("partition", "2147483648"), ("partition", "٣"), ("partition", ""),
        ("offset", "9" * 5_000), ("offset", "9223372036854775808"), ("offset", "1_0"), ("offset", " 1"), ("offset", "1.0"),
        ("reason", "bad luck"), ("reason", ""), ("topic", ""), ("topic", "pages/raw"), ("topic", "\x1b[31m"), ("topic", "x" * 250),
    ],
)  # fmt: skip
def test_a_record_whose_headers_are_not_a_letters_is_foreign(name: str, value: str) -> None:
    record = deadletter_record(_letter(_GOOD | {name: value}))
    assert isinstance(record, Foreign)
    assert record.foreign == "pages.deadletter/1/5"
    assert record.text == "x"
    assert len(record.why) < 200


def test_a_mark_of_a_replay_is_told_from_a_letter_whose_message_has_its_header() -> None:
    mark = Replayed(id="pages.raw/3/17", letters=((1, 4),), to="pages.raw/3/99", replayed_at="2026-01-01T00:00:00Z")  # fmt: skip
    schema = (("schema", REPLAYED_SCHEMA),)
    record = Message(value=encode(mark), headers=schema, topic="pages.deadletter", partition=1, offset=6)
    assert deadletter_record(record) == mark
    died = msgspec.structs.replace(record, headers=schema + _letter(_GOOD).headers)
    assert isinstance(deadletter_record(died), DeadLetter)
    broken = deadletter_record(msgspec.structs.replace(record, value=b"{}"))
    assert isinstance(broken, Foreign) and "no Replayed" in broken.why


def test_a_foreign_record_keeps_its_value_as_text_or_as_base64() -> None:
    record = Message(value=b"caf\xc3\xa9", topic="t", partition=0, offset=0)
    assert foreign(record, "why").text == "café"
    assert foreign(msgspec.structs.replace(record, value=b"\xff"), "why").base64 == b"\xff"
    assert encode(foreign(msgspec.structs.replace(record, value=None), "why")).count(b"null") == 2


@given(st.sampled_from(topics.NAMES), _VALUES, _HEADERS)
def test_any_record_of_any_topic_is_one_line_of_json_and_can_be_shown(
    topic: str, value: bytes | None, headers: Any
) -> None:
    message = Message(value=value, headers=headers, topic=topic, partition=0, offset=1)
    record = topic_record(topic, message)
    line = _json_line(record, value or b"")
    assert "\n" not in line and "\r" not in line
    msgspec.json.decode(line, type=msgspec.Raw)
    show_record(Console(file=io.StringIO(), width=80), record, value or b"")


@given(st.sampled_from(ENDS), _VALUES, _HEADERS)
def test_any_record_of_a_topic_where_pages_end_is_an_end_or_none(
    topic: str, value: bytes | None, headers: Any
) -> None:
    end = ended_page(Settings(), Message(value=value, headers=headers, topic=topic, partition=0, offset=1))
    assert end is None or end.disposition in Disposition


@given(st.sampled_from([topics.ENRICHED, topics.REJECTED]), st.data())
def test_a_record_of_ours_with_fields_changed_is_read_or_foreign(topic: str, data: st.DataObject) -> None:
    ours: Any = (
        Enriched(
            id="a", url="https://a.example/", text="Text.", language="en", language_confidence=1.0, lead=None,
            statistics=Statistics(characters=5, words=1, sentences=1, paragraphs=1, reading_seconds=0.1),
        )
        if topic == topics.ENRICHED
        else Rejection(id="a", url="https://a.example/", stage="clean", reason=Reason.TOO_SHORT)
    )  # fmt: skip
    fields = msgspec.to_builtins(ours)
    for name in data.draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=3)):
        fields[name] = data.draw(_JSON)
    try:
        value = msgspec.json.encode(fields)
    except UnicodeEncodeError:
        value = b"{}"
    message = Message(value=value, topic=topic, partition=0, offset=1)
    record = topic_record(topic, message)
    assert isinstance(record, Enriched | Rejection | Foreign)
    show_record(Console(file=io.StringIO(), width=80), record, value)
    ended_page(Settings(), message)
