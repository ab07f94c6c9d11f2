"""The inspector on the web port of a worker: to whom it shows pages."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from streams.runtime.app import create
from streams.settings import Settings, Worker
from streams.settings.secret import Secret


@pytest.mark.parametrize(
    ("worker", "status"),
    [
        ({}, 200),
        ({"inspector": "off"}, 404),
        ({"web_host": "0.0.0.0"}, 404),
        ({"web_host": "0.0.0.0", "inspector": "on"}, 200),
        ({"web_host": "0.0.0.0", "web_token": Secret("s")}, 401),
    ],
)
def test_a_worker_shows_pages_to_this_machine_or_behind_a_token(
    tmp_path: Path, worker: dict[str, Any], status: int
) -> None:
    async def run() -> None:
        app = create(Settings(worker=Worker(data_dir=str(tmp_path), **worker)))
        app.web.init_server()
        async with TestClient(TestServer(app.web.web_app)) as client:
            assert (await client.get("/pages")).status == status
            assert (await client.get("/livez")).status == 200

    asyncio.run(run())
