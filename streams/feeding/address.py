"""The address of a page, found without reading its whole record, and the Kafka key made of it."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from streams import urls

_SEARCHED = 4_096  # bytes of a record in which its address is searched for before the record is decoded
_HEAD = re.compile(rb'"(?:url|response_url)"\s{0,20}:\s{0,20}("(?:[^"\\\x00-\x1f]|\\.){1,2000}")')
# Names of addresses, and the objects of crawlers' records that have them, in the order of preference (docs/intake.md).
_NAMES = (
    "url", "response_url", "page_url", "link", "source_url", "request_url", "original_url", "permalink", "uri", "href", "loc",
    "endpoint", "sourceURL", "loadedUrl",
)  # fmt: skip
_WITHIN = ("r", "request", "metadata", "crawl", "data")
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])
_string = msgspec.json.Decoder(str)


def address(value: bytes) -> str:
    """Return the URL in a JSON record; empty where none is found. A guess that spreads load and takes samples; intake decides.

    >>> address(b'{"html": "<p>Text</p>", "link": "https://a.example/1"}')
    'https://a.example/1'
    """
    found = _HEAD.search(value, 0, _SEARCHED)
    return (_text(found[1]) if found else "") or _decoded(value)


def host_key(url: str) -> bytes | None:
    """Return the Kafka key of a page: its host in lower-case ASCII; None where the URL has none.

    >>> host_key("https://News.Example:8080/a"), host_key("file:///a.html")
    (b'news.example', None)
    """
    return urls.host(url).encode() or None


def url_key(url: str) -> bytes | None:
    """Return the URL itself as a Kafka key; None for an empty one."""
    return url.encode("utf-8", "replace") or None


def _decoded(value: bytes) -> str:
    fields = _object(value)
    for holder in (fields, *(_object(fields[name]) for name in _WITHIN if name in fields)):
        for name in _NAMES:
            if url := _text(holder[name]) if name in holder else "":
                return url
    return ""


def _object(value: Any) -> dict[str, msgspec.Raw]:
    try:
        return _fields.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _text(value: Any) -> str:
    try:
        return _string.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
