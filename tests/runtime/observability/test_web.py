"""What a worker answers over HTTP, and to whom: the real app, its real server, without a broker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from execution import pool_jobs

from streams.errors import SettingsError
from streams.execution.pool import Pool
from streams.runtime.app import create
from streams.runtime.observability.guard import HEADERS
from streams.runtime.observability.web import stalls
from streams.settings import Kafka, Settings, Worker
from streams.settings.secret import Secret

PAGES = ("/livez", "/metrics", "/readyz")
# What Faust would serve if it were let: https://faust-streaming.github.io/faust/userguide/tasks.html, and its web/apps.
FAUST = (
    "/",
    "/router/",
    "/router/topics",
    "/router/buckets/",
    "/router/buckets/key/",
    "/table/",
    "/table/buckets/",
)
FAUST += ("/table/buckets/key/", "/graph", "/graph/", "/stats/", "/performance/", "/metrics/", "/assignment/")


def _serving(folder: Path, check: Callable[[Any], Awaitable[None]], **worker: Any) -> None:
    async def run() -> None:
        # The inspector's pages have tests of their own: tests/runtime/inspector/test_routes.py.
        app = create(Settings(worker=Worker(data_dir=str(folder), inspector="off", **worker)))
        app.web.init_server()
        async with TestClient(TestServer(app.web.web_app)) as client:
            await check(client)

    asyncio.run(run())


def test_only_three_pages_are_served_without_the_inspector_and_only_to_be_read(tmp_path: Path) -> None:
    async def routes() -> set[tuple[str, str]]:
        app = create(Settings(worker=Worker(data_dir=str(tmp_path), inspector="off")))
        app.web.init_server()
        return {(route.method, route.resource.canonical) for route in app.web.web_app.router.routes()}

    assert asyncio.run(routes()) == {(method, page) for method in ("GET", "HEAD") for page in PAGES}


def test_faust_s_own_pages_and_unknown_ones_are_not_there(tmp_path: Path) -> None:
    async def check(client: Any) -> None:
        found = {
            path: (await client.get(path)).status for path in (*FAUST, "/nowhere", "/../etc/passwd", "/%00")
        }
        assert set(found.values()) == {404}, found

    _serving(tmp_path, check)


def test_every_answer_has_the_headers_and_tells_no_versions(tmp_path: Path) -> None:
    async def check(client: Any) -> None:
        for method, path in (*(("GET", page) for page in PAGES), ("GET", "/nowhere"), ("POST", "/livez")):
            response = await client.request(method, path)
            assert {name: response.headers.get(name) for name in HEADERS} == HEADERS, path
            assert response.content_type in ("text/plain", "application/json")
            assert "aiohttp" not in str(response.headers)

    _serving(tmp_path, check)


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "SEARCH"]
)
def test_no_page_takes_anything_but_get_and_head(tmp_path: Path, method: str) -> None:
    async def check(client: Any) -> None:
        for page in PAGES:
            assert (await client.request(method, page)).status in (400, 405, 413)

    _serving(tmp_path, check)


def test_a_request_with_a_body_or_an_endless_line_is_refused(tmp_path: Path) -> None:
    async def check(client: Any) -> None:
        assert (await client.request("GET", "/livez", data=b"x" * 100_000)).status == 413
        assert (await client.get("/livez?" + "x" * 20_000)).status == 400
        assert (await client.get("/livez", headers={"X-Long": "x" * 20_000})).status == 400

    _serving(tmp_path, check)


def test_what_is_asked_for_is_not_repeated_in_the_answer(tmp_path: Path) -> None:
    async def check(client: Any) -> None:
        response = await client.get("/<script>alert(1)</script>?q=<script>", headers={"Accept": "text/html"})
        assert response.status == 404
        assert "script" not in await response.text()

    _serving(tmp_path, check)


def test_a_worker_that_has_not_started_is_not_ready_and_says_what_for(tmp_path: Path) -> None:
    async def check(client: Any) -> None:
        response = await client.get("/readyz")
        assert response.status == 503
        assert (await response.json())["waiting_for"] == [
            "its pool: models are loaded",
            "partitions: the consumer group is rebalanced, or none is assigned yet",
            "the dedup table",
        ]

    _serving(tmp_path, check)


class Busy:
    """A stage that has had a message in flight for so long without finishing one."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def stalled_for(self) -> float:
        return self.seconds


def test_a_stage_is_stalled_when_nothing_ended_for_longer_than_its_own_limits_allow(tmp_path: Path) -> None:
    """The pool is a real one that works for ever; only the time of what ended last is turned back."""
    app = create(
        Settings(worker=Worker(data_dir=str(tmp_path), clean_timeout_seconds=20, enrich_timeout_seconds=60))
    )
    pool = app.pool = Pool(1, pool_jobs.prepare, ("busy",))
    sending = Settings().kafka.delivery_seconds + 60

    def stalled(pool_silent_for: float) -> set[str]:
        pool.last_progress = time.monotonic() - pool_silent_for
        return set(stalls(app))

    async def run() -> None:
        app.deliveries = {name: Busy(100_000.0) for name in ("clean", "dedup", "enrich")}
        assert stalled(0) == {"dedup"}  # which is no work of the pool's
        assert stalled(sending + 1) == {"clean", "dedup", "enrich"}  # no job is under way
        working = asyncio.create_task(pool.run_now(pool_jobs.sleep, 600.0, timeout=600))
        await asyncio.sleep(0)
        assert stalled(sending + 1) == {"dedup"}
        assert stalled(60 * Worker().wall_factor) == {"dedup"}  # the longest job's own limit
        assert stalled(2 * 60 * Worker().wall_factor) == {"clean", "dedup", "enrich"}
        app.deliveries = {name: Busy(sending - 1) for name in app.deliveries}
        assert stalled(100_000.0) == set()
        await asyncio.to_thread(pool.stop)
        await asyncio.gather(working, return_exceptions=True)

    asyncio.run(run())


@pytest.mark.parametrize(("guarantee", "waits"), [("exactly_once", 30), ("at_least_once", 0)])
def test_a_stage_whose_outputs_wait_for_their_transaction_is_not_stalled(
    guarantee: Any, waits: float, tmp_path: Path
) -> None:
    kafka = Kafka(processing_guarantee=guarantee, delivery_seconds=1, transaction_seconds=30)
    app = create(Settings(kafka=kafka, worker=Worker(data_dir=str(tmp_path))))
    app.deliveries = {"dedup": Busy(1 + waits + 60 - 0.5)}
    assert stalls(app) == {}
    app.deliveries = {"dedup": Busy(1 + waits + 60 + 0.5)}
    assert set(stalls(app)) == {"dedup"}


def test_metrics_are_for_whoever_has_the_token_and_probes_for_everybody(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("s3cret\n")

    async def check(client: Any) -> None:
        refused = await client.get("/metrics")
        assert (refused.status, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "s3cret" not in await refused.text()
        assert (await client.get("/metrics", headers={"Authorization": "Bearer s3cre"})).status == 401
        assert (await client.get("/metrics", headers={"Authorization": "Bearer s3cret"})).status == 200
        assert (await client.get("/livez")).status == 200

    _serving(tmp_path, check, web_token=Secret("s3cret"))
    _serving(tmp_path, check, web_token_file=str(file))


def test_a_token_file_that_is_not_there_keeps_a_worker_from_starting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"worker\.web_token_file"):
        create(Settings(worker=Worker(data_dir=str(tmp_path), web_token_file=str(tmp_path / "nowhere"))))


def test_the_port_is_bound_to_the_loopback_unless_told_otherwise(tmp_path: Path) -> None:
    app = create(Settings(worker=Worker(data_dir=str(tmp_path))))
    assert app.conf.web_bind == "127.0.0.1"
    assert Worker().web_host == "127.0.0.1"
