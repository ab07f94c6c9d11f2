"""Server-sent events of the overview."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from streams.runtime.inspector.live import Live


def _serving(check: Callable[[Any, list[int]], Awaitable[None]], beside: str = "") -> None:
    """A server of events that count up, and how often the part was made."""

    async def run() -> None:
        made: list[int] = []

        async def part() -> str:
            made.append(1)
            return f"<p>\nStory {len(made)}</p>{beside}"

        live = Live(part)
        app = web.Application()
        app.router.add_get("/live", live.answer, allow_head=False)
        app.on_shutdown.append(live.close)
        async with TestClient(TestServer(app)) as client:
            await check(client, made)
            # The client's exit closes the server, which would wait a minute for an answer that does not end.

    asyncio.run(asyncio.wait_for(run(), 30))


async def _event(response: Any) -> list[str]:
    lines = []
    while (line := (await response.content.readline()).decode()) != "\n":
        lines.append(line)
    return lines


def test_events_carry_what_is_made_line_by_line_and_end_with_the_server() -> None:
    async def check(client: Any, made: list[int]) -> None:
        response = await client.get("/live")
        assert response.content_type == "text/event-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert await _event(response) == ["data: <p>\n", "data: Story 1</p>\n"]
        assert await _event(response) == ["data: <p>\n", "data: Story 2</p>\n"]

    _serving(check)


def test_a_carriage_return_of_a_page_ends_no_event_and_sets_no_field() -> None:
    async def check(client: Any, made: list[int]) -> None:
        response = await client.get("/live")
        assert await _event(response) == [
            "data: <p>\n", "data: Story 1</p>\n", "data: retry: 99999999\n", "data: event: x\n", "data: \n", "data: y\n"
        ]  # fmt: skip

    _serving(check, "\rretry: 99999999\r\nevent: x\r\ry")


def test_listeners_are_bounded_and_share_what_is_made() -> None:
    async def check(client: Any, made: list[int]) -> None:
        answers = [await client.get("/live") for _ in range(21)]
        assert [answer.status for answer in answers] == [200] * 20 + [503]
        await asyncio.gather(*(_event(answer) for answer in answers[:20]))
        assert len(made) < 5

    _serving(check)


@pytest.mark.parametrize("method", ["HEAD", "POST"])
def test_nothing_but_get_is_answered(method: str) -> None:
    async def check(client: Any, made: list[int]) -> None:
        assert (await client.request(method, "/live")).status == 405

    _serving(check)
