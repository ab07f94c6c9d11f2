"""A real crawl of a local site with Scrapy, whose pipeline sends the pages to a broker."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from live.mill import settings

from streams import intake, topics
from streams.records import RawPage
from streams.runtime.kafka import topic_admin
from streams.runtime.kafka.follow import follow
from streams.runtime.local.embedded_broker import free_port
from streams.settings import Settings

pytest.importorskip("scrapy")
pytestmark = pytest.mark.live
ROOT = Path(__file__).parents[2]
_PAGES = 40
_POLISH = "Zażółć gęślą jaźń, mówi Łukasz. "


class _Site(BaseHTTPRequestHandler):
    """A front page with links to articles, a redirect, a missing page, a page in another charset and an image."""

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/article/landing")
            self.end_headers()
            return
        status, kind, body = self._found()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.end_headers()
        self.wfile.write(body)

    def _found(self) -> tuple[int, str, bytes]:
        if self.path == "/":
            paths = ["/moved", "/missing", "/polish", "/image", *(f"/article/{n}" for n in range(_PAGES))]
            return 200, "text/html", "".join(f'<a href="{path}">{path}</a>' for path in paths).encode()
        if self.path == "/polish":
            return 200, "text/html; charset=iso-8859-2", f"<p>{_POLISH * 20}</p>".encode("iso-8859-2")
        if self.path == "/image":
            return 200, "image/png", b"\x89PNG\r\n\x1a\n" + bytes(range(256))
        if self.path.startswith("/article/"):
            return (
                200,
                "text/html",
                f"<article><h1>{self.path}</h1>{'<p>Text of it.</p>' * 200}</article>".encode(),
            )
        return 404, "text/html", b"<h1>Not found</h1>"

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def _crawl(start: str, chosen: Settings) -> tuple[dict[str, int], str]:
    """Crawl; returns Scrapy's statistics of the pipeline and the reason of its end."""
    kafka = chosen.kafka
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "runspider", "tests/live/spider.py", "-a", f"start={start}",
         "-s", 'ITEM_PIPELINES={"streams.scrapy.KafkaPipeline": 900}'],
        cwd=ROOT, capture_output=True, text=True, timeout=200,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CRAWLMILL_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
             "CRAWLMILL_KAFKA_TOPIC_PREFIX": kafka.topic_prefix},
    )  # fmt: skip
    statistics = {name: int(count) for name, count in re.findall(r"'crawlmill/(\w+)': (\d+)", done.stderr)}
    reason = re.search(r"'finish_reason': '(\w+)'", done.stderr)
    assert reason is not None, done.stderr
    assert "DEBUG" in done.stderr  # Scrapy's default level
    assert not re.findall(r"\[aiokafka\S*\] DEBUG", done.stderr)
    return statistics, reason[1]


def test_every_page_of_a_crawl_arrives_as_it_was_fetched(broker: str, tmp_path: Path, site: str) -> None:
    chosen = settings(broker, tmp_path)
    asyncio.run(topic_admin.create(chosen))
    statistics, reason = _crawl(site, chosen)
    assert reason == "finished"

    async def read() -> list[RawPage]:
        messages = follow(chosen, [topics.RAW], from_start=True, at_end=True)
        return [intake.read(message) async for message in messages]

    pages = {page.url.removeprefix(site): page for page in asyncio.run(read())}
    assert statistics == {"pages": len(pages), "not_a_page": len(pages)}
    assert {f"article/{number}" for number in range(_PAGES)} <= set(pages)
    assert pages["missing"].status == 404
    assert pages["moved"].final_url == f"{site}article/landing"
    assert pages["moved"].source["redirects"] == [f"{site}moved"]
    polish = pages["polish"]
    assert isinstance(polish.content, bytes) and _POLISH.encode("iso-8859-2") in polish.content
    assert polish.headers["content-type"] == "text/html; charset=iso-8859-2"
    assert polish.attrs["found_by"] == "site"
    assert polish.source["referer"] == site
    image = pages["image"].content
    assert isinstance(image, bytes) and image.startswith(b"\x89PNG")


def test_without_a_broker_the_crawl_ends_and_says_why(tmp_path: Path, site: str) -> None:
    statistics, reason = _crawl(site, settings(f"127.0.0.1:{free_port()}", tmp_path))
    assert reason == "broker_unavailable"
    assert "pages" not in statistics


def test_an_item_is_json_that_intake_reads() -> None:
    from scrapy.http import HtmlResponse, Request

    from streams.records import Message
    from streams.scrapy import page

    request = Request("https://b.example/x", meta={"redirect_urls": ["https://a.example/x"]})
    response = HtmlResponse(
        "https://b.example/x",
        status=200,
        headers={"X-One": ["1", "2"]},
        body=b"<p>caf\xe9</p>",
        request=request,
    )
    found = intake.read(Message(value=json.dumps(page(response)).encode()))
    assert (found.url, found.final_url, found.status) == ("https://a.example/x", "https://b.example/x", 200)
    assert found.content == b"<p>caf\xe9</p>"
    assert found.headers["x-one"] == "1, 2"
    assert base64.b64decode(page(response)["body"]) == b"<p>caf\xe9</p>"
