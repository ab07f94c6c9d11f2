"""Messages over the limit: gzipped where that helps, in the shape in which intake finds the page again."""

from __future__ import annotations

import base64
import random
from typing import Any

import msgspec
import pytest

from streams import intake
from streams.cleaning.decode.body import Body, decode_body
from streams.feeding.fit import fit, size
from streams.records import Message

HTML = "<html><body>" + "<p>Füße, die weit getragen haben.</p>" * 4_000 + "</body></html>"
LIMIT = 50_000
BASE64 = base64.b64encode(HTML.encode()).decode()
SHAPES: dict[str, dict[str, Any]] = {
    "native html": {"url": "https://a.example/", "html": HTML},
    "native body": {"url": "https://a.example/", "body": BASE64},
    "native body, not encoded": {"url": "https://a.example/", "body": HTML},
    "scrapy item": {"page_url": "https://a.example/", "raw_html": HTML},
    "scrapy-cluster": {"response_url": "https://a.example/", "status_code": 200, "body": HTML},
    "frontera": {
        "type": "page_crawled",
        "r": {"url": "https://a.example/", "status_code": 200, "body": BASE64},
    },
    "nutch": {"url": "https://a.example/", "response": {"status": "200", "headers": [], "body": HTML}},
}


def _message(record: dict[str, Any]) -> Message:
    return Message(value=msgspec.json.encode(record), key=b"https://a.example/", headers=(("trace", b"1"),))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_in_any_shape_is_the_same_page_when_it_was_made_to_fit(shape: str) -> None:
    message = _message(SHAPES[shape])
    fitted = fit(message, LIMIT)
    assert fitted is not None
    assert size(fitted) <= LIMIT < size(message)
    assert (fitted.key, fitted.headers) == (message.key, message.headers)
    before, after = (intake.read(each) for each in (message, fitted))
    assert (after.url, after.shape, after.status) == (before.url, before.shape, before.status)
    body = decode_body(after, 10_000_000)
    assert isinstance(body, Body)
    assert body.text == HTML


def test_the_same_page_becomes_the_same_bytes() -> None:
    assert fit(_message(SHAPES["native html"]), LIMIT) == fit(_message(SHAPES["native html"]), LIMIT)


def test_what_fits_stays_as_it_is() -> None:
    message = Message(value=b"no json")
    assert fit(message, size(message)) is message


@pytest.mark.parametrize(
    "value",
    [
        b"\xff" * 60_000,
        b"[1" * 60_000,
        msgspec.json.encode(
            {"url": "u", "body": base64.b64encode(random.Random(1).randbytes(60_000)).decode()}
        ),
        msgspec.json.encode({"url": "u", "maintext": "words " * 10_000}),
        msgspec.json.encode({"attrs": list(range(20_000))}),
    ],
)
def test_what_cannot_be_made_to_fit_is_none(value: bytes) -> None:
    assert fit(Message(value=value), LIMIT) is None


def test_a_page_of_ten_megabytes_passes_a_limit_of_twelve() -> None:
    page = b"<p>" + base64.b64encode(random.Random(1).randbytes(7_500_000)) + b"</p>"
    assert len(page) > 10_000_000
    body = base64.b64encode(page).decode()
    assert fit(_message({"url": "https://a.example/", "body": body}), 12_000_000) is not None
