"""Records, table changes and an offset are committed together, and only while the group session is alive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import pytest
from aiokafka.errors import MessageSizeTooLargeError
from runtime.delivery.transactional_broker import (
    LARGE_IN_A_BATCH,
    RAW,
    SETTINGS,
    Broker,
    Scenario,
    Transaction,
    output,
    played,
)

from streams.execution.results import TableChange
from streams.runtime.delivery.transactional_producer import TransactionalProducer, transactional_id
from streams.runtime.group.session import SessionLapsed
from streams.runtime.state.changelog import Written
from streams.settings import Kafka, Settings


def test_after_a_record_that_the_broker_refuses_a_new_producer_continues() -> None:
    async def play(scenario: Scenario) -> None:
        outboxes = [scenario.outbox(offset) for offset in range(3)]
        sent = [
            scenario.send(outbox, LARGE_IN_A_BATCH if outbox.offset == 1 else None) for outbox in outboxes
        ]
        with pytest.raises(MessageSizeTooLargeError):
            await sent[1]
        await scenario.send(outboxes[1], b"dead letter")
        await asyncio.gather(sent[0], sent[2])

    scenario = played(play)
    values = [value for transaction in scenario.broker.committed for value in transaction.values]
    assert values == [b"0", b"dead letter", b"2"]
    assert (
        scenario.broker.started == ["crawlmill-pages.raw-0"] * 3
    )  # after the run of three, and the large one alone


def _producer(
    broker: Broker, may_write: Callable[[], bool] = lambda: True, topic_id: str = ""
) -> TransactionalProducer:
    name = transactional_id(SETTINGS, RAW)
    return TransactionalProducer(SETTINGS, RAW, partial(broker.producer, name), may_write, topic_id)


def test_a_commit_returns_the_changes_with_their_changelog_offsets() -> None:
    broker, change = Broker(), TableChange(0, b"bucket", b"passed", 1)

    async def run() -> list[Written]:
        producer = _producer(broker)
        await producer.start()
        return await producer.commit([output(b"record", (change,))], 8)

    assert asyncio.run(run()) == [Written(change, 1)]
    assert broker.committed == [Transaction([b"passed", b"record"], 8)]


def test_without_a_session_nothing_is_committed() -> None:
    broker = Broker()

    async def run() -> None:
        producer = _producer(broker, may_write=lambda: False)
        await producer.start()
        with pytest.raises(SessionLapsed, match=r"pages\.raw"):
            await producer.commit([output(b"record")], 8)

    asyncio.run(run())
    assert broker.committed == []


def test_a_session_that_lapses_in_the_transaction_stops_the_commit_and_the_transaction_is_aborted() -> None:
    broker, answers = Broker(), iter([True, True, False])

    async def run() -> None:
        producer = _producer(broker, may_write=lambda: next(answers))
        await producer.start()
        with pytest.raises(SessionLapsed):
            await producer.commit([output(b"record")], 8)
        await producer.stop()

    asyncio.run(run())
    assert (broker.committed, broker.aborted) == ([], 1)


def test_stopping_between_transactions_aborts_nothing() -> None:
    broker = Broker()

    async def run() -> None:
        producer = _producer(broker)
        await producer.start()
        await producer.commit([output(b"record")], 8)
        await producer.stop()
        await producer.stop()

    asyncio.run(run())
    assert (len(broker.committed), broker.aborted) == (1, 0)


def test_the_id_of_the_topic_is_committed_beside_the_offset() -> None:
    broker = Broker()

    async def run() -> None:
        producer = _producer(broker, topic_id="an-id")
        await producer.start()
        await producer.commit([output(b"record")], 8)

    asyncio.run(run())
    assert broker.metadata == ["an-id"]


def test_a_partition_has_the_same_transactional_id_in_every_worker() -> None:
    assert transactional_id(SETTINGS, RAW) == "crawlmill-pages.raw-0"
    other = Settings(kafka=Kafka(topic_prefix="another."))
    assert transactional_id(other, RAW) != transactional_id(SETTINGS, RAW)
