"""Server-sent events: the live part of the overview, rendered once for all who look. https://html.spec.whatwg.org/#server-sent-events"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from streams.runtime.observability.guard import add_headers

_LINE_END = re.compile(r"\r\n|\r|\n")
_SECONDS = 3.0  # between two events
_MOST = 20  # listeners at the same time


class Live:
    """Sends what ``part`` returns to each listener. Without listeners nothing is rendered."""

    def __init__(self, part: Callable[[], Awaitable[str]]) -> None:
        self._part = part
        self._closed = asyncio.Event()
        self._listeners = 0
        self._lock = asyncio.Lock()
        self._rendered, self._at = "", 0.0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Send events until the listener leaves or the server stops."""
        if self._listeners >= _MOST:
            return web.Response(status=503, text="503: too many listeners\n", headers={"Retry-After": "60"})
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        add_headers(response)
        self._listeners += 1
        try:
            await response.prepare(request)
            while not self._closed.is_set():
                await response.write(_event(await self._latest()))
                await self._wait()
        except ConnectionResetError:
            pass  # the listener has left
        finally:
            self._listeners -= 1
        return response

    async def close(self, app: web.Application) -> None:
        """End all answers: the server would wait for them for a minute."""
        self._closed.set()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._closed.wait(), _SECONDS)
        except TimeoutError:
            return

    async def _latest(self) -> str:
        """The rendered part, not older than the time between two events."""
        async with self._lock:
            if time.monotonic() - self._at >= _SECONDS * 0.9:
                self._rendered = await self._part()
                self._at = time.monotonic()
            return self._rendered


def _event(text: str) -> bytes:
    """Text as one event: each of its lines is a line of data. A carriage return, which may be of a page, ends a line of events too."""
    return "".join(f"data: {line}\n" for line in _LINE_END.split(text)).encode() + b"\n"
