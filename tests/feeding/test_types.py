"""The type of a page is told by its bytes, in every shape of a record."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest

from streams.cleaning.data import table
from streams.feeding.types import ContentType, named, type_of
from streams.records import Message


def _type(**fields: Any) -> ContentType:
    record = {"url": "https://a.example/1", **fields}
    return type_of(Message(value=json.dumps(record).encode()))


def _body(content: bytes, **fields: Any) -> ContentType:
    return _type(body=base64.b64encode(content).decode(), **fields)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!doctype html><p>Text</p>", "html"),
        (b"\xef\xbb\xbf<html><p>Text</p>", "html"),
        ("<html><p>Text</p></html>".encode("utf-16"), "html"),
        (gzip.compress(b"<p>Text</p>", mtime=0), "html"),
        (b"Plain words, no markup.", "text"),
        (b"%PDF-1.7\n%\xe2\xe3", "pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"PK\x03\x04\x14\0", "document"),
        (b"ID3\x04", "media"),
        (b"<?xml version='1.0'?><rss version='2.0'></rss>", "xml"),
        (b"wOF2\0\1\0\0", "other"),
        (b"", "empty"),
        (b"\x1f\x8b\x08\0 no gzip at all", "unreadable"),
    ],
)
def test_bytes_decide(content: bytes, kind: str) -> None:
    assert _body(content, status=200, content_type="text/html") == kind


def test_a_declared_type_decides_where_the_bytes_say_nothing() -> None:
    assert _body(b'{"a": 1}', content_type="application/json") == ContentType.JSON
    assert _body(b"a { color: red }", content_type="text/css") == ContentType.OTHER


def test_strings_have_types_too() -> None:
    assert _type(html="<p>Text</p>") == ContentType.HTML
    assert _type(text="Words") == ContentType.TEXT
    assert _type(html="%PDF-1.7 decoded") == ContentType.PDF


@pytest.mark.parametrize("value", [b"no JSON", b"{}", b'{"url": "https://a.example/"}', b""])
def test_what_intake_does_not_read_is_unreadable(value: bytes) -> None:
    assert type_of(Message(value=value)) == ContentType.UNREADABLE


def test_every_known_signature_has_a_type_and_few_have_none_of_their_own() -> None:
    others = {row["name"] for row in table("bytes")["signature"] if named(row["name"]) is ContentType.OTHER}
    expected = ("archive", "font", "program", "WebAssembly", "database")
    assert all(any(word in name for word in expected) for name in others), others
