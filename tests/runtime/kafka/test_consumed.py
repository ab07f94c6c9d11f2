"""Records of either client become the same message."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.structs import ConsumerRecord

from streams.records import Message
from streams.runtime.kafka.consumed import to_message

POSITION = {"topic": "pages.raw", "partition": 3, "offset": 41}


def _aiokafka(headers: Any) -> ConsumerRecord[bytes, bytes]:
    return ConsumerRecord(
        **POSITION, timestamp=0, timestamp_type=0, key=b"k", value=b"v", checksum=None,
        serialized_key_size=1, serialized_value_size=1, headers=headers,
    )  # fmt: skip


def test_a_record_of_aiokafka_becomes_a_message_with_its_position() -> None:
    found = to_message(_aiokafka([("a", b"1"), ("a", b"2")]))
    assert found == Message(value=b"v", key=b"k", headers=(("a", b"1"), ("a", b"2")), **POSITION)  # type: ignore[arg-type]


@pytest.mark.parametrize("headers", [None, (), {}, []])
def test_absent_headers_are_an_empty_tuple(headers: Any) -> None:
    assert to_message(SimpleNamespace(**POSITION, key=None, value=None, headers=headers)).headers == ()


def test_headers_in_a_mapping_and_without_a_value_are_accepted() -> None:
    record = SimpleNamespace(**POSITION, key=None, value=None, headers={"a": None, "b": b"2"})
    assert to_message(record).headers == (("a", b""), ("b", b"2"))


def test_a_header_name_that_is_not_utf8_stays_recognisable() -> None:
    assert to_message(_aiokafka([("na\udcff", b"1")])).headers[0][0] == "na\udcff"
