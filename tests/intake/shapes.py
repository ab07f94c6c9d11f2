"""A record of each format that intake reads, all of one page, and how a test reads one."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from streams import intake
from streams.records import Message, RawPage

HTML = "<html><body><p>Two trams met in Lisbon.</p></body></html>"
URL = "https://news.example/trams"


def read(record: object, **message: Any) -> RawPage:
    """The page of a record as it comes from Kafka."""
    return intake.read(
        Message(value=msgspec.json.encode(record), topic="pages.raw", partition=3, offset=7, **message)
    )


def b64(text: str | bytes) -> str:
    """Text or bytes in base64."""
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
