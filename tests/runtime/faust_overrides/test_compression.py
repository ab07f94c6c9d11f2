"""Batches are compressed by a context that is kept: the same frames, for any number of batches and threads."""

from __future__ import annotations

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cramjam
import pytest
from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder

from streams.runtime.faust_overrides import compression

_ZSTD = 4  # in the attributes of a batch


def _values(count: int) -> list[bytes]:
    rng = random.Random(7)
    words = [rng.randbytes(rng.randint(1, 9)).hex().encode() for _ in range(500)]
    return [b" ".join(rng.choices(words, k=rng.choice((0, 1, 30, 4_000)))) for _ in range(count)]


def test_each_frame_is_complete_and_holds_its_value() -> None:
    for value in _values(60):
        assert bytes(cramjam.zstd.decompress(compression.zstd(value))) == value


def test_threads_that_compress_at_once_get_frames_of_their_own_values() -> None:
    values = _values(200)
    with ThreadPoolExecutor(4) as threads:
        frames = list(threads.map(compression.zstd, values))
    assert [bytes(cramjam.zstd.decompress(frame)) for frame in frames] == values


def test_a_frame_after_one_that_was_refused_is_complete() -> None:
    refused: Any = "no bytes"
    with pytest.raises(TypeError):
        compression.zstd(refused)
    assert bytes(cramjam.zstd.decompress(compression.zstd(b"bytes"))) == b"bytes"


def test_another_level_is_refused_instead_of_ignored() -> None:
    with pytest.raises(ValueError, match="level 9"):
        compression.zstd(b"bytes", 9)


def test_the_batches_of_producers_are_compressed_by_it_and_read_by_aiokafka() -> None:
    module = vars(sys.modules[DefaultRecordBatchBuilder.__module__])
    before = module["zstd_encode"]
    try:
        compression.keep_context()
        assert module["zstd_encode"] is compression.zstd
        builder = DefaultRecordBatchBuilder(
            magic=2, compression_type=_ZSTD, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1,
            batch_size=100_000,
        )  # fmt: skip
        builder.append(0, timestamp=1, key=b"key", value=b"a page " * 1_000, headers=[])
        packed = bytes(builder.build())
    finally:
        module["zstd_encode"] = before
    assert len(packed) < 1_000
    assert [record.value for record in DefaultRecordBatch(packed)] == [b"a page " * 1_000]
