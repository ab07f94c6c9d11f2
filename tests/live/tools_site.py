"""What the test with every tool feeds: a local site for Scrapy, a WARC file, and messages for kcat, all of invented articles."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from fastwarc.warc import WarcRecord, WarcRecordType
from live.mill import article

BROKEN = b'{"url": "https://lines.example/broken"'
_CRAWLED, _ARCHIVED, _PRODUCED = range(6), range(10, 16), range(20, 24)  # numbers of articles


def html(number: int) -> bytes:
    """A page with article ``number`` and a quotation of its own."""
    paragraphs = article(number).split("\n\n")
    said = f"“We shall repair bridge {number} before the winter,” said Maria Lopez, the mayor of Lisbon."
    text = "".join(f"<p>{paragraph}</p>\n" for paragraph in (*paragraphs, said))
    return (
        f"<!doctype html><html lang=en><head><title>Bridge {number} is repaired</title></head>"
        f"<body><article><h1>Bridge {number} is repaired</h1>\n{text}</article></body></html>"
    ).encode()


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/")
        links = "".join(f'<a href="/{number}">{number}</a>' for number in (*_CRAWLED, "missing"))
        status, body = (200, html(int(name))) if name.isdigit() else (404, b"<h1>404 Not Found</h1>")
        if not name:
            status, body = 200, f"<html><title>Home</title><body>{links}</body></html>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def site() -> Iterator[tuple[str, set[str]]]:
    """Serve the site; gives its first address, and all that a crawl finds."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    start = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield start, {start, f"{start}missing", *(f"{start}{number}" for number in _CRAWLED)}
    finally:
        server.shutdown()
        server.server_close()


def write_warc(path: Path) -> set[str]:
    """Write a WARC file with FastWARC: responses, one of them a PDF, and a request; returns the addresses of the pages."""
    pages = {f"https://archive.example/{number}": ("text/html", html(number)) for number in _ARCHIVED}
    pages["https://archive.example/report.pdf"] = ("application/pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    content = io.BytesIO()
    _write(content, WarcRecordType.request, "https://archive.example/10", b"GET /10 HTTP/1.1\r\n\r\n")
    for url, (kind, body) in pages.items():
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        _write(content, WarcRecordType.response, url, head + body)
    path.write_bytes(content.getvalue())
    return set(pages)


def _write(file: io.BytesIO, kind: WarcRecordType, url: str, block: bytes) -> None:
    record = WarcRecord()
    record.init_headers(record_type=kind)
    record.headers["WARC-Target-URI"] = url
    record.set_bytes_content(block)
    record.is_http = True
    packed = io.BytesIO()
    record.write(packed)
    file.write(gzip.compress(packed.getvalue()))


def lines_for_kcat() -> tuple[list[bytes], set[str]]:
    """JSON records, one a message, the last of which is broken; and the addresses of the others."""
    urls = [f"https://lines.example/{number}" for number in _PRODUCED]
    lines = [
        json.dumps({"url": url, "html": html(number).decode()}).encode()
        for url, number in zip(urls, _PRODUCED, strict=True)
    ]
    return [*lines, BROKEN], set(urls)
