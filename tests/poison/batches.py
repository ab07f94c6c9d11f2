"""Builds Kafka record batches byte by byte, to send what no client library writes but brokers accept."""

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
    """A record; header names are bytes, so that they need not be UTF-8."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[bytes, bytes | None]] = ()
    timestamp: int | None = None  # milliseconds; None: now


def batch(records: Sequence[Raw], codec: str = "none") -> bytes:
    """Return a batch of format 2 with these records: https://kafka.apache.org/documentation/#recordbatch"""
    now = int(time.time() * 1_000)
    times = [now if record.timestamp is None else record.timestamp for record in records]
    data = b"".join(_record(number, record, at - times[0]) for number, (record, at) in enumerate(zip(records, times, strict=True)))  # fmt: skip
    return framed(compressed(data, codec), codec, len(records), times[0], max(times))


def framed(data: bytes, codec: str, count: int, first: int, last: int) -> bytes:
    """Return a batch: a header that claims ``count`` records, followed by ``data``."""
    body = _BODY.pack(CODECS.index(codec), count - 1, first, last, -1, -1, -1, count) + data
    head = struct.pack(">ibI", -1, 2, calc_crc32c(body))
    return struct.pack(">qi", 0, len(head) + len(body)) + head + body


def compressed(data: bytes, codec: str) -> bytes:
    """Return the data compressed as producers with this codec compress it."""
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
    """Send a batch unchanged; returns the broker's acknowledgement or raises its error."""
    future = await producer.send_batch(_Ready(data, count), topic, partition=partition)
    return await future


class _Ready:
    """A finished batch with the methods that aiokafka's producer calls on its own batches."""

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
        """Do nothing: it is closed."""

    def closed(self) -> bool:
        return True
