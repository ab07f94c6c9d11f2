"""Kafka record batches byte by byte: what no client library would write and a broker takes nevertheless."""

from __future__ import annotations

import gzip
import struct
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import cramjam
from aiokafka import AIOKafkaProducer
from aiokafka.codec import lz4_encode, snappy_encode
from aiokafka.record.util import calc_crc32c, encode_varint

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
_BODY = struct.Struct(">hiqqqhii")
_LEVEL = 3


class Raw(NamedTuple):
    """A record whose header names are bytes."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[bytes, bytes | None]] = ()
    timestamp: int | None = None  # milliseconds; None: now


def batch(records: Sequence[Raw], codec: str = "none") -> bytes:
    """A batch of format 2 with these records: https://kafka.apache.org/documentation/#recordbatch"""
    now = int(time.time() * 1_000)
    times = [now if record.timestamp is None else record.timestamp for record in records]
    data = b"".join(_record(number, record, at - times[0]) for number, (record, at) in enumerate(zip(records, times, strict=True)))  # fmt: skip
    return framed(compressed(data, codec), codec, len(records), times[0], max(times))


def framed(data: bytes, codec: str, count: int, first: int, last: int) -> bytes:
    """What is behind the header of a batch, with a header that says that it holds ``count`` records."""
    body = _BODY.pack(CODECS.index(codec), count - 1, first, last, -1, -1, -1, count) + data
    head = struct.pack(">ibI", -1, 2, calc_crc32c(body))
    return struct.pack(">qi", 0, len(head) + len(body)) + head + body


def compressed(data: bytes, codec: str) -> bytes:
    """The data as a producer with this codec sends it."""
    if codec == "none":
        return data
    if codec == "gzip":
        return gzip.compress(data, _LEVEL)
    if codec == "snappy":
        return snappy_encode(data)  # in frames: Java reads no other
    # Blocks that are not linked: Kafka's brokers read no others (KIP-57).
    return lz4_encode(data, _LEVEL) if codec == "lz4" else bytes(cramjam.zstd.compress(data))


def _record(number: int, record: Raw, delta: int) -> bytes:
    body = bytearray(b"\0")
    for each in (delta, number):
        encode_varint(each, body.append)
    _optional(body, record.key)
    _optional(body, record.value)
    encode_varint(len(record.headers), body.append)
    for name, value in record.headers:
        encode_varint(len(name), body.append)
        body += name
        _optional(body, value)
    length = bytearray()
    encode_varint(len(body), length.append)
    return bytes(length + body)


def _optional(body: bytearray, value: bytes | None) -> None:
    encode_varint(-1 if value is None else len(value), body.append)
    body += value or b""


async def send(producer: AIOKafkaProducer, topic: str, partition: int, data: bytes, count: int) -> Any:
    """Send a batch as it is; what the broker says of it."""
    future = await producer.send_batch(_Ready(data, count), topic, partition=partition)
    return await future


class _Ready:
    """A batch that is built already, as aiokafka's producer looks at its own."""

    def __init__(self, data: bytes, count: int) -> None:
        self._data = data
        self._count = count

    def _build(self) -> bytes:
        return self._data

    def record_count(self) -> int:
        return self._count

    def size(self) -> int:
        return len(self._data)

    def close(self) -> None:
        """It is."""

    def closed(self) -> bool:
        return True
