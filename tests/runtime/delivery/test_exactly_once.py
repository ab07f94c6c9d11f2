"""Transactional producers are opened and closed with each assignment of partitions."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka.errors import ProducerFenced
from runtime.delivery.transactional_broker import RAW, Event, Scenario, Transaction, played

from streams.errors import BrokerUnavailable


def test_a_message_of_another_generation_or_delivered_twice_has_no_outbox() -> None:
    async def play(scenario: Scenario) -> None:
        scenario.outbox(7)
        assert scenario.transactions.outbox(Event(7)) is None
        assert scenario.transactions.outbox(Event(0, generation=0)) is None
        await scenario.transactions.open({RAW}, 2)
        await scenario.transactions.opened()
        assert scenario.transactions.outbox(Event(0, generation=1)) is None
        assert scenario.transactions.outbox(Event(0, generation=2)) is not None

    played(play)


def test_a_rebalance_does_not_wait_for_producers_and_the_next_one_opens_others() -> None:
    async def play(scenario: Scenario) -> None:
        scenario.broker.reachable.clear()
        await scenario.transactions.open({RAW}, 2)
        waiting = asyncio.ensure_future(scenario.transactions.opened())
        assert (await asyncio.wait([waiting], timeout=0.1))[0] == set()
        await scenario.transactions.open({RAW}, 3)
        await waiting
        scenario.broker.reachable.set()
        await scenario.transactions.opened()
        outbox = scenario.transactions.outbox(Event(0, generation=3))
        assert outbox is not None
        await scenario.send(outbox)

    assert played(play).broker.committed == [Transaction([b"0"], 1)]


def test_waiting_for_producers_raises_the_error_with_which_they_cannot_be_opened() -> None:
    async def play(scenario: Scenario) -> None:
        scenario.broker.error = ProducerFenced()
        await scenario.transactions.open({RAW}, 2)
        with pytest.raises(BrokerUnavailable, match=r"transactional id crawlmill-pages\.raw-0"):
            await scenario.transactions.opened()

    played(play)
