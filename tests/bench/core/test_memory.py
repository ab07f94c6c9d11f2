"""The documents that memory is measured with keep bringing new words, and the slope is the line's."""

from __future__ import annotations

import mmap
import random

import pytest

from benchmarks.core import memory


def test_new_words_keep_coming() -> None:
    chance = random.Random(1)
    words = [memory.word(chance) for _ in range(20_000)]
    assert len(set(words[:10_000])) > 1_000
    assert len(set(words)) > 1.3 * len(set(words[:10_000]))


def test_the_slope_is_what_a_document_leaves_behind() -> None:
    points = [(1_000, 90_000), (2_000, 92_000), (3_000, 94_000)]
    assert memory.bytes_a_document(points) == pytest.approx(2)


def test_memory_is_read_from_the_system() -> None:
    held = memory.resident()
    # Mapped, not allocated: the heap may still hold what an earlier test of this process has freed.
    with mmap.mmap(-1, 50_000_000) as block:
        block.write(b"x" * 50_000_000)
        assert memory.resident() - held > 40_000_000
