"""What a worker fetches, reports and stops for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from execution import pool_jobs
from live.mill import settings

from streams import topics
from streams.errors import TopicMismatch
from streams.execution.pool import Pool
from streams.records import Stage
from streams.runtime.app import create
from streams.runtime.group.cluster_identity import Identity, identity
from streams.runtime.kafka import topic_admin
from streams.runtime.local.embedded_broker import free_port
from streams.runtime.stage_deliveries import stage_deliveries
from streams.runtime.worker_app import WorkerApp
from streams.settings import Kafka, Settings, Worker


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool(1, pool_jobs.prepare, ("ready",))
    yield pool
    pool.stop()


@pytest.fixture
def app(tmp_path: Path, pool: Pool) -> WorkerApp:
    app = create(Settings(worker=Worker(data_dir=str(tmp_path), clean_in_flight=17)))
    app.deliveries.update(stage_deliveries(app, pool))
    return app


def _room(app: WorkerApp) -> dict[str, bool]:
    """Whether each consumed topic may be fetched."""
    return {topic: bool(budget) for topic, budget in app.fetch_budgets().items()}


def test_each_consumed_topic_may_be_fetched_as_far_as_its_stage_has_room(app: WorkerApp) -> None:
    app.session.joined(app.session.clock())
    assert _room(app) == dict.fromkeys(topics.CONSUMED, True)
    assert app.fetch_budgets()[topics.RAW].messages == 17
    del app.deliveries[Stage.DEDUP]
    assert set(_room(app)) == {topics.RAW, topics.CLEAN}


def test_nothing_is_fetched_without_a_session_or_while_stopping(app: WorkerApp) -> None:
    assert _room(app) == dict.fromkeys(topics.CONSUMED, False)
    app.session.joined(app.session.clock())
    app.stopping = True
    assert _room(app) == dict.fromkeys(topics.CONSUMED, False)


def test_a_session_lost_before_the_producer_has_started_is_no_error(app: WorkerApp) -> None:
    async def run() -> list[object]:
        loop = asyncio.get_running_loop()
        app.loop = loop
        wrong: list[object] = []
        loop.set_exception_handler(lambda _, context: wrong.append(context.get("exception")))
        assert app.producer is not None  # made, as at the first record for the changelog, and not started
        app.session.joined(app.session.clock())
        app.session.lost()
        await asyncio.sleep(0)
        return wrong

    assert asyncio.run(run()) == []


def test_a_process_is_idle_only_where_there_is_a_pool_with_nothing_to_do(app: WorkerApp, pool: Pool) -> None:
    async def run() -> list[bool]:
        found = [app.has_idle_process()]
        app.pool = pool
        async with contextlib.AsyncExitStack() as held:
            found.append(app.has_idle_process())
            await held.enter_async_context(pool.slot())
            found.append(app.has_idle_process())
        return found

    assert asyncio.run(run()) == [False, True, False]


def test_transactions_collect_while_all_processes_work_unless_the_worker_is_stopping(
    tmp_path: Path, pool: Pool
) -> None:
    async def run() -> list[bool]:
        app = create(
            Settings(kafka=Kafka(processing_guarantee="exactly_once"), worker=Worker(data_dir=str(tmp_path)))
        )
        app.pool = pool
        found = [app.transactions._may_collect()]
        async with pool.slot(), pool.slot():
            found.append(app.transactions._may_collect())
            app.stopping = True
            found.append(app.transactions._may_collect())
        return found

    assert asyncio.run(run()) == [False, True, False]


def test_a_rebalance_causes_no_warning(app: WorkerApp, caplog: pytest.LogCaptureFixture) -> None:
    async def rebalance() -> None:
        app.on_init_dependencies()
        app.on_rebalance_start()
        app.on_rebalance_return()
        app.on_rebalance_end()

    with caplog.at_level(logging.WARNING):
        asyncio.run(rebalance())
    assert [record.getMessage() for record in caplog.records] == []


def test_before_its_consumer_has_started_it_reports_no_positions(app: WorkerApp) -> None:
    async def run() -> list[tuple[str, int, int, int]]:
        return list(app.positions())

    assert asyncio.run(run()) == []


@pytest.mark.parametrize("ids", [{}, {"pages.raw": "an id"}])
def test_a_broker_that_knows_no_ids_or_does_not_answer_stops_no_worker(
    tmp_path: Path, ids: dict[str, str]
) -> None:
    async def run() -> bool:
        app = create(settings(f"127.0.0.1:{free_port()}", tmp_path))
        app.identity = Identity("", ids)
        await app.require_same_topics()
        return app.crashed

    assert asyncio.run(run()) is False


@pytest.mark.live
def test_a_topic_that_was_created_again_stops_the_worker(embedded: str, tmp_path: Path) -> None:
    chosen = settings(embedded, tmp_path)
    clean = topics.full_name(chosen, topics.CLEAN)

    async def run() -> bool:
        await topic_admin.create(chosen)
        app = create(chosen)
        app.identity = await identity(chosen, [topic.name for topic in topics.declared(chosen)])
        await app.require_same_topics()
        assert not app.crashed
        admin = AIOKafkaAdminClient(bootstrap_servers=embedded)
        await admin.start()
        await admin.delete_topics([clean])
        await admin.close()
        await topic_admin.create(chosen)
        with pytest.raises(TopicMismatch, match=clean):
            await app.require_same_topics()
        await app.require_same_topics()  # it is stopping already
        return app.crashed

    assert asyncio.run(run()) is True
