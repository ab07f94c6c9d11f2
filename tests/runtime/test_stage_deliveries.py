"""Each stage has a delivery with its limits and the outboxes of the processing guarantee."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from execution import pool_jobs
from faust.types import TP
from runtime.delivery.transactional_broker import Broker, Event

from streams import topics
from streams.execution.pool import Pool
from streams.records import Stage
from streams.runtime.app import create
from streams.runtime.delivery.at_least_once import AtLeastOnceOutbox
from streams.runtime.delivery.exactly_once import PartitionTransactions
from streams.runtime.delivery.partition_transaction import TransactionalOutbox
from streams.runtime.stage_deliveries import stage_deliveries
from streams.runtime.worker_app import WorkerApp
from streams.settings import Kafka, Nlp, Settings, Worker


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool(2, pool_jobs.prepare, ("ready",))
    yield pool
    pool.stop()


def _app(folder: Path, guarantee: Any = "at_least_once", **worker: Any) -> WorkerApp:
    return create(
        Settings(kafka=Kafka(processing_guarantee=guarantee), worker=Worker(data_dir=str(folder), **worker))
    )


def test_every_stage_has_a_delivery_within_its_limits(pool: Pool, tmp_path: Path) -> None:
    app = _app(tmp_path, clean_in_flight=17, enrich_batch=5, buffer_bytes=1_000_000)
    deliveries = stage_deliveries(app, pool)
    assert set(deliveries) == set(topics.STAGES.values()) == set(Stage)
    budgets = {stage: delivery.fetch_budget() for stage, delivery in deliveries.items()}
    assert budgets[Stage.CLEAN].messages == 17
    assert budgets[Stage.ENRICH].messages == 5 * 2 * 2  # a batch in each process, and one waiting
    assert {budget.bytes for budget in budgets.values()} == {1_000_000}


def test_without_nlp_nothing_is_enriched_and_pages_clean_is_not_read(pool: Pool, tmp_path: Path) -> None:
    settings = Settings(worker=Worker(data_dir=str(tmp_path)), nlp=Nlp(enabled=False))
    app = create(settings)
    assert set(stage_deliveries(app, pool)) == {Stage.CLEAN, Stage.DEDUP}
    assert sorted(name.rpartition(".")[2] for name in app.agents) == ["clean", "dedup"]


def test_at_least_once_a_message_of_a_lapsed_session_has_no_outbox(pool: Pool, tmp_path: Path) -> None:
    app = _app(tmp_path)
    app.consumer_generation_id = 1
    delivery: Any = stage_deliveries(app, pool)[Stage.CLEAN]
    event: Any = Event(0, generation=1)

    assert delivery._open_outbox(event) is None

    async def run() -> object:
        app.session.joined(app.session.clock())
        return delivery._open_outbox(event)

    assert isinstance(asyncio.run(run()), AtLeastOnceOutbox)


def test_exactly_once_the_outboxes_are_those_of_the_partition_s_transactions(
    pool: Pool, tmp_path: Path
) -> None:
    app = _app(tmp_path, "exactly_once")

    async def run() -> object:
        app.transactions = PartitionTransactions(app.settings, app.buckets.store_written, Broker().producer)
        await app.transactions.open({TP(topics.RAW, 0)}, 1)
        await app.transactions.opened()
        delivery: Any = stage_deliveries(app, pool)[Stage.CLEAN]
        outbox = delivery._open_outbox(Event(0))
        await app.transactions.close()
        return outbox

    assert isinstance(asyncio.run(run()), TransactionalOutbox)
