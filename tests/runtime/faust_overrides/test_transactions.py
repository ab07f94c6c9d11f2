"""Faust's transaction manager opens a producer for each assigned partition and sends nothing by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP
from runtime.delivery.transactional_broker import Broker, Event, Transaction, output

from streams.runtime.app import create
from streams.runtime.delivery.exactly_once import PartitionTransactions
from streams.runtime.faust_overrides.transactions import Transactions
from streams.settings import Kafka, Settings, Worker

RAW = TP("pages.raw", 0)


async def _nothing(*_: Any) -> None:
    """A callback that does nothing."""


def _with_manager(folder: Path, check: Callable[[Any, Broker], Awaitable[None]]) -> None:
    """Call ``check`` with the transaction manager of a worker's own consumer, and its broker."""

    async def run() -> None:
        kafka, broker = Kafka(processing_guarantee="exactly_once"), Broker()
        app = create(Settings(kafka=kafka, worker=Worker(data_dir=str(folder))))
        app.transactions = PartitionTransactions(app.settings, app.buckets.store_written, broker.producer)
        consumer: Any = app.transport.create_consumer(
            callback=_nothing, on_partitions_revoked=_nothing, on_partitions_assigned=_nothing
        )
        assert isinstance(consumer.transactions, Transactions)
        app.consumer_generation_id = 3
        await check(consumer.transactions, broker)
        await app.transactions.close()

    asyncio.run(run())


def test_each_assigned_source_partition_has_a_producer_of_the_group_s_generation(tmp_path: Path) -> None:
    async def check(manager: Any, broker: Broker) -> None:
        await manager.on_rebalance({RAW, TP("pages.raw", 2), TP("another.topic", 0)}, set(), set())
        transactions = manager.app.transactions
        await transactions.opened()
        assert sorted(broker.started) == ["crawlmill-pages.raw-0", "crawlmill-pages.raw-2"]
        assert transactions.outbox(Event(0, generation=2)) is None
        outbox = transactions.outbox(Event(0, generation=3))
        await outbox.send(output(b"record"))
        assert broker.committed == [Transaction([b"record"], 1)]

    _with_manager(tmp_path, check)


def test_revoked_partitions_have_no_outbox(tmp_path: Path) -> None:
    async def check(manager: Any, broker: Broker) -> None:
        await manager.on_rebalance({RAW}, set(), set())
        await manager.app.transactions.opened()
        await manager.on_partitions_revoked({RAW})
        assert manager.app.transactions.outbox(Event(0, generation=3)) is None

    _with_manager(tmp_path, check)


def test_faust_s_commits_and_sends_write_nothing(tmp_path: Path) -> None:
    async def check(manager: Any, broker: Broker) -> None:
        assert await manager.commit({RAW: 7})
        with pytest.raises(RuntimeError, match="exactly_once"):
            await manager.send("pages.clean", b"k", b"v", 0, None, None)
        assert broker.committed == []

    _with_manager(tmp_path, check)
