"""Pages in message values, described by Kafka headers."""

from __future__ import annotations

import pytest
from intake.shapes import HTML, URL

from streams import intake
from streams.errors import BadRecord
from streams.intake.adapters import raw_bytes
from streams.intake.adapters.raw_bytes import ValueKind
from streams.records import Message


def test_plain_bytes_are_read_by_their_kafka_headers() -> None:
    headers = (("url", URL.encode()), ("content-type", b"text/html"), ("status", b"200"), ("desk", b"local"))
    page = intake.read(Message(value=HTML.encode(), headers=headers))
    assert (page.url, page.content, page.form, page.status) == (URL, HTML.encode(), "html", 200)
    assert page.attrs == {"desk": "local"}


@pytest.mark.parametrize(
    ("value", "headers", "kind"),
    [
        (b"<html>", [("url", b"u")], ValueKind.PAGE),
        (b"<html>", [("URL", b"u")], ValueKind.PAGE),
        (b"{}", [], ValueKind.RECORD),
        (b"{}", [("url", b"u")], ValueKind.UNKNOWN),
        (b"\xef\xbb\xbf {}", [("url", b"u")], ValueKind.PAGE),
        (b"\xff\xfe{\x00", [("url", b"u"), ("content-type", b"binary/octet-stream")], ValueKind.UNKNOWN),
        (b"{}", [("url", b"u"), ("content-type", b"text/html")], ValueKind.PAGE),
        (b"<html>", [("url", b"u"), ("content-type", b"application/ld+json; x")], ValueKind.RECORD),
        (None, [("url", b"u")], ValueKind.PAGE),
    ],
)
def test_headers_say_whether_the_value_is_a_page_or_a_record(
    value: bytes | None, headers: list[tuple[str, bytes]], kind: ValueKind
) -> None:
    assert raw_bytes.declared_kind(Message(value=value, headers=tuple(headers))) is kind


def test_headers_of_crawlmill_are_no_attributes_and_an_id_with_a_letter_is_kept() -> None:
    headers = (("url", URL.encode()), ("id", b"fetch-7"), ("crawlmill-arrived", b"1"), ("desk", b"\xff"))
    page = raw_bytes.read(Message(value=b"<p>", headers=headers))
    assert (page.id, page.attrs) == ("fetch-7", {"desk": "\ufffd"})
    numbered = raw_bytes.read(Message(value=b"<p>", headers=(("url", URL.encode()), ("id", b"7"))))
    assert numbered.id.startswith("7-")
    assert numbered.attrs == {"id": "7"}


def test_an_empty_url_is_an_error() -> None:
    with pytest.raises(BadRecord, match="'url' is empty"):
        raw_bytes.read(Message(value=b"<p>", headers=(("url", b" "),)))
