"""/livez and /readyz of a running worker while it is disturbed: alive all the time, and ready where it can work.

A restart would help in none of these states; in a rebalance, without a broker and in recovery a worker takes no pages.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from live.mill import Mill, article, page, settings, without_models
from live.proxy import Proxy

from streams.runtime.local.embedded_broker import free_port
from streams.runtime.local.worker_process import WorkerProcess
from streams.settings import Settings

pytestmark = pytest.mark.live
_SLOW = 60_000.0  # bytes a second: a changelog of some hundred kilobytes takes long enough to be seen
_SECONDS = 240.0  # of patience, with a machine on which much else runs


class Watch:
    """Asks both pages again and again; keeps each answer of /readyz that differs from the one before."""

    def __init__(self, web: str) -> None:
        self.dead: list[str] = []  # answers of /livez other than 200
        self.waited_for: list[list[str]] = []  # what /readyz named, as it changed
        self._web = web
        self._seen = 0  # answers that `until` need not look at again

    async def look(self) -> None:
        """Ask until cancelled."""
        while True:
            status, body = await asyncio.to_thread(_get, f"{self._web}/livez")
            if status not in (0, 200):  # 0: it does not listen yet
                self.dead.append(body)
            status, body = await asyncio.to_thread(_get, f"{self._web}/readyz")
            if status:
                answer = json.loads(body)
                assert (status == 200) == answer["ready"] == (not answer["waiting_for"])
                if self.waited_for[-1:] != [answer["waiting_for"]]:
                    self.waited_for.append(answer["waiting_for"])
            await asyncio.sleep(0.02)

    async def until(self, *words: str) -> None:
        """Wait until an answer of /readyz, the newest or one that comes, names these; with no words, until it is ready."""
        try:
            async with asyncio.timeout(_SECONDS):
                while not any(_says(answer, words) for answer in self.waited_for[self._seen :]):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"/readyz never said {words or 'ready'}, but {self.waited_for}") from None
        self._seen = max(0, len(self.waited_for) - 1)


def _says(answer: list[str], words: tuple[str, ...]) -> bool:
    return all(any(word in said for said in answer) for word in words) and bool(answer) == bool(words)


def _get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


@asynccontextmanager
async def _watched(worker: WorkerProcess) -> AsyncIterator[Watch]:
    watch = Watch(worker.web)
    looking = asyncio.create_task(watch.look())
    try:
        yield watch
        if looking.done():
            looking.result()
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    assert watch.dead == []


@asynccontextmanager
async def _behind_proxy(mill: Mill) -> AsyncIterator[tuple[Proxy, Settings]]:
    """A proxy before the mill's broker, and settings of a worker that goes through it. The mill is stopped before the proxy."""
    kafka = mill.settings.kafka
    proxy = Proxy(kafka.bootstrap_servers)
    await proxy.start()
    try:
        await mill.create()
        through = msgspec.structs.replace(kafka, bootstrap_servers=proxy.address)
        yield proxy, msgspec.structs.replace(mill.settings, kafka=through)
    finally:
        await asyncio.to_thread(mill.stop)
        await proxy.stop()


def _other(chosen: Settings, **worker: Any) -> Settings:
    return msgspec.structs.replace(chosen, worker=msgspec.structs.replace(chosen.worker, **worker))


def _run(mill: Mill, playing: Any) -> None:
    try:
        asyncio.run(playing)
    finally:
        mill.stop()


def test_while_a_poisonous_batch_is_rescued_a_worker_is_alive_and_ready(
    embedded: str, tmp_path: Path
) -> None:
    """The poison are texts that take the model longer than a batch may: each is tried alone, in vain."""
    chosen = _other(settings(embedded, tmp_path), enrich_timeout_seconds=0.2, processes=1)
    mill = Mill(chosen, tmp_path)
    long = ["\n\n".join(article(1_000 * each + number) for number in range(60)) for each in range(4)]

    async def play() -> None:
        await mill.create()
        worker = mill.worker()
        await worker.start()
        async with _watched(worker) as watch:
            await mill.feed([*(page(number, text=text) for number, text in enumerate(long)), page(5)])
            ends = await mill.outcomes(5)
            assert sum(end.reason == "timeout" for end in ends) == 4
            assert watch.waited_for == [[]]  # ready from the first answer to the last

    _run(mill, play())


def test_in_a_rebalance_a_worker_is_alive_and_says_what_it_waits_for(embedded: str, tmp_path: Path) -> None:
    chosen = without_models(settings(embedded, tmp_path))
    mill = Mill(chosen, tmp_path)

    async def play() -> None:
        await mill.create()
        first = mill.worker()
        second = mill.worker(_other(chosen, web_port=free_port(), data_dir=str(tmp_path / "second")))
        await first.start()
        async with _watched(first) as watch:
            await watch.until()
            await second.start()
            await watch.until()
            assert any("rebalanced" in said for answer in watch.waited_for for said in answer)

    _run(mill, play())


def test_without_a_broker_a_worker_is_alive_but_not_ready_until_it_is_back(
    embedded: str, tmp_path: Path
) -> None:
    """Nothing is in flight, so that no time limit of the broker's answers ends the worker."""
    chosen = without_models(settings(embedded, tmp_path))
    mill = Mill(chosen, tmp_path)

    async def play() -> None:
        async with _behind_proxy(mill) as (proxy, through):
            worker = mill.worker(through)
            await worker.start()
            async with _watched(worker) as watch:
                await watch.until()
                proxy.cut()
                await watch.until("no heartbeat answered")
                await asyncio.sleep(chosen.kafka.session_timeout_seconds)
                await watch.until("no heartbeat answered")
                proxy.heal()
                await watch.until()
            assert worker.alive
            await mill.feed([page(1)])
            await mill.outcomes(1)

    _run(mill, play())


def test_in_recovery_a_worker_is_alive_and_says_how_much_is_still_to_be_read(
    embedded: str, tmp_path: Path
) -> None:
    chosen = without_models(settings(embedded, tmp_path))
    mill = Mill(chosen, tmp_path)

    async def play() -> None:
        async with _behind_proxy(mill) as (proxy, through):
            worker = mill.worker()
            await worker.start()
            await mill.feed(page(number) for number in range(60))
            await mill.outcomes(60)
            assert await asyncio.to_thread(worker.stop) == 0
            shutil.rmtree(chosen.worker.data_dir)
            again = mill.worker(through)
            proxy.bytes_per_second = _SLOW
            again.launch()
            async with _watched(again) as watch:
                await watch.until("changelog records are still to be read")
                proxy.bytes_per_second = 0
                await watch.until()

    _run(mill, play())
