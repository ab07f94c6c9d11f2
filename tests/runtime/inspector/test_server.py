"""The inspector on a port of its own."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from streams.runtime.inspector.inspector import Inspector
from streams.runtime.inspector.server import serving
from streams.settings import Kafka, Settings


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_address_that_it_says_can_be_opened(host: str) -> None:
    async def check() -> None:
        inspector = Inspector(Settings(kafka=Kafka(bootstrap_servers="127.0.0.1:9")))
        async with (
            serving(inspector, host, 0) as address,
            aiohttp.ClientSession() as session,
            session.get(f"{address}/pages") as answer,
        ):
            assert answer.status == 200

    asyncio.run(check())
