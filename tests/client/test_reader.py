"""What a reader makes of the messages of a topic: records, tombstones, and what is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiokafka.structs import ConsumerRecord

from streams import topics
from streams.client.reader import Options, Reader
from streams.records import DeadLetter, Fault, Replayed, encode
from streams.runtime.kafka.topic_records import CONNECT, REPLAYED_SCHEMA
from streams.settings import Settings

_LETTER = {
    "topic": b"pages.raw",
    "partition": b"3",
    "offset": b"17",
    "stage": b"clean",
    "reason": Fault.BAD_RECORD.encode(),
}


def _reader(topic: str) -> Reader[Any]:
    return Reader(Settings(), Options(topic, None, "earliest", to_end=True))


def _message(
    topic: str, value: bytes | None, headers: Mapping[str, bytes] | None = None, key: bytes = b"k"
) -> ConsumerRecord[bytes, bytes]:
    size = -1 if value is None else len(value)
    return ConsumerRecord(
        topic, 0, 5, 1_700_000_000_000, 0, key, value, None, len(key), size, tuple((headers or {}).items())
    )


def test_a_dead_letter_without_its_value_is_a_dead_letter_and_no_tombstone() -> None:
    headers = {f"{CONNECT}{name}": value for name, value in _LETTER.items()}
    for value in (None, b"{}"):
        received = _reader(topics.DEADLETTER).received(_message(topics.DEADLETTER, value, headers))
        assert received is not None
        assert isinstance(received.record, DeadLetter)
        assert received.record.id == "pages.raw/3/17"


def test_a_note_of_a_replay_is_passed_over_and_counted() -> None:
    note = Replayed(
        id="pages.raw/3/17", letters=((0, 4),), to="pages.raw/3/40", replayed_at="2026-03-02T07:00:00Z"
    )
    reader = _reader(topics.DEADLETTER)
    found = reader.received(_message(topics.DEADLETTER, encode(note), {"schema": REPLAYED_SCHEMA}))
    assert (found, reader.notes, reader.skipped) == (None, 1, 0)


def test_without_a_value_a_record_of_a_compacted_topic_is_a_tombstone_and_of_another_none() -> None:
    received = _reader(topics.QUOTES).received(_message(topics.QUOTES, None, key=b"page:quote"))
    assert received is not None
    assert (received.record, received.key) == (None, "page:quote")
    rejected = _reader(topics.REJECTED)
    assert rejected.received(_message(topics.REJECTED, None)) is None
    assert rejected.skipped == 1
