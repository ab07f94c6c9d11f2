"""The inspector's pages over HTTP, with a store that was filled by hand."""

from __future__ import annotations

import asyncio
import base64
import html
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from inspector.made import NOW, enriched, entry, letter, rejection

from streams.inspector.entries import Entry
from streams.records import Reason
from streams.runtime.inspector.inspector import Inspector
from streams.runtime.inspector.routes import POLICY, add_routes, local_name
from streams.runtime.observability.guard import guard
from streams.settings import Settings
from streams.settings.secret import Secret

VIEWS = ("/", "/pages", "/pages/page-1", "/pages/page-2", "/sites", "/quality", "/pages?id=pages.raw%2F1%2F3")


def _serving(
    check: Callable[[Any], Awaitable[None]], token: str = "", fill: bool = True, more: Iterable[Entry] = ()
) -> None:
    async def run() -> None:
        inspector = Inspector(Settings())
        if fill:
            inspector.store.add(entry(enriched(1), NOW, NOW - 2_000))
            inspector.store.add(entry(rejection(2, Reason.DUPLICATE_NEAR, duplicate_of="page-1"), NOW))
            inspector.store.add(letter(3))
        for one in more:
            inspector.store.add(one)
        app = web.Application(middlewares=[guard])
        add_routes(app, inspector, lambda: Secret(token))
        async with TestClient(TestServer(app)) as client:
            await check(client)

    asyncio.run(run())


def test_every_view_is_answered_with_a_policy_that_runs_nothing_of_a_page() -> None:
    async def check(client: Any) -> None:
        for path in VIEWS:
            response = await client.get(path)
            assert (response.status, response.content_type) == (200, "text/html"), path
            assert response.headers["Content-Security-Policy"] == POLICY
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert response.headers["Cache-Control"] == "no-store"
        assert "unsafe" not in POLICY
        assert "frame-ancestors 'none'" in POLICY

    _serving(check)


def test_the_views_are_there_before_anything_is_known() -> None:
    async def check(client: Any) -> None:
        for path in ("/", "/pages", "/sites", "/quality"):
            assert (await client.get(path)).status == 200, path

    _serving(check, fill=False)


def test_a_page_is_found_by_id_and_by_address_and_the_search_finds_it_too() -> None:
    async def check(client: Any) -> None:
        for path in (
            "/pages/page-1",
            "/pages?id=page-1",
            f"/pages?url={enriched(1).url}",
            f"/pages?url=%20{enriched(1).url}%0A",
            f"/pages?url={quote(enriched(1).url.upper() + '/?utm_source=x#top', safe='')}",
            "/pages?id=pages.raw/0/1",
        ):
            assert "<h1><bdi>Story 1</bdi></h1>" in await (await client.get(path)).text(), path
        found = await (await client.get("/pages?q=news2.example/2")).text()
        assert "Gone 2" in found
        assert "Story 1" not in found

    _serving(check)


def test_a_page_that_is_not_in_memory_is_a_404_that_says_where_to_look() -> None:
    async def check(client: Any) -> None:
        response = await client.get("/pages/nobody")
        assert response.status == 404
        assert "crawlmill where nobody" in await response.text()

    _serving(check)


def test_beyond_the_last_page_of_the_list_is_the_last_one_and_any_time_stays_chosen() -> None:
    async def check(client: Any) -> None:
        text = await (await client.get("/pages?after=9999999")).text()
        assert "Story 1" in text and "Newer" not in text
        text = await (await client.get("/pages?minutes=7")).text()
        assert '<option value="7" selected>last 7 min</option>' in text

    _serving(check)


def test_a_command_that_is_shown_runs_nothing_but_itself() -> None:
    async def check(client: Any) -> None:
        for path in ("/pages?q=$(touch%20x)%3Breboot", "/pages?url=$(touch%20x)%3Breboot"):
            text = html.unescape(await (await client.get(path)).text())
            assert "<code>crawlmill where '$(touch x);reboot'</code>" in text, path

    _serving(check)


def test_a_page_of_an_impossible_time_is_shown() -> None:
    async def check(client: Any) -> None:
        for path in (*VIEWS, "/pages/page-9"):
            assert (await client.get(path)).status == 200, path

    for at in (10**18, -(10**18)):
        _serving(check, more=[entry(enriched(9), at, abs(at))])


def test_static_files_are_those_of_a_list() -> None:
    async def check(client: Any) -> None:
        for name, kind in (
            ("style.css", "text/css"),
            ("live.js", "text/javascript"),
            ("icon.svg", "image/svg+xml"),
        ):
            response = await client.get(f"/static/{name}")
            assert (response.status, response.content_type) == (200, kind)
        for name in ("..%2Frender.py", "../render.py", "none", "%2e%2e%2frender.py", "style.css%00"):
            assert (await client.get(f"/static/{name}")).status == 404

    _serving(check)


def test_the_live_part_is_the_overview_s() -> None:
    async def check(client: Any) -> None:
        response = await client.get("/live")
        assert (await client.head("/live")).status == 405
        while "Story 1" not in (await response.content.readline()).decode():
            pass

    _serving(check)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(method: str) -> None:
    async def check(client: Any) -> None:
        for path in (*VIEWS, "/live", "/static/style.css"):
            assert (await client.request(method, path)).status in (405, 413)

    _serving(check)


def test_with_a_token_everything_is_for_whoever_has_it() -> None:
    async def check(client: Any) -> None:
        basic = base64.b64encode(b"me:s3cret").decode()
        for path in (*VIEWS, "/live", "/static/style.css", "/static/none", "/pages/nobody"):
            refused = await client.get(path)
            assert refused.status == 401, path
            assert refused.headers["WWW-Authenticate"].startswith("Basic ")
            assert "Story" not in await refused.text()
        for header in (f"Basic {basic}", "Bearer s3cret"):
            assert (await client.get("/pages", headers={"Authorization": header})).status == 200

    _serving(check, token="s3cret")


def test_without_a_token_a_strange_name_for_this_machine_is_refused() -> None:
    async def check(client: Any) -> None:
        assert (await client.get("/pages", headers={"Host": "evil.example"})).status == 403
        assert (await client.get("/pages", headers={"Host": "localhost:6066"})).status == 200

    _serving(check)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1:6066", True),
        ("[::1]:6066", True),
        ("10.1.2.3", True),
        ("LOCALHOST", True),
        ("", False),
        ("127.0.0.1.evil.example:80", False),
        ("x:6066", False),
    ],
)
def test_addresses_are_not_names(host: str, local: bool) -> None:
    assert local_name(host) is local


@pytest.mark.parametrize(
    "query",
    [
        "url=&id=",
        "after=-1",
        "after=99999999999999",
        "after=x",
        "minutes=x&q=%00",
        "q=" + "x" * 5_000,
        "type=%F0%9F",
    ],
)
def test_no_query_breaks_the_list(query: str) -> None:
    async def check(client: Any) -> None:
        assert (await client.get(f"/pages?{query}")).status == 200

    _serving(check)
