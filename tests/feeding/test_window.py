"""The window over a stream: bytes, positions and offsets stay right whatever is skipped."""

from __future__ import annotations

import gzip
import io
import re

import pytest

from streams.feeding.members import opened
from streams.feeding.window import Window

_BEGINS = re.compile(rb"R\d")


def window(content: bytes) -> Window:
    return Window(opened(io.BufferedReader(io.BytesIO(content))))  # type: ignore[arg-type]


def test_consumed_bytes_move_the_position() -> None:
    ahead = window(b"abcdef")
    assert ahead.fill(4)
    assert (ahead.consume(2), ahead.position, bytes(ahead.data)) == (b"ab", 2, b"cdef")
    assert not ahead.fill(5)


def test_a_line_has_its_end_and_the_last_may_lack_it() -> None:
    ahead = window(b"one\r\ntwo")
    assert [ahead.line(100), ahead.line(100), ahead.line(100)] == [b"one\r\n", b"two", b""]


def test_a_line_over_the_limit_is_none_and_stays() -> None:
    ahead = window(b"x" * 50 + b"\n")
    assert ahead.line(20) is None
    assert ahead.position == 0


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_skipping_to_a_pattern_finds_it_across_pieces(pack: type[bytes]) -> None:
    ahead = window(pack(b"." * 600_000 + b"R1 rest"))
    assert ahead.skip_to(_BEGINS, 2)
    assert ahead.position == 600_000
    assert not window(pack(b"...")).skip_to(_BEGINS, 2)


def test_a_seekable_file_is_skipped_no_further_than_its_end() -> None:
    ahead = window(b"0123456789")
    assert ahead.skip(4, _BEGINS) == 4
    assert ahead.consume(1) == b"" and ahead.fill(1) and ahead.consume(1) == b"4"
    assert ahead.skip(100, _BEGINS) == 5


def test_a_compressed_file_is_skipped_no_further_than_the_next_record() -> None:
    ahead = window(gzip.compress(b"R1 first") + gzip.compress(b"R2 second" + b"." * 64))
    ahead.fill(2)
    assert ahead.skip(1_000, _BEGINS) == len(b"R1 first")
    assert ahead.fill(2) and ahead.data.startswith(b"R2")


def test_the_offset_of_a_compressed_record_is_that_of_its_member() -> None:
    first, second = gzip.compress(b"R1 first"), gzip.compress(b"R2 second")
    ahead = window(first + second)
    assert ahead.offset() == 0
    assert ahead.fill(12)
    assert ahead.begins_member(8)
    ahead.drop(8)
    assert ahead.offset() == len(first)


def test_after_damage_reading_continues_at_the_next_record() -> None:
    first, second = gzip.compress(b"R1" + b"a" * 99), gzip.compress(b"R2 second")
    ahead = window(first[:-12] + b"\0" * 12 + second)
    while ahead.fill(len(ahead.data) + 1):
        pass
    assert ahead.damage is not None
    assert ahead.recover(_BEGINS)
    assert ahead.fill(2) and ahead.data.startswith(b"R2")
