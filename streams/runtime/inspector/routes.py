"""The inspector's pages over HTTP. Read-only, behind the token, with a policy that runs no script but its own."""

from __future__ import annotations

import asyncio
import ipaddress
import shlex
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from streams import topics
from streams.inspector import render
from streams.inspector.entries import Entry
from streams.inspector.filters import from_query
from streams.inspector.views.overview import overview_view
from streams.inspector.views.page import counterpart, page_view
from streams.inspector.views.pages import PAGE, pages_view
from streams.inspector.views.quality import quality_view
from streams.inspector.views.sites import sites_view
from streams.runtime.inspector.inspector import Inspector
from streams.runtime.inspector.live import Live
from streams.runtime.observability.guard import allowed
from streams.settings.secret import Secret

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_PAGE_HEADERS = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
_STATIC = {"style.css": "text/css", "live.js": "text/javascript", "icon.svg": "image/svg+xml"}
_LARGEST_AFTER = 10_000_000

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Make = Callable[[], dict[str, Any]]  # computes what a template shows


def add_routes(app: web.Application, inspector: Inspector, token: Callable[[], Secret]) -> None:
    """Add the inspector's pages to a web application; ``token`` is read for each request."""
    pages = Pages(inspector)
    live = Live(pages.live_part)
    app.on_shutdown.append(live.close)
    handlers: dict[str, Handler] = {
        "/": pages.overview,
        "/pages": pages.pages,
        "/pages/{id}": pages.page,
        "/sites": pages.sites,
        "/quality": pages.quality,
        "/live": live.answer,
        "/static/{name}": _static,
    }
    for path, handler in handlers.items():
        # An answer to HEAD would send events to nobody, without an end.
        app.router.add_get(path, _protected(handler, token), allow_head=path != "/live")


def _protected(handler: Handler, token: Callable[[], Secret]) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        expected = token()
        if not allowed(expected, request.headers.get("Authorization", "")):
            return web.Response(
                status=401,
                text="401: the password is the token worker.web_token, with any user name\n",
                headers={"WWW-Authenticate": 'Basic realm="crawlmill", charset="UTF-8"'},
            )
        if not expected and not local_name(request.host):
            return web.Response(
                status=403, text="403: ask for this address by its number, or set worker.web_token\n"
            )
        return await handler(request)

    return answer


def local_name(host: str) -> bool:
    """Whether a Host header is an address or ``localhost``.

    Without a token, another name may be a stranger's that was pointed here, whose pages would then read ours (DNS rebinding).
    """
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    if name.lower() == "localhost":
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


class Pages:
    """Handlers of the pages of one inspector: what the store knows is taken on the event loop, the rest is done in a thread."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector

    async def overview(self, request: web.Request) -> web.Response:
        """What there is to see first."""
        return await self._made("overview", "/", self._overview())

    async def live_part(self) -> str:
        """The part of the overview that is sent again and again."""
        make = self._overview()
        return await asyncio.to_thread(lambda: render.render("overview_live", **make()))

    def _overview(self) -> Make:
        inspector = self._inspector
        known, flow, now = inspector.store.known(), inspector.flow(), inspector.now()
        not_ready = tuple(inspector.surroundings.not_ready())
        consumers = {name: str(stage) for name, stage in topics.STAGES.items()}
        return lambda: {"view": overview_view(known, flow, now, not_ready), "consumers": consumers}

    async def pages(self, request: web.Request) -> web.Response:
        """The list of pages; one page for ``?url=`` and ``?id=``."""
        inspector = self._inspector
        if url := request.query.get("url", "").strip():
            return await self._one(url, inspector.store.at_url(url))
        if page := request.query.get("id", "").strip():
            return await self._one(page, inspector.store.find(page))
        asked = from_query(request.query)
        after = request.query.get("after", "")
        skip = int(after) if after.isascii() and after.isdigit() and len(after) < 8 else 0
        known, now = inspector.store.known(), inspector.now()
        return await self._made(
            "pages",
            "/pages",
            lambda: {"view": pages_view(known, asked, now, skip), "size_of_page": PAGE, "searched": asked.q},
        )

    async def page(self, request: web.Request) -> web.Response:
        """One page by its id."""
        page = request.match_info["id"]
        return await self._one(page, self._inspector.store.find(page))

    async def _one(self, asked: str, entry: Entry | None) -> web.Response:
        inspector = self._inspector
        if entry is None:
            command = f"crawlmill where {shlex.quote(asked[:2_000])}"
            return await self._made(
                "missing", "/pages", lambda: {"asked": asked[:2_000], "command": command}, status=404
            )
        value = await inspector.value(entry)
        other = await inspector.value(counterpart(inspector.store, entry))
        return await self._made(
            "page", "/pages/", lambda: {"view": page_view(inspector.store, entry, value, other)}
        )

    async def sites(self, request: web.Request) -> web.Response:
        """The sites."""
        asked = request.query.get("q", "").strip()[:300]
        known, now = self._inspector.store.known(), self._inspector.now()
        return await self._made("sites", "/sites", lambda: {"view": sites_view(known, now, asked)})

    async def quality(self, request: web.Request) -> web.Response:
        """The quality of the mill's decisions."""
        known, now = self._inspector.store.known(), self._inspector.now()
        return await self._made("quality", "/quality", lambda: {"view": quality_view(known, now)})

    async def _made(self, template: str, here: str, make: Make, status: int = 200) -> web.Response:
        """The page of a view that ``make`` computes; both in a thread, for the worker's event loop goes on meanwhile."""
        store, around = self._inspector.store, self._inspector.surroundings
        common = {"here": here, "reach": store.reach(), "around": around}
        text = await asyncio.to_thread(lambda: render.render(template, **common, **make()))
        return web.Response(text=text, content_type="text/html", status=status, headers=_PAGE_HEADERS)


async def _static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in _STATIC:
        raise web.HTTPNotFound
    headers = {"Cache-Control": "max-age=3600"}
    return web.Response(body=render.static(name), content_type=_STATIC[name], headers=headers)
