"""A worker's buffers are bounded in bytes; on a graceful stop, pages in flight are finished or left unacknowledged."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from live.brokers import own
from live.mill import Fed, Mill, article, dispositions, settings
from prometheus_client.parser import text_string_to_metric_families

from streams.records import Message
from streams.runtime.local.worker_process import WorkerProcess

pytestmark = pytest.mark.live
_PAGE = 400_000  # bytes, of which an article has two thousand
_BUFFER = 1_000_000


def _large(number: int) -> Fed:
    """Return an article in so much markup that cleaning it is slow."""
    paragraphs = "".join(f"<p>{part}</p>" for part in article(number).split("\n\n"))
    html = f"<html><body><article>{paragraphs}</article>{'<div><p><a>x</a></p></div>' * (_PAGE // 26)}</body></html>"
    record = {"id": f"large-{number}", "url": f"https://large.example/{number}", "status": 200, "html": html}
    return Fed(Message(value=msgspec.json.encode(record), key=str(number).encode()), f"large:{number}")


def _held(worker: WorkerProcess) -> float:
    """Return the bytes that the clean stage has in flight."""
    with urllib.request.urlopen(f"{worker.web}/metrics", timeout=30) as response:
        families = list(text_string_to_metric_families(response.read().decode()))
    return next(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "crawlmill_in_flight_bytes" and sample.labels["stage"] == "clean"
    )


def _gone(number: int) -> Fed:
    """Return a page that is large for the broker and cheap for a worker: an error page by its status."""
    record = {"id": f"gone-{number}", "url": f"https://gone.example/{number}", "status": 404}
    record["html"] = f"<html><body><p>{random.Random(number).randbytes(_PAGE // 4).hex()}</p></body></html>"
    return Fed(Message(value=msgspec.json.encode(record), key=str(number).encode()), f"gone:{number}")


@contextmanager
def _slowed(pid: int) -> Iterator[None]:
    """Slow a process down to a tenth: it is suspended repeatedly for nine tenths of the time."""
    over = threading.Event()

    def slow() -> None:
        try:
            while not over.is_set():
                os.kill(pid, signal.SIGSTOP)
                over.wait(0.45)
                os.kill(pid, signal.SIGCONT)
                over.wait(0.05)
        finally:
            os.kill(pid, signal.SIGCONT)

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _small(mill: Mill) -> Mill:
    """The mill with one process and little room."""
    worker = msgspec.structs.replace(
        mill.settings.worker, processes=1, buffer_bytes=_BUFFER, stop_seconds=60.0
    )
    mill.settings = msgspec.structs.replace(mill.settings, worker=worker)
    return mill


def test_a_stage_never_holds_more_bytes_than_its_buffer_and_one_message(broker: str, tmp_path: Path) -> None:
    mill = _small(Mill(settings(broker, tmp_path), tmp_path))

    async def run() -> list[float]:
        await mill.create()
        pages = [_large(number) for number in range(16)]
        await mill.feed(pages)
        worker, seen = mill.worker(), []
        await worker.start()
        ending = asyncio.create_task(mill.outcomes(len(pages)))
        while not ending.done():
            seen.append(await asyncio.to_thread(_held, worker))
            await asyncio.wait({ending}, timeout=0.02)
        assert len(dispositions(await ending)) == len(pages)
        return seen

    try:
        seen = asyncio.run(run())
    finally:
        mill.stop()
    largest = max(len(_large(number).message.value or b"") for number in range(16)) + 2
    assert max(seen) <= _BUFFER + largest
    assert max(seen) > largest, "it never held two: nothing was tested"


@pytest.mark.parametrize("kind", ["embedded", "apache"])
def test_a_slow_broker_makes_a_worker_wait_and_hold_no_more_than_else(kind: str, tmp_path: Path) -> None:
    pages = [_gone(number) for number in range(60)]
    largest = max(len(page.message.value or b"") for page in pages) + 2
    with own(kind, tmp_path) as broker:
        mill = _small(Mill(settings(broker.address, tmp_path), tmp_path))

        async def run() -> list[float]:
            await mill.create()
            worker, seen = mill.worker(), []
            await worker.start()
            await mill.feed(pages)
            assert broker.pid is not None
            with _slowed(broker.pid):
                ending = asyncio.create_task(mill.outcomes(len(pages)))
                while not ending.done():
                    seen.append(await asyncio.to_thread(_held, worker))
                    await asyncio.wait({ending}, timeout=0.02)
            assert list(dispositions(await ending).values()) == [{("rejected", "http_error")}] * len(pages)
            assert worker.alive, worker.log_tail()
            return seen

        try:
            seen = asyncio.run(run())
        finally:
            mill.stop()
    assert max(seen) <= _BUFFER + largest
    assert max(seen) > _BUFFER - largest, "it was never full: nothing was tested"


def test_a_worker_told_to_stop_is_not_ready_at_once_and_loses_nothing(broker: str, tmp_path: Path) -> None:
    mill = _small(Mill(settings(broker, tmp_path), tmp_path))
    pages = [_large(number) for number in range(12)]

    async def run() -> None:
        await mill.create()
        worker = mill.worker()
        await worker.start()
        await mill.feed(pages)
        await mill.outcomes(1)
        assert len(dispositions(await mill.all_ends())) < len(pages), "it was done before it was stopped"
        stopping = asyncio.create_task(asyncio.to_thread(worker.stop, 90.0))
        while (said := await asyncio.to_thread(_readiness, worker)) == {"ready": True, "waiting_for": []}:
            assert not stopping.done(), "it was ready to its end"
        assert said == {"ready": False, "waiting_for": ["its end: it stops, and accepts no new messages"]}
        assert await stopping == 0, worker.log_tail()
        assert "not stopped within" not in worker.log_tail()

        await mill.worker().start()
        await mill.outcomes(len(pages))
        ends = dispositions(await mill.all_ends())
        assert len(ends) == len(pages)
        assert {page: kinds for page, kinds in ends.items() if len(kinds) != 1} == {}

    try:
        asyncio.run(run())
    finally:
        mill.stop()


def _readiness(worker: WorkerProcess) -> object:
    """Return the answer of /readyz."""
    try:
        with urllib.request.urlopen(f"{worker.web}/readyz", timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as refused:
        return json.load(refused)
