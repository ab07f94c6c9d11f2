"""Compressed files: members one after the other, damage with its offset."""

from __future__ import annotations

import bz2
import gzip
import io
import re
from typing import Any

import pytest
from backports import zstd

from streams.feeding.members import PIECE, Damaged, Stream, opened

_PACKS = [gzip.compress, zstd.compress, bz2.compress]


def stream(content: bytes, name: str = "") -> Stream:
    return opened(io.BufferedReader(io.BytesIO(content)), name)  # type: ignore[arg-type]


def everything(stream: Stream) -> bytes:
    content = b""
    while piece := stream.read():
        assert len(piece) <= PIECE
        content += piece
    return content


@pytest.mark.parametrize("pack", _PACKS)
def test_members_are_read_one_after_the_other(pack: Any) -> None:
    assert everything(stream(pack(b"one ") + pack(b"two"))) == b"one two"


@pytest.mark.parametrize("pack", [bytes, *_PACKS])
def test_no_piece_is_larger_than_the_bound(pack: Any) -> None:
    assert everything(stream(pack(b"\0" * 3_000_000))) == b"\0" * 3_000_000


@pytest.mark.parametrize("pack", _PACKS)
def test_a_member_cut_short_is_damage_at_its_offset(pack: Any) -> None:
    first = pack(b"whole")
    cut = stream(first + pack(b"x" * 500)[:-3])
    with pytest.raises(Damaged) as caught:
        everything(cut)
    assert caught.value.offset == len(first)


def test_a_wrong_checksum_is_damage_that_makes_the_member_suspect() -> None:
    packed = bytearray(gzip.compress(b"text"))
    packed[-6] ^= 1
    with pytest.raises(Damaged) as caught:
        everything(stream(bytes(packed)))
    assert not caught.value.sound


def test_a_member_after_damage_is_found_by_what_it_begins_with() -> None:
    packed = stream(b"\x1f\x8b\x08\x00broken" + gzip.compress(b"other") + gzip.compress(b"WARC/1.0"))
    with pytest.raises(Damaged):
        everything(packed)
    assert packed.resync(re.compile(rb"WARC"))
    assert everything(packed) == b"WARC/1.0"


def test_the_first_bytes_decide_and_not_the_name() -> None:
    assert everything(stream(b"plain text", "page.gz")) == b"plain text"
    assert everything(stream(gzip.compress(b"packed"), "page.txt")) == b"packed"


def test_zeros_that_pad_a_file_are_no_damage() -> None:
    assert everything(stream(gzip.compress(b"one") + b"\0" * 40_000)) == b"one"


def test_a_zstd_dictionary_in_front_is_used() -> None:
    words = b"".join(b"%d the tram in Lisbon " % number for number in range(400))
    dictionary = zstd.train_dict([words[at : at + 90] for at in range(0, 9_000, 45)], 1_000)
    raw = dictionary.dict_content
    frame = zstd.compress(b"the tram in Lisbon", zstd_dict=dictionary)
    content = b"\x5d\x2a\x4d\x18" + len(raw).to_bytes(4, "little") + raw + frame
    assert everything(stream(content)) == b"the tram in Lisbon"


def test_an_unpacked_file_knows_its_size_and_a_packed_one_does_not() -> None:
    assert stream(b"plain").size() == 5
    assert stream(gzip.compress(b"plain")).size() is None
