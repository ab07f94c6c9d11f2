"""Fetched batches: what aiokafka reads is read alike, what it cannot read holds nothing up, and no bomb is held."""

from __future__ import annotations

import struct
import tracemalloc
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import READ_UNCOMMITTED, PartitionRecords
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import ConsumerRecord
from hypothesis import given, settings
from hypothesis import strategies as st
from poison.batches import CODECS, Raw, batch, framed

from streams.runtime.faust_overrides.record_batches import MOST_UNREAD, Batches, Unread

_LIMIT = 1_000_000
_PLACE = TopicPartition("pages.raw", 0)
_GOOD = [Raw(f"k{number}".encode(), b"<p>a page</p>" * number, [(b"url", b"https://x/"), (b"n", None)]) for number in range(20)]  # fmt: skip


def _at(data: bytes, offset: int) -> bytes:
    """The batch as a broker has it: with the offset it gave."""
    return struct.pack(">q", offset) + data[8:]


def _read(records: Any, start: int = 0) -> list[ConsumerRecord]:
    return list(PartitionRecords(_PLACE, records, None, start, None, None, True, READ_UNCOMMITTED))


@pytest.mark.parametrize("codec", CODECS)
def test_good_batches_are_read_as_aiokafka_reads_them(codec: str) -> None:
    data = _at(batch(_GOOD, codec), 100) + _at(batch(_GOOD[:3], codec), 120) + batch(_GOOD, codec)[:50]
    assert _read(Batches(data, _LIMIT), 105) == _read(MemoryRecords(data), 105)
    assert [record.offset for record in _read(Batches(data, _LIMIT), 105)] == list(range(105, 123))


@pytest.mark.parametrize("codec", CODECS)
def test_a_header_name_that_is_not_utf_8_costs_its_record_nothing_and_holds_nothing_up(codec: str) -> None:
    bad = Raw(b"k", b"v", [(b"na\xff\xfe", b"1"), (b"url", b"2")], timestamp=7)
    data = _at(batch([_GOOD[1], bad, _GOOD[2]], codec), 10)
    with pytest.raises(UnicodeDecodeError):
        _read(MemoryRecords(data), 10)
    first, second, third = _read(Batches(data, _LIMIT), 10)
    assert (first.value, third.value) == (_GOOD[1].value, _GOOD[2].value)
    assert (second.offset, second.key, second.value, second.timestamp) == (11, b"k", b"v", 7)
    assert second.headers == (("na\udcff\udcfe", b"1"), ("url", b"2"))


@pytest.mark.parametrize("codec", CODECS[1:])
def test_a_bomb_is_not_held_and_the_batch_behind_it_is_read(codec: str) -> None:
    bomb = batch([Raw(b"k", b"0" * 60_000_000), Raw(b"l", b"small")], codec)
    data = _at(bomb, 5) + _at(batch(_GOOD[:1], codec), 7)
    del bomb
    tracemalloc.start()
    records = _read(Batches(data, _LIMIT), 5)
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [record.offset for record in records] == [5, 6, 7]
    assert all(
        isinstance(record.value, Unread) and "max_batch_bytes" in record.value.reason
        for record in records[:2]
    )
    assert records[2].value == _GOOD[0].value
    assert held < 4 * len(data) + 4 * _LIMIT


def test_a_batch_that_claims_millions_of_records_is_delivered_as_some_and_the_last_names_the_rest() -> None:
    data = _at(framed(b"no gzip", "gzip", 2_000_000_000, 0, 0), 0)
    records = _read(Batches(data, _LIMIT))
    assert len(records) == MOST_UNREAD
    assert "up to offset 1999999999" in records[-1].value.reason
    assert "up to" not in records[0].value.reason


@pytest.mark.parametrize("codec", CODECS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_raises_and_what_comes_has_offsets_in_order(codec: str, data: st.DataObject) -> None:
    """Within what a broker's checksum lets through: whoever writes the batch writes that, too."""
    good = bytearray(batch(_GOOD[:6], codec)[61:])
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    count = data.draw(st.sampled_from([0, 1, 6, 7, 1_000]))
    damaged = _at(framed(bytes(good[: data.draw(st.integers(0, len(good)))]), codec, count, 0, 0), 50)
    records = _read(Batches(damaged + _at(batch(_GOOD[:1]), 2_000), _LIMIT), 50)
    offsets = [record.offset for record in records]
    assert offsets == sorted(set(offsets))
    assert records[-1].offset == 2_000
