"""A transaction holds the outputs of a run of messages in offset order, and the offset after the last of them."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
from aiokafka.errors import MessageSizeTooLargeError, ProducerFenced
from hypothesis import given, settings
from hypothesis import strategies as st
from runtime.delivery.transactional_broker import LARGE, SETTINGS, Scenario, Transaction, output, played

from streams.errors import Revoked
from streams.execution.results import TableChange
from streams.runtime.group.session import SessionLapsed
from streams.runtime.state.changelog import Written
from streams.settings import Settings


def test_an_output_waits_for_those_of_earlier_offsets() -> None:
    async def play(scenario: Scenario) -> None:
        first, second, third = (scenario.outbox(offset) for offset in (5, 6, 9))
        sent = [scenario.send(third), scenario.send(second)]
        assert (await asyncio.wait(sent, timeout=0.3))[0] == set()
        await asyncio.gather(scenario.send(first), *sent)

    assert played(play).broker.committed == [Transaction([b"5", b"6", b"9"], 10)]


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(range(12)), breaks=st.sets(st.integers(0, 11)))
def test_in_any_order_of_finishing_a_transaction_is_a_run_of_messages_and_the_offset_after_it(
    order: list[int], breaks: set[int]
) -> None:
    async def play(scenario: Scenario) -> None:
        outboxes, sent = [scenario.outbox(offset) for offset in range(12)], []
        for number, offset in enumerate(order):
            sent.append(scenario.send(outboxes[offset]))
            if number in breaks:
                await asyncio.sleep(0)
        await asyncio.gather(*sent)

    committed = played(play).broker.committed
    assert [value for transaction in committed for value in transaction.values] == [
        b"%d" % offset for offset in range(12)
    ]
    for transaction in committed:
        assert transaction.offset == int(transaction.values[-1]) + 1


def test_a_record_that_is_too_large_is_refused_alone_and_replaced_by_another() -> None:
    async def play(scenario: Scenario) -> None:
        outboxes = [scenario.outbox(offset) for offset in range(4)]
        sent = [scenario.send(outbox, LARGE if outbox.offset == 2 else None) for outbox in outboxes]
        with pytest.raises(MessageSizeTooLargeError):
            await sent[2]
        assert not sent[3].done()
        await scenario.send(outboxes[2], b"dead letter")
        await asyncio.gather(sent[0], sent[1], sent[3])

    scenario = played(play)
    assert [value for transaction in scenario.broker.committed for value in transaction.values] == [
        b"0",
        b"1",
        b"dead letter",
        b"3",
    ]
    assert scenario.broker.aborted == 2  # the run of four, and the large one alone
    assert scenario.broker.started == [
        "crawlmill-pages.raw-0"
    ]  # a second one might fence the partition's next owner


def test_table_changes_are_in_the_transaction_and_settled_when_it_is_committed() -> None:
    async def play(scenario: Scenario) -> None:
        outbox, changes = (
            scenario.outbox(0),
            tuple(TableChange(0, b"bucket", b"%d passed" % n, 1) for n in (1, 2)),
        )
        scenario.broker.open.clear()
        sent = asyncio.ensure_future(outbox.send(output(b"0", changes)))
        await asyncio.wait([sent], timeout=0.2)
        assert scenario.settled == []
        scenario.broker.open.set()
        await sent
        assert scenario.settled == [Written(changes[0], 1), Written(changes[1], 2)]

    assert played(play).broker.committed == [Transaction([b"1 passed", b"2 passed", b"0"], 1)]


def test_when_the_partition_is_revoked_the_open_transaction_ends_and_the_rest_is_given_up() -> None:
    async def play(scenario: Scenario) -> None:
        first, second, third = (scenario.outbox(offset) for offset in range(3))
        scenario.broker.open.clear()
        under_way = scenario.send(first)
        await asyncio.wait([under_way], timeout=0.2)
        waiting = scenario.send(second)
        closing = asyncio.ensure_future(scenario.transactions.close())
        await asyncio.wait([closing], timeout=0.1)
        scenario.broker.open.set()
        await closing
        await under_way
        for late in (waiting, scenario.send(third)):
            with pytest.raises(Revoked):
                await late

    assert played(play).broker.committed == [Transaction([b"0"], 1)]


def test_an_error_of_a_transaction_is_raised_by_every_waiting_send() -> None:
    async def play(scenario: Scenario) -> None:
        first, second, third = (scenario.outbox(offset) for offset in range(3))
        scenario.broker.error = ProducerFenced()
        for sent in (scenario.send(second), scenario.send(first)):
            with pytest.raises(ProducerFenced):
                await sent
        with pytest.raises(ProducerFenced):
            await scenario.send(third)

    assert played(play).broker.committed == []


def test_a_lapsed_session_is_reported_in_place_of_the_broker_s_error() -> None:
    """The new owner has fenced this producer, which is no failure of the worker's."""

    async def play(scenario: Scenario) -> None:
        outbox = scenario.outbox(0)
        scenario.broker.open.clear()
        sent = scenario.send(outbox)
        await asyncio.wait([sent], timeout=0.2)
        scenario.session_alive = False
        scenario.broker.error = ProducerFenced()
        scenario.broker.open.set()
        with pytest.raises(SessionLapsed, match="another worker"):
            await sent

    assert played(play).broker.committed == []


def _apart(seconds: float) -> Settings:
    return msgspec.structs.replace(
        SETTINGS, kafka=msgspec.structs.replace(SETTINGS.kafka, transaction_seconds=seconds)
    )


def _paced(longest: float, collects: bool) -> list[Transaction]:
    """The transactions of five outputs, one each 0.1 s."""

    async def play(scenario: Scenario) -> None:
        sent = []
        for offset in range(5):
            sent.append(scenario.send(scenario.outbox(offset)))
            await asyncio.sleep(0.1)
        await asyncio.gather(*sent)

    return played(play, _apart(longest), lambda: collects).broker.committed


def test_while_all_processes_work_a_transaction_waits_for_more_outputs() -> None:
    assert [len(transaction.values) for transaction in _paced(2.0, collects=True)] == [1, 4]


def test_while_a_process_has_nothing_to_do_transactions_follow_one_another() -> None:
    assert len(_paced(2.0, collects=False)) >= 3


def test_transactions_are_no_further_apart_than_the_setting_says() -> None:
    assert len(_paced(0.2, collects=True)) >= 3


def test_a_transaction_does_not_go_on_collecting_when_a_process_becomes_idle() -> None:
    async def play(scenario: Scenario) -> None:
        await scenario.send(scenario.outbox(0))
        second = scenario.send(scenario.outbox(1))
        assert (await asyncio.wait([second], timeout=0.5))[0] == set()
        busy.clear()
        await asyncio.wait_for(second, 2)

    busy = {"all"}
    assert len(played(play, _apart(30.0), lambda: bool(busy)).broker.committed) == 2


def test_a_revoked_partition_does_not_wait_until_its_transaction_has_collected() -> None:
    async def play(scenario: Scenario) -> None:
        await scenario.send(scenario.outbox(0))
        second = scenario.send(scenario.outbox(1))
        await asyncio.wait_for(scenario.transactions.close(), 2)
        with pytest.raises(Revoked):
            await second

    assert len(played(play, _apart(30.0), lambda: True).broker.committed) == 1
