"""Every record format is recognised and read, nothing in it is lost, and errors name what is wrong."""

from __future__ import annotations

import json

import msgspec
import pytest
from intake.shapes import HTML, SHAPES, URL, b64, read

from streams import intake
from streams.errors import BadRecord
from streams.records import Message


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_recognised_and_read(shape: str) -> None:
    page = read(SHAPES[shape])
    assert (page.shape, page.url, page.status) == (shape, URL, 200)
    assert page.id
    if shape != "extracted":
        content = page.content if isinstance(page.content, str) else page.content.decode()
        assert content == HTML
        assert shape == "firecrawl" or page.headers.get("x") == "1"
    if shape != "frontera":
        assert page.fetched_at == "2026-03-01T08:00:00Z"


@pytest.mark.parametrize("shape", SHAPES)
def test_unknown_fields_are_carried_through(shape: str) -> None:
    record = msgspec.to_builtins(SHAPES[shape])
    (record["r"] if shape == "frontera" else record)["editor"] = {"name": "Rui", "tags": [1, 2]}
    assert read(record).attrs["editor"] == {"name": "Rui", "tags": [1, 2]}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_page_replayed_gets_the_same_id_and_another_body_another(shape: str) -> None:
    record = SHAPES[shape]
    assert read(record).id == read(dict(reversed(record.items()))).id
    changed = msgspec.json.decode(
        msgspec.json.encode(record)
        .replace(b"Lisbon", b"Vienna")
        .replace(b64(HTML).encode(), b64(HTML + " ").encode())
    )
    assert read(changed).id != read(record).id


def test_a_record_that_was_encoded_twice_is_that_record() -> None:
    page = intake.read(Message(value=json.dumps(json.dumps({"url": URL, "html": HTML})).encode()))
    assert (page.url, page.content) == (URL, HTML)
    assert [note.detail for note in page.notes] == ["a record encoded as JSON twice"]
    with pytest.raises(BadRecord, match="but str"):
        intake.read(Message(value=json.dumps(json.dumps(json.dumps({"url": URL}))).encode()))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b"json failed to parse", "scrapy-cluster"),
        (b"", "an empty message"),
        (None, "an empty message"),
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not"),
        (b"[1, 2]", "but list [1, 2]"),
        (b"{}", "fields (none)"),
        (b'{"title": "x"}', "fields title"),
        (b'{"url": 7, "html": ""}', "'url' is int 7"),
        (b'{"url": "", "html": "x"}', "'url' is empty, expected"),
        (b'{"url": "u", "html": 7}', "'html' is int 7"),
        (b'{"url": "u", "body": {"a": 1}}', "'body' is dict"),
        (b'{"link": "u", "page": 3}', "an item without a page"),
        (b'{"url": "' + b"u" * 70_000 + b'", "html": "x"}', "70,000 characters"),
        (b'{"request": {"endpoint": "u"}, "error": "no route"}', "no route"),
        (b'{"Envelope": {"WARC-Header-Metadata": {}}}', "WAT"),
        (b'{"log": {"entries": []}}', "0 entries"),
        (b'{"success": true, "data": [{"html": "x", "metadata": {"statusCode": 200}}, {}]}', "2 pages"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_named_with_its_place(value: bytes | None, said: str) -> None:
    with pytest.raises(BadRecord) as error:
        intake.read(Message(value=value, topic="pages.raw", partition=3, offset=7))
    assert said in str(error.value)
    assert "pages.raw" in str(error.value)


def test_a_record_beside_a_header_url_is_a_record_and_an_api_s_answer_is_bytes() -> None:
    record, answer = msgspec.json.encode({"url": URL, "html": HTML}), b'{"items": [1, 2]}'
    for extra in ((), (("content-type", b"application/octet-stream"),)):
        headers = (("url", URL.encode()), *extra)
        assert intake.read(Message(value=record, headers=headers)).content == HTML
        assert intake.read(Message(value=answer, headers=headers)).content == answer
    declared = (("url", URL.encode()), ("Content-Type", b"text/html"))
    assert intake.read(Message(value=record, headers=declared)).content == record


@pytest.mark.parametrize(
    "kind", [b"application/json", b"Application/JSON; charset=utf-8", b"text/json", b"application/x-ndjson"]
)
def test_a_record_that_is_declared_as_one_is_a_record(kind: bytes) -> None:
    headers = (("url", URL.encode()), ("content-type", kind))
    assert (
        intake.read(Message(value=msgspec.json.encode({"url": URL, "html": HTML}), headers=headers)).content
        == HTML
    )
    with pytest.raises(BadRecord, match="fields items"):
        intake.read(Message(value=b'{"items": []}', headers=headers))
