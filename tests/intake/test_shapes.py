"""Every shape that crawlers write is read as it is: recognised, nothing lost, wrong fields named."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import msgspec
import pytest

from streams import intake
from streams.errors import BadRecord
from streams.records import Message, RawPage

HTML = "<html><body><p>Two trams met in Lisbon.</p></body></html>"
URL = "https://news.example/trams"


def read(record: object, **message: Any) -> RawPage:
    """The page of a record as it comes from Kafka."""
    return intake.read(
        Message(value=msgspec.json.encode(record), topic="pages.raw", partition=3, offset=7, **message)
    )


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


SHAPES: dict[str, dict[str, Any]] = {
    "native": {"url": URL, "html": HTML, "status": 200, "headers": {"X": "1"}, "fetched_at": "2026-03-01T08:00:00Z"},
    "scrapy_cluster": {
        "url": URL, "response_url": URL, "status_code": 200, "response_headers": {"X": ["1"]}, "body": HTML,
        "timestamp": "2026-03-01T08:00:00", "crawlid": "c1", "appid": "a1",
    },
    "scrapy_item": {
        "link": URL, "content": HTML, "http_status": 200, "response_headers": {"X": "1"},
        "scraped_at": "2026-03-01 08:00:00",
    },
    "frontera": {
        "type": "page_crawled",
        "r": {"url": URL, "status_code": 200, "headers": {"X": ["1"]}, "meta": {"score": 1}, "body": b64(HTML)},
    },
    "nutch": {
        "url": URL, "timestamp": "1772352000000", "status": "200", "mimeType": "text/html",
        "request": {"method": "GET"},
        "response": {"status": "200", "server": {"hostname": "h"}, "headers": [["X", "1"]], "body": HTML},
    },
    "katana": {
        "timestamp": "2026-03-01T09:00:00.000000000+01:00",
        "request": {"method": "GET", "endpoint": URL, "tag": "a", "raw": "GET / HTTP/1.1\r\nCookie: secret\r\n\r\n"},
        "response": {"status_code": 200, "headers": {"x": "1", "content_type": "text/html"}, "body": HTML, "raw": "..."},
    },
    "har": {
        "startedDateTime": "2026-03-01T08:00:00.000Z", "time": 31.5, "timings": {"wait": 30}, "cache": {},
        "request": {"method": "GET", "url": URL, "headers": [{"name": "Cookie", "value": "secret"}]},
        "response": {
            "status": 200, "headers": [{"name": "X", "value": "1"}],
            "content": {"size": 9, "mimeType": "text/html; charset=utf-8", "text": b64(HTML), "encoding": "base64"},
        },
    },
    "firecrawl": {
        "html": HTML, "markdown": "Two trams met in Lisbon.", "timestamp": "2026-03-01T08:00:00Z",
        "metadata": {"sourceURL": URL, "url": URL, "statusCode": 200, "title": "Trams"},
    },
    "crawl4ai": {
        "url": URL, "html": HTML, "success": True, "cleaned_html": "<p>Two trams met in Lisbon.</p>", "status_code": 200,
        "response_headers": {"x": "1"}, "markdown": {"raw_markdown": "Two trams met in Lisbon."}, "redirected_url": URL,
        "timestamp": 1772352000.0,
    },
    "apify": {
        "url": URL, "html": HTML, "text": "Two trams met in Lisbon.", "metadata": {"title": "Trams", "headers": {"x": "1"}},
        "crawl": {"loadedUrl": URL, "loadedTime": "2026-03-01T08:00:00.000Z", "httpStatusCode": 200, "depth": 0},
    },
    "zyte": {
        "url": URL, "statusCode": 200, "httpResponseBody": b64(HTML), "httpResponseHeaders": [{"name": "X", "value": "1"}],
        "timestamp": "20260301080000",
    },
    "extracted": {
        "url": URL, "maintext": "Two trams met in Lisbon.", "title": "Trams", "authors": ["Ana Reis"],
        "date_publish": "2026-02-28 09:30:00", "date_download": "2026-03-01 08:00:00",
    },
}  # fmt: skip


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


def test_the_native_record_s_id_stays_as_it_is_given() -> None:
    page = read(SHAPES["native"] | {"id": "crawl-7/abc"})
    assert (page.id, page.attrs) == ("crawl-7/abc", {})


@pytest.mark.parametrize(
    ("shape", "own"),
    [
        ("native", {"id": 42}),
        ("native", {"id": "42"}),
        ("native", {"id": "2024-42"}),
        ("scrapy_item", {"id": "post-42"}),
        ("scrapy_item", {"_id": {"$oid": "65e6f0a0c3d4e5f6a7b8c9d0"}}),
        ("extracted", {"id": 42}),
    ],
)
def test_an_id_that_may_be_another_site_s_too_is_made_the_page_s_own(shape: str, own: dict[str, Any]) -> None:
    here = SHAPES[shape] | own
    there = json.loads(json.dumps(here).replace("news.example", "gazette.example"))
    assert read(here).id != read(there).id
    assert read(here).id == read(here | {"fetched_at": "2026-04-01T00:00:00Z"}).id
    assert read(here).id.startswith(str(read(here).id).rpartition("-")[0])
    (name,) = own
    assert read(here).attrs[name] == own[name]


def test_an_id_that_is_longer_than_a_key_should_be_is_hashed() -> None:
    page = read(SHAPES["native"] | {"id": "a" * 5_000})
    assert len(page.id) == 32
    assert page.attrs["id"] == "a" * 5_000


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/html"},
        {"content-type": ["text/html"]},
        [{"content-type": "text/html"}],
        [["Content-TYPE", "text/html"]],
        [{"name": "Content-Type", "value": "text/html"}],
        [{"key": "Content-Type", "value": "text/html"}],
        ["HTTP/1.1 200 OK", "Content-Type: text/html"],
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        "{b'Content-Type': [b'text/html']}",
        "{'Content-Type': 'text/html'}",
        '{"Content-Type": "text/html"}',
        {"b'Content-Type'": ["b'text/html'"]},
    ],
)
def test_headers_may_be_written_in_any_way_that_crawlers_know(headers: object) -> None:
    assert read({"url": URL, "html": HTML, "headers": headers}).headers == {"content-type": "text/html"}


def test_many_headers_are_read_in_time_in_proportion() -> None:
    page = read({"url": URL, "html": HTML, "headers": [["a", "b"]] * 400_000})
    assert len(page.headers["a"]) == 3 * 400_000 - 2


@pytest.mark.parametrize(
    "headers",
    [
        "[" * 60_000,
        "[" + "-" * 60_000 + "1]",
        "{" * 60_000,
        "[" + "9" * 60_000 + "]",
        "{1: 2}",
        "a" * 300_000,
    ],
)
def test_headers_that_are_text_of_nothing_are_none(headers: str) -> None:
    assert read({"url": URL, "html": HTML, "headers": headers}).headers in ({}, {"1": "2"})


def test_an_address_is_read_without_the_blanks_around_it() -> None:
    assert read({"url": f" {URL}\n", "html": HTML}).url == URL
    assert read({"loc": "Lisbon", "href": URL, "content": HTML}).url == URL


def test_several_values_of_a_header_are_joined() -> None:
    page = read({"url": URL, "html": HTML, "headers": {"Set-Cookie": ["a=1", "b=2"]}})
    assert page.headers == {"set-cookie": "a=1, b=2"}


def test_base64_that_nothing_flags_is_found_and_text_that_looks_like_it_is_left() -> None:
    assert read({"link": URL, "content": b64(HTML)}).content == HTML.encode()
    assert read({"link": URL, "content": b64(gzip.compress(HTML.encode()))}).content[:2] == b"\x1f\x8b"
    assert read({"link": URL, "content": "abcd" * 8}).content == "abcd" * 8


def test_text_in_the_native_body_is_taken_as_the_page_and_what_is_neither_is_undecodable() -> None:
    assert read({"url": URL, "body": HTML}).content == HTML
    with pytest.raises(BadRecord, match="not base64") as error:
        read({"url": URL, "body": "?? not base64 ??"})
    assert error.value.code == "undecodable"


@pytest.mark.parametrize("text", ["<p>??>>~~</p>", "<p>??>>~~</p>.", "<p>??>>~~</p>.."])
def test_base64_may_be_of_the_other_alphabet_unpadded_or_a_data_url(text: str) -> None:
    packed = gzip.compress(text.encode() * 9, mtime=0)
    for written in (
        base64.urlsafe_b64encode(packed).decode(),
        base64.urlsafe_b64encode(packed).decode().rstrip("="),
        "data:text/html;charset=utf-8;base64," + b64(packed.decode("latin-1").encode("latin-1")),
    ):
        assert read({"url": URL, "body": written}).content == packed


def test_a_record_that_was_encoded_twice_is_that_record() -> None:
    page = intake.read(Message(value=json.dumps(json.dumps({"url": URL, "html": HTML})).encode()))
    assert (page.url, page.content) == (URL, HTML)
    assert [note.detail for note in page.notes] == ["a record encoded as JSON twice"]
    with pytest.raises(BadRecord, match="but str"):
        intake.read(Message(value=json.dumps(json.dumps(json.dumps({"url": URL}))).encode()))


def test_lists_of_one_as_item_loaders_leave_them_are_their_values() -> None:
    page = read({"url": [URL], "body": [HTML], "status": [200], "title": ["Trams"]})
    assert (page.url, page.content, page.status, page.shape) == (URL, HTML, 200, "scrapy_item")
    assert page.attrs == {"title": ["Trams"]}


def test_a_status_without_a_body_is_a_page_too() -> None:
    page = read({"url": URL, "status": 404})
    assert (page.status, page.content) == (404, "")


def test_what_an_extracting_crawler_says_is_given_and_no_zone_is_made_up() -> None:
    page = read(SHAPES["extracted"])
    assert (page.form, page.given.title, page.given.authors) == ("text", "Trams", ("Ana Reis",))
    assert page.given.published_at == "2026-02-28T09:30:00"


def test_media_cloud_s_names_are_known() -> None:
    page = read(
        {
            "original_url": URL,
            "text_content": "Two trams met.",
            "article_title": "Trams",
            "publication_date": "2026-02-28",
        }
    )
    assert (page.url, page.content, page.given.title, page.given.published_at) == (
        URL,
        "Two trams met.",
        "Trams",
        "2026-02-28",
    )


def test_plain_bytes_are_read_by_their_kafka_headers() -> None:
    headers = (("url", URL.encode()), ("content-type", b"text/html"), ("status", b"200"), ("desk", b"local"))
    page = intake.read(Message(value=HTML.encode(), headers=headers))
    assert (page.url, page.content, page.form, page.status) == (URL, HTML.encode(), "html", 200)
    assert page.attrs == {"desk": "local"}


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


@pytest.mark.parametrize(
    "status", [404, 404.0, "404", " 404 ", "404 Not Found", "HTTP/1.1 404 Not Found", [404], "404.0"]
)
def test_a_status_may_be_a_number_or_the_text_of_one(status: object) -> None:
    page = read({"url": URL, "html": HTML, "status": status})
    assert (page.status, page.attrs) == (404, {})


@pytest.mark.parametrize("status", ["published", "okay", 7, -1, True, {"code": 200}, "20000", 0, "200OK?"])
def test_a_status_of_something_else_is_an_attribute(status: Any) -> None:
    record = json.dumps({"url": URL, "html": HTML, "status": status}).encode()
    page = intake.read(Message(value=record))
    assert page.status is None
    assert page.attrs == {"status": status}


def test_the_next_name_is_tried_where_the_first_is_of_something_else() -> None:
    page = read(
        {
            "url": URL,
            "html": HTML,
            "status": "published",
            "statusCode": 404,
            "timestamp": "soon",
            "crawledAt": 1772352000,
        }
    )
    assert (page.status, page.fetched_at) == (404, "2026-03-01T08:00:00Z")
    assert page.attrs == {"status": "published", "timestamp": "soon"}


@pytest.mark.parametrize(
    "field",
    ["headers", "final_url", "fetched_at", "content_type", "encoding", "source", "attrs", "id", "status"],
)
@pytest.mark.parametrize("value", [7.5, True, ["a", 1], {"x": {"y": 1}}])
def test_a_page_is_not_lost_for_a_field_of_another_type(field: str, value: object) -> None:
    page = read({"url": URL, "html": HTML, field: value})
    assert page.content == HTML


@pytest.mark.parametrize("blank", [None, "", "  ", []])
@pytest.mark.parametrize("full", ["html", "body", "text", "content", "raw_html", "pageSource"])
def test_the_page_is_found_whichever_field_it_is_in_beside_blank_ones(blank: object, full: str) -> None:
    record: dict[str, Any] = dict.fromkeys(["html", "body", "text", "content"], blank) | {
        "url": URL,
        full: HTML,
    }
    page = read(record)
    assert (page.content, page.attrs) == (HTML, {})


@pytest.mark.parametrize(
    "body",
    [
        b64(HTML),
        str(HTML.encode()),
        {"type": "Buffer", "data": list(HTML.encode())},
        {"$binary": {"base64": b64(HTML), "subType": "00"}},
        [HTML],
        list(HTML.encode()),
    ],
)
def test_a_body_may_be_written_as_other_languages_write_bytes(body: object) -> None:
    for record in ({"url": URL, "body": body}, {"link": URL, "content": body}):
        content = read(record).content
        assert (content if isinstance(content, str) else content.decode()) == HTML


def test_what_a_request_sent_is_not_passed_on() -> None:
    for shape in ("har", "katana"):
        assert b"secret" not in msgspec.json.encode(read(SHAPES[shape]))


def test_a_har_of_one_entry_is_that_entry() -> None:
    assert read({"log": {"version": "1.2", "entries": [SHAPES["har"]]}}) == read(SHAPES["har"])


def test_markdown_becomes_text_and_the_metadata_is_given() -> None:
    page = read(
        {
            "success": True,
            "data": SHAPES["firecrawl"] | {"html": None, "markdown": "# Trams\n\nTwo [trams](/t) met."},
        }
    )
    assert (page.shape, page.content, page.form, page.given.title) == (
        "firecrawl",
        "Trams\n\nTwo trams met.",
        "text",
        "Trams",
    )


def test_a_crawl_of_one_page_is_that_page() -> None:
    assert read({"status": "completed", "data": [SHAPES["firecrawl"]]}).content == HTML


def test_names_of_fields_may_be_in_camel_case() -> None:
    page = read(
        {
            "pageUrl": URL,
            "pageSource": HTML,
            "statusCode": 200,
            "responseHeaders": {"x": "1"},
            "crawledAt": 1772352000000,
        }
    )
    assert (page.status, page.headers, page.fetched_at) == (200, {"x": "1"}, "2026-03-01T08:00:00Z")


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
