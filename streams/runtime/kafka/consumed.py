"""Converts consumed Kafka records into the core's messages."""

from __future__ import annotations

from typing import Any

from streams.records import Message


def to_message(record: Any) -> Message:
    """The message in a record of aiokafka's or Faust's consumer.

    Header names are as decoded by the client: a name that is not UTF-8 contains surrogates. Absent header values are empty.
    """
    headers = record.headers or ()
    items = headers.items() if isinstance(headers, dict) else headers
    return Message(
        value=record.value,
        key=record.key,
        headers=tuple((str(name), bytes(value or b"")) for name, value in items),
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )
