"""WARC records become pages: responses, resources, extracted text and revisits; others are counted by their type."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from feeding.archives import PACKINGS, http, numbers, page, read, record, response

from streams import feeding
from streams.feeding import Skip, Tally
from streams.feeding.readers import warc_pages


def test_what_is_no_page_is_counted_by_its_type(tmp_path: Path) -> None:
    records = [
        record(b"20261102\ngull.example. 300 IN A 192.0.2.1", 1, uri="dns:gull.example", content_type="text/dns"),
        record(b"a: b", 2, "metadata"),
        record(b"log", 3, "resource", uri="metadata://gnu.org/software/wget/warc/wget.log"),
        record(b"{}", 4, "resource", uri="urn:pageinfo:https://gull.example/"),
        record(http(b"half of"), 5, fields=["WARC-Segment-Number: 1"]),
        record(b" a page", 6, "continuation", fields=["WARC-Segment-Number: 2"]),
        record(b"x", 7, "screenshot"),
        record(b"no response", 8),
        response(9),
    ]  # fmt: skip
    pages, tally = read(b"".join(records), tmp_path)
    assert numbers(pages) == [9]
    assert tally.skipped == {
        Skip.WARC_DNS: 1, Skip.WARC_METADATA: 1, Skip.WARC_NOT_HTTP: 3, Skip.WARC_SEGMENT: 2, Skip.WARC_OTHER: 1,
    }  # fmt: skip
    assert not tally.failed


def test_a_response_of_html_by_its_content_type_is_the_page_itself(tmp_path: Path) -> None:
    pages, _ = read(record(page(1), 1, content_type="text/html; charset=utf-8"), tmp_path)
    assert numbers(pages) == [1]
    assert pages[0]["content_type"] == "text/html; charset=utf-8"


def test_angle_brackets_around_an_address_are_not_part_of_it(tmp_path: Path) -> None:
    pages, _ = read(record(http(page(1)), uri="<https://gull.example/1>"), tmp_path)
    assert pages[0]["url"] == "https://gull.example/1"


def test_a_resource_and_an_extracted_text_are_pages_without_http(tmp_path: Path) -> None:
    records = [
        record(page(1), 1, "resource", content_type="text/html"),
        record("Straße".encode(), 2, "conversion", content_type="text/plain"),
    ]
    (resource_page, text), _ = read(b"".join(records), tmp_path, "crawl.wet")
    assert (resource_page["content_type"], resource_page["body"]) == ("text/html", page(1))
    assert (text["content_type"], text["encoding"], text["body"].decode()) == (
        "text/plain",
        "utf-8",
        "Straße",
    )


@pytest.mark.parametrize(
    "refers",
    [
        ["WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-000000000001>"],
        ["WARC-Payload-Digest: sha1:ABC"],
        [
            "WARC-Refers-To-Target-URI: https://gull.example/1",
            "WARC-Refers-To-Date: 2026-11-02T10:00:00Z",
        ],
    ],
)
@pytest.mark.parametrize("packing", ["plain", "gzip, a member a record"])
def test_a_revisit_is_the_page_that_it_refers_to_under_its_own_address(
    refers: list[str], packing: str, tmp_path: Path
) -> None:
    original = record(http(page(1)), 1, fields=["WARC-Payload-Digest: sha1:ABC"])
    revisit = record(http(b""), 2, "revisit", fields=refers)
    (tmp_path / "a").mkdir()
    (tmp_path / "a/1.warc").write_bytes(PACKINGS[packing]([response(5), original]))
    (tmp_path / "a/2.warc").write_bytes(PACKINGS[packing]([revisit]))
    tally = Tally()
    last = [json.loads(item.message.value or b"") for item in feeding.read([tmp_path / "a"], tally)][-1]
    assert last["url"] == "https://gull.example/2"
    assert base64.b64decode(last["body"]) == page(1)
    assert last["source"]["warc_revisit_of"].endswith("1>")
    assert not tally.skipped


def test_a_revisit_of_what_is_elsewhere_is_counted(tmp_path: Path) -> None:
    pages, tally = read(record(http(b""), 2, "revisit", ["WARC-Payload-Digest: sha1:ABC"]), tmp_path)
    assert (pages, tally.skipped, tally.failed) == ([], {Skip.WARC_REVISIT: 1}, False)


def test_a_page_has_the_status_headers_time_and_record_id_of_its_response(tmp_path: Path) -> None:
    block = http(page(1), "X-Served-By: a", status="HTTP/1.1 404 Not Found")
    (found,), _ = read(record(block, 1, fields=["WARC-Truncated: length"]), tmp_path)
    assert (found["status"], found["fetched_at"]) == (404, "2026-11-02T10:00:00Z")
    assert found["headers"]["x-served-by"] == ["a"]
    assert found["source"] == {
        "warc_record_id": "<urn:uuid:00000000-0000-4000-8000-000000000001>",
        "warc_truncated": "length",
    }


def test_the_oldest_originals_are_forgotten_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        warc_pages, "_REMEMBERED", 4
    )  # two names for each record here: its id, its URL with its date
    records = [response(number) for number in (1, 2, 3)]
    revisits = [
        record(
            http(b""),
            10 + number,
            "revisit",
            [f"WARC-Refers-To: <urn:uuid:00000000-0000-4000-8000-{number:012d}>"],
        )
        for number in (1, 3)
    ]
    (tmp_path / "a").mkdir()
    found, tally = read(b"".join([*records, *revisits]), tmp_path / "a")
    assert [each["url"].rpartition("/")[2] for each in found] == ["1", "2", "3", "13"]
    assert tally.skipped == {Skip.WARC_REVISIT: 1}


def test_the_message_of_a_page_has_its_body_in_base64() -> None:
    message = warc_pages.message({"url": "https://gull.example/é", "body": b"\xff"})
    assert json.loads(message.value or b"") == {"url": "https://gull.example/é", "body": "/w=="}
    assert message.key is None  # feeding.read adds that of the host
