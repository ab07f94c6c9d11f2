"""JSON files of every layout: the records in them, untouched, and what cannot be read named."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from streams import feeding
from streams.feeding import Skip, Tally
from streams.feeding.readers import json_records, json_values, jsonl

RECORDS: list[dict[str, Any]] = [
    {"url": f"https://gull.example/{number}", "html": '<p class="a">{[\\" \u00fc,:</p>\n', "attrs": {"n": [1, {}, -1.5e3]}}
    for number in range(4)
]  # fmt: skip
HAR = {
    "log": {
        "version": "1.2",
        "creator": {"name": "a", "comment": "}{"},
        "pages": [{"id": "1"}],
        "entries": RECORDS,
        "comment": "",
    }
}
LAYOUTS = {
    "a record a line": "\n".join(map(json.dumps, RECORDS)),
    "with blank lines and CRLF": "\r\n\r\n".join(map(json.dumps, RECORDS)) + "\r\n",
    "an array": json.dumps(RECORDS),
    "an array, as Scrapy writes it": "[\n" + ",\n".join(map(json.dumps, RECORDS)) + "\n]",
    "an array, printed": json.dumps(RECORDS, indent=4),
    "two arrays, as Scrapy's -o leaves them": json.dumps(RECORDS[:2]) + json.dumps(RECORDS[2:]),
    "an array a line": json.dumps(RECORDS[:1]) + "\n" + json.dumps(RECORDS[1:]),
    "objects, printed": "\n".join(json.dumps(record, indent=2) for record in RECORDS),
    "objects, printed without indent": "\n".join(json.dumps(record, indent=0) for record in RECORDS),
    "objects without anything between": "".join(json.dumps(record, indent=1) for record in RECORDS),
    "JSON text sequence (RFC 7464)": "".join(f"\x1e{json.dumps(record)}\n" for record in RECORDS),
    "HAR": json.dumps(HAR),
    "HAR, printed": json.dumps(HAR, indent=2),
    "HAR with members around its log": json.dumps({**HAR, "note": {"by": [1]}}),
    "one object after the other on a line": "".join(map(json.dumps, RECORDS)),
    "a comma behind each line": ",\n".join(map(json.dumps, RECORDS)) + ",\n",
    "objects, printed, with commas between": ",\n".join(json.dumps(record, indent=2) for record in RECORDS),
    "a printed object among lines": "\n".join(
        json.dumps(record, indent=2 if at == 2 else None) for at, record in enumerate(RECORDS)
    ),
    "an answer of a service": json.dumps({"success": True, "total": 4, "data": RECORDS, "next": None}),
    "an answer of a service, printed": json.dumps({"results": RECORDS}, indent=2),
    "an answer a line": "\n".join(
        json.dumps({"success": True, "data": RECORDS[at : at + 2]}) for at in (0, 2)
    ),
}


def unescaped(text: str) -> str:
    """JSON with line breaks within its strings as they are: what programs write that put JSON together themselves."""
    return text.replace("\\n", "\n")


def read(content: bytes, name: str = "stdin") -> tuple[list[bytes], Tally]:
    """The messages in a stream, and what was left out."""
    tally = Tally()
    parts = jsonl.read_stream(io.BufferedReader(io.BytesIO(content)), name, tally)  # type: ignore[arg-type]
    return [part.message.value or b"" for part in parts], tally


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress, bz2.compress])
def test_every_layout_gives_the_same_records(layout: str, pack: Any) -> None:
    values, tally = read(pack(LAYOUTS[layout].encode()))
    assert [json.loads(value) for value in values] == RECORDS
    assert not tally.skipped


@pytest.mark.parametrize("layout", ["a record a line", "an array", "objects, printed", "HAR"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_is_no_part_of_the_first_record(layout: str, encoding: str) -> None:
    values, tally = read(LAYOUTS[layout].encode(encoding))
    assert [json.loads(value) for value in values] == RECORDS
    assert not tally.skipped


def test_the_key_is_the_host_and_the_number_that_of_the_line(tmp_path: Path) -> None:
    path = tmp_path / "items.jl.jsonl"
    path.write_text("\n" + LAYOUTS["with blank lines and CRLF"])
    items = list(feeding.read([path]))
    assert (items[1].url, items[1].message.key) == ("https://gull.example/1", b"gull.example")
    assert [item.origin.rpartition(":")[2] for item in items] == ["2", "4", "6", "8"]


@pytest.mark.parametrize(
    "broken", [b"json failed to parse", b'{"url": "https://gull.example/x", "html": "<p>cut', b'{"url": 1,', b"\xff{}"]
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_broken_line_is_a_message_too_and_takes_no_other_with_it(broken: bytes, place: int) -> None:
    lines = [json.dumps(record).encode() for record in RECORDS]
    lines.insert(place, broken)
    values, tally = read(b"\n".join(lines))
    assert values == lines
    assert not tally.failed


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "layout", ["a record a line", "an array, as Scrapy writes it", "an array, printed", "objects, printed", "HAR, printed"]
)  # fmt: skip
def test_line_breaks_in_strings_that_nobody_escaped_end_no_record(layout: str, newline: str) -> None:
    values, tally = read(unescaped(LAYOUTS[layout]).replace("\n", newline).encode())
    assert [json.loads(value, strict=False) for value in values] == [
        json.loads(unescaped(json.dumps(record)).replace("\n", newline), strict=False) for record in RECORDS
    ]
    assert not tally.failed


@pytest.mark.parametrize(
    "broken", ['{"url": "https://gull.example/x", "html": "<p>cut', '{"url": "a", "attrs": [', '{"url":']
)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_broken_line_beside_such_records_costs_itself_alone(broken: str, place: int) -> None:
    lines = [unescaped(json.dumps(record)) for record in RECORDS]
    lines.insert(place, broken)
    values, tally = read("\n".join(lines).encode())
    assert values == [line.encode() for line in lines]
    assert not tally.failed


def test_a_list_within_a_record_stays_in_it() -> None:
    for record in (
        {"data": [{"n": 1}, {"n": 2}], "url": "https://gull.example/1", "html": "x"},
        {"status": 200, "link": "https://gull.example/1", "items": [{"n": 1}]},
        {"items": [{"n": 1}, 2]},
        {"data": [{"n": 1}], "results": [{"n": 2}]},
        {"data": []},
    ):
        values, _ = read(json.dumps(record).encode())
        assert [json.loads(value) for value in values] == [record]


def test_addresses_alone_are_counted_and_not_fed() -> None:
    values, tally = read(
        b'https://a.example/\nhttps://b.example/x?y=1,\n"https://c.example/"\n{"url": "https://d.example/"}\n'
    )
    assert values == [b'{"url": "https://d.example/"}']
    assert tally.skipped == {Skip.URL_ONLY: 3}
    assert tally.failed
    assert "have a crawler fetch it" in " ".join(tally.messages())


def test_elements_that_are_no_objects_are_counted() -> None:
    values, tally = read(b'[1, {"url": "a"}, "https://a.example/", [2], null]')
    assert values == [b'{"url": "a"}']
    assert tally.skipped == {Skip.NOT_OBJECTS: 3, Skip.URL_ONLY: 1}


def test_an_array_cut_short_gives_its_whole_elements_and_its_damage() -> None:
    content = LAYOUTS["an array, printed"].encode()
    for cut in range(1, len(content) - 1):
        values, tally = read(content[:cut])
        assert [json.loads(value) for value in values] == RECORDS[: len(values)]
        assert tally.failed


def test_a_broken_element_of_an_array_costs_itself() -> None:
    lines = [json.dumps(record) for record in RECORDS]
    lines[1] = '{"url": "a" "html": "b"}'
    values, tally = read(("[\n" + ",\n".join(lines) + "\n]").encode())
    assert [json.loads(value) for value in values] == [RECORDS[0], *RECORDS[2:]]
    assert [(damage.at > 0, damage.file) for damage in tally.damages] == [(True, "stdin")]


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress, bz2.compress])
def test_a_compressed_file_cut_short_gives_whole_lines_and_its_damage(pack: Any) -> None:
    content = pack(LAYOUTS["a record a line"].encode())
    for cut in range(17, len(content)):
        values, tally = read(content[:cut], "pages.jsonl.gz")
        assert [json.loads(value) for value in values] == RECORDS[: len(values)]
        assert tally.skipped == {Skip.DAMAGED: 1}
        assert tally.damages[0].file == "pages.jsonl.gz"


def test_a_record_that_is_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (json_records, json_values):
        monkeypatch.setattr(module, "MAX_PAGE_BYTES", 300_000)
    long = json.dumps({"url": "https://gull.example/long", "html": "x" * 900_000})
    for before, between, after in (("", "\n", "\n"), ("[\n", ",\n", "\n]")):
        lines = [json.dumps(RECORDS[0]), long, json.dumps(RECORDS[1])]
        values, tally = read((before + between.join(lines) + after).encode())
        assert [json.loads(value) for value in values] == RECORDS[:2]
        assert tally.skipped == {Skip.TOO_LARGE: 1}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=40)
@given(
    st.lists(st.dictionaries(st.text(min_size=1, max_size=5), _JSON, min_size=1, max_size=4), max_size=5),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
)
def test_any_records_in_any_layout_come_out_as_they_went_in(
    records: list[dict[str, Any]], indent: int | None, array: bool
) -> None:
    records = [record for record in records if "log" not in record]
    layout = json.dumps(records, indent=indent) if array else "\n".join(json.dumps(r, indent=indent) for r in records)  # fmt: skip
    values, tally = read(layout.encode())
    assert [json.loads(value) for value in values] == records
    assert not tally.failed


@given(
    st.lists(
        st.dictionaries(st.text("abc\n ", min_size=1, max_size=5), st.text('a\n}{[]:,"\\', max_size=12), min_size=1, max_size=4),
        max_size=5,
    ),
    st.sampled_from([None, 0, 2]),
    st.booleans(),
)  # fmt: skip
def test_any_records_with_line_breaks_in_strings_come_out_as_they_went_in(
    records: list[dict[str, Any]], indent: int | None, array: bool
) -> None:
    layout = json.dumps(records, indent=indent) if array else "\n".join(json.dumps(r, indent=indent) for r in records)  # fmt: skip
    values, tally = read(unescaped(layout.replace("\\\\", "|")).encode())
    wanted = [json.loads(json.dumps(record).replace("\\\\", "|")) for record in records]
    assert [json.loads(value, strict=False) for value in values] == wanted
    assert not tally.failed


@given(st.binary(max_size=200) | st.text('{}[],:"\\ \n1aé').map(str.encode))
def test_any_bytes_are_read_without_an_error(content: bytes) -> None:
    for prefix in (b"", b"[", b'{"log":{"entries":[', b"{\n", codecs.BOM_UTF16_LE):
        read(prefix + content)


def test_what_nests_without_end_is_no_endless_work() -> None:
    for content in (
        b"[" * 20_000,
        b'{"a":' * 20_000,
        b"{\n" * 20_000,
        b"[\n[" * 100_000,
        b'[{"a":[\n' * 50_000,
    ):
        read(content)
