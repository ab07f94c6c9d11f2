"""Parses fetched record batches so that no record can block its partition.

Replaces ``MemoryRecords`` of ``aiokafka.consumer.fetcher``: see :func:`bound`. aiokafka 0.14 decompresses a batch whole, whatever its
size, and a record that it cannot parse (a header name that is not UTF-8, a wrong length) raises in every fetch of its partition,
forever. Here a batch is decompressed up to a limit, and such a record is delivered with an :class:`Unread` value that has the reason.

The format is Kafka's, version 2: https://kafka.apache.org/documentation/#recordbatch
Upstream patch: a limit in ``aiokafka.codec``, and header names decoded with ``surrogateescape``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.record.legacy_records import LegacyRecordBatch

from streams.errors import NotUnpacked
from streams.runtime.faust_overrides.decompression import unpack

_LENGTH = struct.Struct(">qi")  # base offset, bytes behind this
_HEADER = struct.Struct(">qiibIhiqqqhii")
_MAGIC_AT, _CODEC_AT, _CODEC_MASK = 16, 22, 0x07  # the codec is in the lower of the two bytes of attributes
_LEAST = 26  # bytes of the smallest batch: a message of format 0
_LONGEST_VARINT = 10  # bytes of 64 bits
# Records of a batch that cannot be unpacked which are delivered one by one; the last one stands for those behind it too.
# A header may claim two thousand million of them.
MOST_UNREAD = 10_000


class Unread(bytes):
    """The value of a record that could not be parsed: empty bytes with the reason."""

    reason: str

    def __new__(cls, reason: str) -> Unread:
        """Create the empty value with its reason."""
        value = super().__new__(cls)
        value.reason = reason
        return value


class Record(NamedTuple):
    """A record with the attributes that aiokafka's fetcher uses."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    checksum: None = None


def bound(limit: int) -> None:
    """Limit all consumers of this process to ``limit`` decompressed bytes for each batch, from now on."""
    vars(fetcher)["MemoryRecords"] = partial(Batches, limit=limit)


class Batches:
    """The batches of one fetched partition, with the methods of aiokafka's ``MemoryRecords``."""

    def __init__(self, data: bytes, limit: int) -> None:
        self._data = data
        self._limit = limit
        self._at = 0

    def size_in_bytes(self) -> int:
        """Return the size of everything fetched."""
        return len(self._data)

    def has_next(self) -> bool:
        """Return whether there is another complete batch; brokers may truncate the last one."""
        return self._end() is not None

    def next_batch(self) -> Any:
        """Return the next batch; None after the last."""
        if (end := self._end()) is None:
            return None
        data = memoryview(self._data)[self._at : end]
        self._at = end
        if len(data) < _LEAST:
            raise CorruptRecordException(f"a batch of {len(data)} bytes")
        magic = data[_MAGIC_AT]
        return Batch(data, self._limit) if magic >= 2 else _legacy(data, magic, self._limit)

    def _end(self) -> int | None:
        if len(self._data) - self._at < _LENGTH.size:
            return None
        _, length = _LENGTH.unpack_from(self._data, self._at)
        end: int = self._at + _LENGTH.size + length
        return end if self._at < end <= len(self._data) else None


class Batch:
    """One batch of format 2; attributes of its header are those of aiokafka's ``DefaultRecordBatch``."""

    def __init__(self, data: memoryview, limit: int) -> None:
        self._data = data
        self._limit = limit
        self._header = DefaultRecordBatch(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._header, name)

    def __next__(self) -> Any:
        """The first record of a control batch, which brokers write."""
        return next(iter(self._header))

    def __iter__(self) -> Iterator[Any]:
        try:
            data = self._unpacked()
        except NotUnpacked as error:
            yield from self._unread(0, f"its batch cannot be read: {error}")
            return
        count = 0
        records = iter(DefaultRecordBatch(data))
        while count < self._count:
            try:
                record = next(records)
            except StopIteration:
                return
            except (CorruptRecordException, ValueError, IndexError, MemoryError):
                yield from self._leniently(data, count)
                return
            yield record
            count += 1

    @property
    def _count(self) -> int:
        """The record count in the header, limited by the offsets of the batch."""
        number: int = _HEADER.unpack_from(self._data)[-1]
        return max(0, min(number, int(self._header.last_offset_delta) + 1))

    def _unpacked(self) -> bytes | memoryview:
        """Return the batch decompressed. Raises :class:`NotUnpacked`."""
        codec = self._data[_CODEC_AT] & _CODEC_MASK
        if not codec:
            return self._data
        header = bytearray(self._data[: _HEADER.size])
        header[_CODEC_AT] &= ~_CODEC_MASK
        return bytes(header) + unpack(codec, self._data[_HEADER.size :].tobytes(), self._limit)

    def _leniently(self, data: bytes | memoryview, count: int) -> Iterator[Record]:
        """Yield the records from number ``count`` on, which aiokafka cannot parse."""
        reader = _Reader(bytes(data[_HEADER.size :]))
        try:
            for _ in range(count):
                reader.skip()
            for number in range(count, self._count):
                yield self._record(number, reader.record())
                count = number + 1
        except _Damaged as error:
            yield from self._unread(count, f"its batch is damaged: {error}")

    def _record(self, number: int, data: bytes) -> Record:
        offset = self._header.base_offset + number
        try:
            delta, at, key, value, headers = _parts(data)
        except _Damaged as error:
            return self._without_value(offset, f"the record is damaged: {error}")
        return Record(offset if at < 0 else self._header.base_offset + at, self._time(delta), self._header.timestamp_type, key, value, headers)  # fmt: skip

    def _time(self, delta: int) -> int:
        stamp: int = self._header.first_timestamp + delta
        return stamp if -(1 << 63) <= stamp < 1 << 63 else -1

    def _unread(self, count: int, reason: str) -> Iterator[Record]:
        """Yield records with an :class:`Unread` value from number ``count`` on."""
        base, last = self._header.base_offset, self._header.next_offset - 1
        delivered = min(self._count, count + MOST_UNREAD)
        for number in range(count, delivered):
            more = delivered < self._count and number == delivered - 1
            yield self._without_value(
                base + number, f"{reason}; so are those up to offset {last}" if more else reason
            )

    def _without_value(self, offset: int, reason: str) -> Record:
        return Record(
            offset, self._header.first_timestamp, self._header.timestamp_type, None, Unread(reason), []
        )


class _Damaged(Exception):
    """The bytes are no record."""


class _Reader:
    """Reads varints and byte strings, within bounds. Raises :class:`_Damaged`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self) -> int:
        """A zigzag varint."""
        raw = 0
        for place in range(_LONGEST_VARINT):
            if self._at >= len(self._data):
                raise _Damaged("a number is cut off")
            byte = self._data[self._at]
            self._at += 1
            raw |= (byte & 0x7F) << (7 * place)
            if not byte & 0x80:
                return (raw >> 1) ^ -(raw & 1)
        raise _Damaged("a number without end")

    def take(self, size: int) -> bytes:
        """So many bytes."""
        if not 0 <= size <= len(self._data) - self._at:
            raise _Damaged(f"a length of {size} where {len(self._data) - self._at} bytes are left")
        self._at += size
        return self._data[self._at - size : self._at]

    def optional(self) -> bytes | None:
        """Bytes behind their length, which is negative for none."""
        size = self.number()
        return None if size < 0 else self.take(size)

    def record(self) -> bytes:
        """The bytes of a record."""
        return self.take(self.number())

    def skip(self) -> None:
        """Skip a record."""
        size = self.number()
        if not 0 <= size <= len(self._data) - self._at:
            raise _Damaged(f"a record of {size} bytes")
        self._at += size

    @property
    def left(self) -> int:
        """The number of bytes not read yet."""
        return len(self._data) - self._at


def _parts(data: bytes) -> tuple[int, int, bytes | None, bytes | None, list[tuple[str, bytes | None]]]:
    """Time and offset as deltas, key, value and headers. Names that are not UTF-8 hold surrogates (PEP 383)."""
    reader = _Reader(data)
    reader.take(1)  # attributes, of which there are none
    delta, at, key, value = reader.number(), reader.number(), reader.optional(), reader.optional()
    count = reader.number()
    if not 0 <= count <= reader.left // 2:
        raise _Damaged(f"{count} headers in {reader.left} bytes")
    headers = []
    for _ in range(count):
        name = reader.take(reader.number()).decode("utf-8", "surrogateescape")
        headers.append((name, reader.optional()))
    return delta, at, key, value, headers


def _legacy(data: memoryview, magic: int, limit: int) -> Any:
    """A message of format 0 or 1, which may hold others, compressed. Brokers since Kafka 3.0 write none.

    Raises :class:`CorruptRecordException` for one that unpacks to more than ``limit`` bytes.
    """
    codec = data[17] & _CODEC_MASK
    if codec:
        at = 18 + (8 if magic else 0)
        for _ in range(2):  # key, value
            (size,) = struct.unpack_from(">i", data, at)
            found, at = data[at + 4 : at + 4 + max(0, size)], at + 4 + max(0, size)
        try:
            unpack(codec, found.tobytes(), limit)
        except NotUnpacked as error:
            raise CorruptRecordException(f"a message of format {magic}: {error}") from error
    return LegacyRecordBatch(data, magic)
