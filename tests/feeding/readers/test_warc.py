"""WARC files: whole records are read, damage is named with its place, and the rest of the file goes on."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import resource
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from backports import zstd
from fastwarc.warc import ArchiveIterator
from feeding.archives import PACKINGS, chunked, gz, http, numbers, page, read, record, response
from hypothesis import given
from hypothesis import strategies as st

from streams import feeding
from streams.feeding import Skip, Tally
from streams.feeding.readers import warc_pages
from streams.records import MAX_PAGE_BYTES


@pytest.mark.parametrize("packing", PACKINGS)
def test_every_response_is_a_page_however_the_file_is_packed(packing: str, tmp_path: Path) -> None:
    records = [
        record(b"software: none", 7, "warcinfo"),
        *map(response, range(5)),
        record(b"GET / HTTP/1.1\r\n\r\n", 8, "request"),
    ]
    pages, tally = read(PACKINGS[packing](records), tmp_path)
    assert numbers(pages) == [0, 1, 2, 3, 4]
    assert pages[0]["status"] == 200
    assert pages[0]["headers"] == {"content-type": ["text/html; charset=utf-8"]}
    assert pages[0]["fetched_at"] == "2026-11-02T10:00:00Z"
    assert tally.skipped == {Skip.WARC_WARCINFO: 1, Skip.WARC_REQUEST: 1}
    assert not tally.failed


@pytest.mark.parametrize("packed", [False, True])
def test_zstd_frames_with_a_dictionary_are_read(packed: bool, tmp_path: Path) -> None:
    samples = [response(number) for number in range(200)]
    dictionary = zstd.train_dict(samples, 4_096)
    content = zstd.compress(dictionary.dict_content) if packed else dictionary.dict_content
    head = b"\x5d\x2a\x4d\x18" + struct.pack("<I", len(content)) + content
    frames = [zstd.compress(each, zstd_dict=dictionary) for each in samples[:3]]
    pages, tally = read(head + b"".join(frames), tmp_path, "crawl.warc.zst")
    assert numbers(pages) == [0, 1, 2]
    assert not tally.skipped


def test_another_reader_finds_the_same_pages_in_a_sound_file(tmp_path: Path) -> None:
    data = gz(*(record(http(chunked(page(n)), "Transfer-Encoding: chunked"), n) for n in range(9)))
    pages, _ = read(data, tmp_path)
    others = [each.reader.read() for each in ArchiveIterator(io.BytesIO(data), auto_decode="all")]
    assert [each["body"] for each in pages] == others


# Records that are none of ours, and the shapes in which crawlers write those that are.


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n\r\n"], ids=["byte order mark", "empty lines"])
def test_what_stands_before_the_first_record_costs_nothing(before: bytes, tmp_path: Path) -> None:
    pages, tally = read(before + response(1) + response(2), tmp_path)
    assert (numbers(pages), tally.failed) == ([1, 2], False)


@pytest.mark.parametrize("zeros", [1, 512, 100_000])
def test_zeros_behind_the_last_record_are_no_damage(zeros: int, tmp_path: Path) -> None:
    pages, tally = read(response(1) + response(2) + bytes(zeros), tmp_path)
    assert (numbers(pages), tally.failed) == ([1, 2], False)


def test_a_record_whose_rest_is_zeros_was_not_written_to_its_end(tmp_path: Path) -> None:
    whole, cut = response(1), response(2)
    pages, tally = read(whole + cut[:-200] + bytes(700), tmp_path)
    assert (numbers(pages), tally.failed) == ([1], True)


def test_a_line_that_is_no_field_costs_nothing(tmp_path: Path) -> None:
    pages, tally = read(record(http(page(1)), 1, fields=["no field at all"]) + response(2), tmp_path)
    assert (numbers(pages), tally.failed) == ([1, 2], False)


def test_a_length_with_zeros_before_it_is_a_number(tmp_path: Path) -> None:
    sound = response(1)
    length = len(http(page(1)))
    padded = sound.replace(b"Content-Length: %d" % length, b"Content-Length: %025d" % length)
    assert padded != sound
    pages, tally = read(padded, tmp_path)
    assert (numbers(pages), tally.failed) == ([1], False)


# Damage.


def test_a_wrong_checksum_costs_its_record_and_is_named_with_its_place(tmp_path: Path) -> None:
    good, bad = gz(response(1)), bytearray(gz(response(2)))
    bad[-6] ^= 0xFF
    pages, tally = read(good + bad + gz(response(3)), tmp_path, "crawl.warc.gz")
    assert numbers(pages) == [1, 3]
    (damage,) = tally.damages
    assert (damage.file, damage.at) == (str(tmp_path / "crawl.warc.gz"), len(good))
    assert "incorrect data check" in damage.what
    assert tally.failed


@pytest.mark.parametrize("packing", ["plain", "gzip, a member a record", "zstd"])
@pytest.mark.parametrize("change", [-60, -1, 60, 5_000])
def test_a_wrong_length_costs_its_record_and_no_other(packing: str, change: int, tmp_path: Path) -> None:
    wrong = record(http(page(2)), 2, length=len(http(page(2))) + change)
    pages, tally = read(PACKINGS[packing]([response(1), wrong, response(3), response(4)]), tmp_path)
    assert numbers(pages) == [1, 3, 4]
    assert len(tally.damages) == 1


@pytest.mark.parametrize("packing", ["plain", "gzip, a member a record", "zstd"])
@pytest.mark.parametrize("length", [MAX_PAGE_BYTES + 1, 10**17])
def test_a_length_beyond_all_bounds_costs_its_record_and_no_other(
    packing: str, length: int, tmp_path: Path
) -> None:
    wrong = record(http(page(2)), 2, length=length)
    pages, tally = read(PACKINGS[packing]([response(1), wrong, response(3), response(4)]), tmp_path)
    assert numbers(pages) == [1, 3, 4]
    assert tally.skipped == {Skip.DAMAGED: 1}


@pytest.mark.parametrize("packing", ["gzip, a member a record", "zstd"])
def test_garbage_between_members_costs_no_record(packing: str, tmp_path: Path) -> None:
    first, second = (PACKINGS[packing]([response(number)]) for number in (1, 2))
    pages, tally = read(first + b"\x01garbage" * 50 + second, tmp_path)
    assert numbers(pages) == [1, 2]
    assert [damage.at for damage in tally.damages] == [len(first)]


def test_garbage_behind_a_record_that_nothing_checks_costs_that_record(tmp_path: Path) -> None:
    """Its Content-Length may as well be wrong: better no page than half of one."""
    pages, tally = read(response(1) + b"garbage" + response(2), tmp_path)
    assert numbers(pages) == [2]
    assert len(tally.damages) == 1


def _in_memory(content: bytes, name: str) -> tuple[list[dict[str, Any]], Tally]:
    found, tally = [], Tally()

    @contextlib.contextmanager
    def opener() -> Iterator[BinaryIO]:
        yield io.BufferedReader(io.BytesIO(content))  # type: ignore[arg-type]

    for part in warc_pages.pages(opener, name, tally, warc_pages.Originals()):
        native = json.loads(part.message.value or b"")
        found.append(native | {"body": base64.b64decode(native["body"])})
    return found, tally


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_file_cut_anywhere_gives_whole_pages_only_and_says_so(packing: str) -> None:
    records = [record(http(page(number)), number) for number in range(3)]
    data = PACKINGS[packing](records)
    # Cut there, it is a sound file of fewer records. Behind the block of a plain one only empty lines are missing.
    lengths = [len(PACKINGS[packing](records[:number])) for number in range(4)]
    sound = {0} if packing == "gzip, one member" else set(lengths)
    if packing == "plain":
        sound |= {end - missing for end in lengths[1:] for missing in range(5)}
    for cut in range(0, len(data), 7 if packing == "plain" else 1):
        pages, tally = _in_memory(data[:cut], f"crawl.{packing[:4]}")
        found = numbers(pages)
        assert found == list(range(len(found)))
        assert tally.failed == (cut not in sound), cut


@given(st.data())
def test_a_file_damaged_anywhere_gives_whole_pages_only_and_is_read_to_its_end(data: st.DataObject) -> None:
    packing, name = data.draw(st.sampled_from([("gzip, a member a record", "x.gz"), ("zstd", "x.zst")]))
    records = [response(number) for number in range(4)]
    content = bytearray(PACKINGS[packing](records))
    at = data.draw(st.integers(0, len(content) - 1))
    number = data.draw(st.integers(1, 40))
    content[at : at + number] = data.draw(st.binary(max_size=60))
    found, _ = _in_memory(bytes(content), name)
    assert set(numbers(found)) >= {0, 1, 2, 3} - _touched(records, packing, at, number)


def _touched(records: list[bytes], packing: str, at: int, number: int) -> set[int]:
    """The records whose members lie where the damage is."""
    ends, touched = 0, set()
    for index, each in enumerate(records):
        begins, ends = ends, ends + len(PACKINGS[packing]([each]))
        if begins < at + number and at <= ends:
            touched.add(index)
    return touched


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(content: bytes) -> None:
    for prefix in (b"", b"WARC/1.0\r\n", gz(response(1)), b"\x1f\x8b\x08\x00", b"\x28\xb5\x2f\xfd", b"BZh9"):
        _in_memory(prefix + content, "x.gz")


def test_a_bomb_is_passed_over_in_little_memory(tmp_path: Path) -> None:
    size = 320 << 20
    head, _, _ = record(b"", 2, length=size).partition(b"\r\n\r\n")
    packer = zlib.compressobj(1, wbits=31)
    bomb = packer.compress(head + b"\r\n\r\n") + b"".join(packer.compress(bytes(1 << 20)) for _ in range(320))
    bomb += packer.compress(b"\r\n\r\n") + packer.flush()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pages, tally = read(bomb + gz(response(3)), tmp_path, "crawl.warc.gz")
    assert numbers(pages) == [3]
    assert tally.skipped == {Skip.TOO_LARGE: 1}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def test_a_file_that_is_no_warc_is_named_and_those_after_it_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(page(1))
    (tmp_path / "b.warc.gz").write_bytes(b"")
    (tmp_path / "c.warc").write_bytes(response(1))
    tally = Tally()
    assert len(list(feeding.read([tmp_path], tally))) == 1
    assert [damage.file for damage in tally.damages] == [str(tmp_path / "a.warc")]
