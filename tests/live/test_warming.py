"""Buckets are emptied and rebuilt from pages.clean."""

from __future__ import annotations

import asyncio
import urllib.request
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from live.mill import Mill, article, settings, without_models
from live.test_dedup import Verdict, Verdicts, Watch, feed_in_turn, made
from prometheus_client.parser import text_string_to_metric_families

from streams import topics
from streams.errors import CrawlmillError
from streams.records import CleanDocument, encode
from streams.runtime.kafka import topic_admin
from streams.runtime.local.worker_process import WorkerProcess
from streams.runtime.state import rebuild

pytestmark = pytest.mark.live


@pytest.mark.parametrize("kind", ["embedded", "apache"])
def test_empty_buckets_take_copies_for_new_and_warmed_ones_know_what_was_kept(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    mill = Mill(without_models(settings(request.getfixturevalue(kind), tmp_path, partitions=4)), tmp_path)
    # The embedded broker counts members that have left.
    try:
        found = asyncio.run(_emptied_and_warmed(mill, force=kind == "embedded"))
    finally:
        mill.stop()
    expected = {"original": True, "exact": True, "again": False, "near": False}
    assert {name: verdict.kept for name, verdict in found.items()} == {
        name: expected[name.split("-")[1]] for name in found
    }
    assert found["3-again"] == Verdict(False, "duplicate_url", "3-original")
    assert found["3-near"].of in ("3-original", "3-exact")


async def _stop(worker: WorkerProcess) -> None:
    """Stop the worker when all its offsets are committed: a page redelivered to empty buckets would be added to them again."""
    async with asyncio.timeout(60):
        while await asyncio.to_thread(_lag, worker) > 0:
            await asyncio.sleep(0.1)  # commits come by the clock
    worker.stop()


def _lag(worker: WorkerProcess) -> float:
    with urllib.request.urlopen(f"{worker.web}/metrics", timeout=10) as response:
        families = list(text_string_to_metric_families(response.read().decode()))
    return sum(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "crawlmill_lag_messages"
    )


async def _emptied_and_warmed(mill: Mill, force: bool) -> Verdicts:
    originals, again, exact, near, *_ = made()
    mine, watch = mill.settings, Watch(mill)
    await mill.create()
    worker = mill.worker()
    await worker.start()
    await feed_in_turn(mill, watch, [originals])
    with pytest.raises(CrawlmillError, match="has 1 member;"):
        await rebuild.forget(mine)
    await _stop(worker)

    with pytest.raises(CrawlmillError, match="not empty"):
        await rebuild.warm(mine, force=force)
    await rebuild.forget(mine, force=force)
    worker = mill.worker()
    await worker.start()
    await feed_in_turn(mill, watch, [exact])  # nobody remembers their originals
    await _stop(worker)

    await rebuild.forget(mine, force=force)
    assert await rebuild.warm(mine, force=force) == len(originals) + len(exact)
    worker = mill.worker()
    await worker.start()
    await feed_in_turn(mill, watch, [again, near])
    return await watch.close()


def test_foreign_records_on_pages_clean_are_left_out(embedded: str, tmp_path: Path) -> None:
    chosen = settings(embedded, tmp_path)
    document = CleanDocument(id="a", url="https://a.example/", text=article(1))

    async def run() -> int:
        await topic_admin.create(chosen)
        producer = AIOKafkaProducer(bootstrap_servers=embedded, acks="all")
        await producer.start()
        try:
            name = topics.full_name(chosen, topics.CLEAN)
            for value in (b"no document", None, b'{"id": 7}', b"[" * 99_999):
                await producer.send_and_wait(name, value, key=b"k")
            late = [("crawlmill-arrived", b"9" * 5_000)]
            await producer.send_and_wait(name, encode(document), key=b"a", headers=late)
        finally:
            await producer.stop()
        return await rebuild.warm(chosen, force=True)

    assert asyncio.run(run()) == 1
