"""Every shape that crawlers write is read as it is: recognised, nothing lost, wrong fields named."""

from __future__ import annotations

import base64
import gzip
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
        assert page.headers.get("x") == "1"
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


def test_a_crawler_s_own_id_wins_also_as_a_number() -> None:
    assert read(SHAPES["native"] | {"id": "abc"}).id == "abc"
    assert read(SHAPES["native"] | {"id": 17}).id == "17"
    assert read(SHAPES["scrapy_item"] | {"_id": 17}).id == "17"


@pytest.mark.parametrize(
    "headers",
    [{"Content-Type": "text/html"}, {"content-type": ["text/html"]}, [["Content-TYPE", "text/html"]]],
)
def test_headers_may_be_strings_lists_or_pairs(headers: object) -> None:
    assert read({"url": URL, "html": HTML, "headers": headers}).headers == {"content-type": "text/html"}


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
        (b'{"url": "", "html": "x"}', "'url' is empty"),
        (b'{"url": "u", "html": 7}', "'html' is int 7"),
        (b'{"url": "u", "html": "x", "status": "okay"}', "'status' is str 'okay'"),
        (b'{"url": "u", "html": "x", "headers": 7}', "headers are int 7"),
        (b'{"url": "u", "html": "x", "attrs": []}', "'attrs' is list"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_named_with_its_place(value: bytes | None, said: str) -> None:
    with pytest.raises(BadRecord) as error:
        intake.read(Message(value=value, topic="pages.raw", partition=3, offset=7))
    assert said in str(error.value)
    assert "pages.raw" in str(error.value)
