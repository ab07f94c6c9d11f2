"""The address of a record is found wherever crawlers put it, and its host is the Kafka key."""

from __future__ import annotations

import json

import pytest

from streams.feeding.address import address, host_key, url_key

_LONG = "x" * 10_000


@pytest.mark.parametrize(
    "record",
    [
        {"url": "https://a.example/1", "html": _LONG},
        {"html": _LONG, "url": "https://a.example/1"},
        {"response_url": "https://a.example/1", "body": _LONG},
        {"body": _LONG, "link": "https://a.example/1"},
        {"request": {"endpoint": "https://a.example/1"}},
        {"r": {"body": _LONG, "url": "https://a.example/1"}},
        {"rawHtml": _LONG, "metadata": {"sourceURL": "https://a.example/1"}},
    ],
)
def test_an_address_is_found_near_the_beginning_at_the_end_and_within(record: dict[str, object]) -> None:
    assert address(json.dumps(record).encode()) == "https://a.example/1"


def test_escaped_slashes_and_letters_are_unescaped() -> None:
    assert address(b'{"url": "https:\\/\\/a.example\\/caf\\u00e9"}') == "https://a.example/café"


@pytest.mark.parametrize("value", [b"", b"no JSON", b"[1]", b'{"url": 7}', b'{"a": "\\"url\\": \\"https://b.example\\""}', b'{"url": "\xff"}'])  # fmt: skip
def test_what_has_no_address_gives_none(value: bytes) -> None:
    assert address(value) == ""


def test_the_key_is_the_host_however_the_address_is_written() -> None:
    hosts = {
        host_key(url) for url in ("https://News.Example/a", "http://news.example:8080/b?c", "//news.example")
    }
    assert hosts == {b"news.example"}
    assert host_key("https://bücher.example/") == b"xn--bcher-kva.example"


@pytest.mark.parametrize("url", ["", "file:///a.html", "no address", "https://"])
def test_without_a_host_there_is_no_key(url: str) -> None:
    assert host_key(url) is None


def test_a_key_by_address_is_the_address() -> None:
    assert (url_key("https://a.example/é"), url_key("")) == ("https://a.example/é".encode(), None)
