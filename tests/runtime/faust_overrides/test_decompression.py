"""Data of each codec is decompressed up to a limit; more, damage and unknown codecs raise one error."""

from __future__ import annotations

import gzip
import random
import struct
import time
import tracemalloc
from contextlib import suppress

import cramjam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from poison.batches import CODECS, compressed

from streams.errors import NotUnpacked
from streams.runtime.faust_overrides.decompression import GZIP, SNAPPY, ZSTD, unpack

_DATA = b"a page " * 20_000


@pytest.mark.parametrize("codec", CODECS[1:])
def test_what_unpacks_to_the_limit_is_unpacked_and_one_byte_more_is_not(codec: str) -> None:
    number, packed = CODECS.index(codec), compressed(_DATA, codec)
    assert unpack(number, packed, len(_DATA)) == _DATA
    with pytest.raises(NotUnpacked, match=r"more than kafka\.max_batch_bytes = 139999"):
        unpack(number, packed, len(_DATA) - 1)


def test_snappy_without_frames_is_read_too() -> None:
    data = random.Random(1).randbytes(10_000) * 20
    packed = bytes(cramjam.snappy.compress_raw(data))
    assert unpack(SNAPPY, packed, len(data)) == data
    with pytest.raises(NotUnpacked):
        unpack(SNAPPY, packed, len(data) - 1)


def test_the_blocks_of_a_framed_snappy_stream_share_one_limit() -> None:
    block = bytes(cramjam.snappy.compress_raw(_DATA))
    framed = b"\x82SNAPPY\x00" + bytes(8) + (struct.pack(">i", len(block)) + block) * 3
    assert unpack(SNAPPY, framed, 3 * len(_DATA)) == _DATA * 3
    with pytest.raises(NotUnpacked, match="unpacks to more"):
        unpack(SNAPPY, framed, 3 * len(_DATA) - 1)


def test_concatenated_gzip_members_are_one_value_with_one_limit() -> None:
    packed = gzip.compress(b"first ") + gzip.compress(b"second")
    assert unpack(GZIP, packed, 12) == b"first second"
    with pytest.raises(NotUnpacked, match="unpacks to more"):
        unpack(GZIP, packed, 11)


def test_concatenated_zstd_frames_are_one_value_with_one_limit() -> None:
    packed = bytes(cramjam.zstd.compress(b"first ")) + bytes(cramjam.zstd.compress(b"second"))
    assert unpack(ZSTD, packed, 12) == b"first second"
    with pytest.raises(NotUnpacked, match="unpacks to more"):
        unpack(ZSTD, packed, 11)


@pytest.mark.parametrize("number", [GZIP, ZSTD])
def test_the_time_for_many_small_frames_grows_with_their_number_not_with_its_square(number: int) -> None:
    frame = gzip.compress(b"") if number == GZIP else bytes(cramjam.zstd.compress(b""))

    def seconds(frames: int) -> float:
        packed, began = frame * frames, time.process_time()
        assert unpack(number, packed, 1_000) == b""
        return time.process_time() - began

    few = min(seconds(10_000) for _ in range(3))
    assert seconds(100_000) < 30 * few, "a batch of a few megabytes would hold up heartbeats for minutes"


def test_a_zstd_frame_to_be_skipped_before_or_after_others_is_skipped() -> None:
    page, skipped = bytes(cramjam.zstd.compress(b"page")), b"\x50\x2a\x4d\x18\x05\0\0\0hello"
    for packed in (skipped + page, page + skipped, skipped + page + skipped + page):
        assert unpack(ZSTD, packed, 8) == b"page" * packed.count(page)


def test_an_empty_zstd_frame_is_empty_and_a_frame_that_is_cut_is_damaged() -> None:
    packed = bytes(cramjam.zstd.compress(b""))
    assert unpack(ZSTD, packed, 10) == b""
    for cut in range(1, len(packed)):
        with pytest.raises(NotUnpacked, match="damaged"):
            unpack(ZSTD, packed[:cut], 10)


@pytest.mark.parametrize("codec", CODECS[1:])
def test_a_bomb_takes_no_more_memory_than_a_few_times_the_limit(codec: str) -> None:
    packed, limit = compressed(bytes(60_000_000), codec), 1_000_000
    tracemalloc.start()
    with pytest.raises(NotUnpacked):
        unpack(CODECS.index(codec), packed, limit)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * limit


@pytest.mark.parametrize("codec", CODECS[1:])
@settings(max_examples=60)
@given(st.data())
def test_damaged_data_raises_nothing_else_and_stays_within_the_limit(codec: str, data: st.DataObject) -> None:
    packed = bytearray(compressed(b"<p>a page</p>" * 50, codec))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(packed[: data.draw(st.integers(0, len(packed)))])
    with suppress(NotUnpacked):
        assert len(unpack(CODECS.index(codec), cut, 1_000)) <= 1_000


@pytest.mark.parametrize("codec", [0, 5, 7])
def test_an_unknown_codec_is_named(codec: int) -> None:
    with pytest.raises(NotUnpacked, match=f"codec {codec} is not known"):
        unpack(codec, b"", 10)
