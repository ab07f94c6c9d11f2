"""Transactions hold whole messages, in the order of offsets, and the offset behind the last of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, OutOfOrderSequenceNumber, ProducerFenced
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.errors import BrokerUnavailable
from streams.runtime.delivery.at_least_once import Revoked
from streams.runtime.delivery.exactly_once import PartitionTransactions
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.partition_transaction import TransactionalOutbox
from streams.runtime.delivery.results import OutputRecord, TableChange
from streams.runtime.kafka import topics
from streams.runtime.state.changelog import Written
from streams.settings import Kafka, Settings

SETTINGS = Settings(kafka=Kafka(processing_guarantee="exactly_once"))
RAW = TopicPartition(topics.RAW, 0)
LARGE = b"too large"
LARGE_IN_A_BATCH = b"too large, as the broker counts"


class There(NamedTuple):
    """Where a record was written."""

    topic_partition: TopicPartition
    offset: int


class Transaction(NamedTuple):
    """What a transaction had when it ended."""

    values: list[bytes]
    offset: int


class Broker:
    """What the transactions' producers say to a broker, in memory: and answers when ``open`` is set."""

    def __init__(self) -> None:
        self.committed: list[Transaction] = []
        self.started: list[str] = []
        self.aborted = 0
        self.error: KafkaError | None = None
        self.open = asyncio.Event()
        self.open.set()
        self.reachable = asyncio.Event()
        self.reachable.set()

    def producer(self, name: str) -> Producer:
        self.started.append(name)
        return Producer(self)


class Producer:
    """A transactional producer of aiokafka's, as far as transactions use one."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._values: list[bytes] = []
        self._out_of_order = False
        self._offsets: dict[TopicPartition, int] = {}

    async def start(self) -> None:
        """Nothing to connect to, but it may take its time."""
        await self._broker.reachable.wait()
        if self._broker.error is not None:
            raise self._broker.error

    async def stop(self) -> None:
        """Nor to leave."""

    async def begin_transaction(self) -> None:
        self._values, self._offsets = [], {}

    async def send(self, topic: str, value: bytes, **_: Any) -> asyncio.Future[There]:
        if value == LARGE:
            raise MessageSizeTooLargeError("12 MB")
        pending: asyncio.Future[There] = asyncio.get_running_loop().create_future()
        if value == LARGE_IN_A_BATCH or self._out_of_order:
            # aiokafka counts the refused batch among its sequence numbers, the broker does not.
            refused = OutOfOrderSequenceNumber() if self._out_of_order else MessageSizeTooLargeError()
            self._out_of_order = True
            pending.set_exception(refused)
            return pending
        self._values.append(value)
        pending.set_result(There(TopicPartition(topic, 0), len(self._values)))
        return pending

    async def send_offsets_to_transaction(
        self, offsets: dict[TopicPartition, tuple[int, str]], group: str
    ) -> None:
        self._offsets |= {where: offset for where, (offset, _) in offsets.items()}

    async def commit_transaction(self) -> None:
        await self._broker.open.wait()
        if self._broker.error is not None:
            raise self._broker.error
        self._broker.committed.append(Transaction(self._values, self._offsets[RAW]))

    async def abort_transaction(self) -> None:
        self._broker.aborted += 1


class Event:
    """A Faust event, as far as transactions look at one: it is its own message."""

    def __init__(self, offset: int, generation: int = 1) -> None:
        self.tp, self.offset, self.generation_id = RAW, offset, generation
        self.message = self


def _output(value: bytes, changes: tuple[TableChange, ...] = ()) -> MessageOutput:
    return MessageOutput(
        ((OutputRecord(topics.CANDIDATES, b"key", value, "Candidate"), []),), changes, None, ""
    )


class Story:
    """One transaction and its broker."""

    def __init__(self) -> None:
        self.broker = Broker()
        self.settled: list[Written] = []
        self.transactions = PartitionTransactions(SETTINGS, self.settled.extend, self.broker.producer)

    def outbox(self, offset: int) -> TransactionalOutbox:
        outbox = self.transactions.outbox(Event(offset))
        assert outbox is not None
        return outbox

    def send(self, outbox: TransactionalOutbox, value: bytes | None = None) -> asyncio.Task[None]:
        return asyncio.ensure_future(outbox.send(_output(value or b"%d" % outbox.offset)))


def _told(tell: Callable[[Story], Any]) -> Story:
    async def run() -> Story:
        story = Story()
        await story.transactions.open({RAW}, 1)
        await story.transactions.opened()
        await tell(story)
        await story.transactions.close()
        return story

    return asyncio.run(run())


def test_nothing_leaves_before_what_came_earlier_is_finished() -> None:
    async def tell(story: Story) -> None:
        first, second, third = (story.outbox(offset) for offset in (5, 6, 9))
        sent = [story.send(third), story.send(second)]
        assert (await asyncio.wait(sent, timeout=0.3))[0] == set()
        await asyncio.gather(story.send(first), *sent)

    assert _told(tell).broker.committed == [Transaction([b"5", b"6", b"9"], 10)]


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(range(12)), breaks=st.sets(st.integers(0, 11)))
def test_whatever_the_order_of_finishing_a_transaction_is_a_run_of_messages_and_the_offset_behind_it(
    order: list[int], breaks: set[int]
) -> None:
    async def tell(story: Story) -> None:
        outboxes, sent = [story.outbox(offset) for offset in range(12)], []
        for number, offset in enumerate(order):
            sent.append(story.send(outboxes[offset]))
            if number in breaks:
                await asyncio.sleep(0)
        await asyncio.gather(*sent)

    committed = _told(tell).broker.committed
    assert [value for transaction in committed for value in transaction.values] == [
        b"%d" % offset for offset in range(12)
    ]
    for transaction in committed:
        assert transaction.offset == int(transaction.values[-1]) + 1


def test_a_record_that_is_too_large_is_refused_alone_and_another_goes_in_its_place() -> None:
    async def tell(story: Story) -> None:
        outboxes = [story.outbox(offset) for offset in range(4)]
        sent = [story.send(outbox, LARGE if outbox.offset == 2 else None) for outbox in outboxes]
        with pytest.raises(MessageSizeTooLargeError):
            await sent[2]
        assert not sent[3].done()
        await story.send(outboxes[2], b"dead letter")
        await asyncio.gather(sent[0], sent[1], sent[3])

    story = _told(tell)
    assert [value for transaction in story.broker.committed for value in transaction.values] == [
        b"0",
        b"1",
        b"dead letter",
        b"3",
    ]
    assert story.broker.aborted == 2  # the run of four, and the large one alone
    assert story.broker.started == [
        "crawlmill-pages.raw-0"
    ]  # a second one might fence the partition's next owner


def test_after_a_record_that_the_broker_refuses_a_new_producer_goes_on_for_the_old_one_is_out_of_order() -> (
    None
):
    async def tell(story: Story) -> None:
        outboxes = [story.outbox(offset) for offset in range(3)]
        sent = [story.send(outbox, LARGE_IN_A_BATCH if outbox.offset == 1 else None) for outbox in outboxes]
        with pytest.raises(MessageSizeTooLargeError):
            await sent[1]
        await story.send(outboxes[1], b"dead letter")
        await asyncio.gather(sent[0], sent[2])

    story = _told(tell)
    values = [value for transaction in story.broker.committed for value in transaction.values]
    assert values == [b"0", b"dead letter", b"2"]
    assert (
        story.broker.started == ["crawlmill-pages.raw-0"] * 3
    )  # after the run of three, and the large one alone


def test_changes_are_in_the_transaction_and_noted_when_it_is_committed() -> None:
    async def tell(story: Story) -> None:
        outbox, changes = (
            story.outbox(0),
            tuple(TableChange(0, b"bucket", b"%d passed" % n, 1) for n in (1, 2)),
        )
        story.broker.open.clear()
        sent = asyncio.ensure_future(outbox.send(_output(b"0", changes)))
        await asyncio.wait([sent], timeout=0.2)
        assert story.settled == []
        story.broker.open.set()
        await sent
        assert story.settled == [Written(changes[0], 1), Written(changes[1], 2)]

    assert _told(tell).broker.committed == [Transaction([b"1 passed", b"2 passed", b"0"], 1)]


def test_when_the_partition_is_taken_away_what_is_under_way_ends_and_the_rest_is_given_up() -> None:
    async def tell(story: Story) -> None:
        first, second, third = (story.outbox(offset) for offset in range(3))
        story.broker.open.clear()
        under_way = story.send(first)
        await asyncio.wait([under_way], timeout=0.2)
        waiting = story.send(second)
        closing = asyncio.ensure_future(story.transactions.close())
        await asyncio.wait([closing], timeout=0.1)
        story.broker.open.set()
        await closing
        await under_way
        for late in (waiting, story.send(third)):
            with pytest.raises(Revoked):
                await late

    assert _told(tell).broker.committed == [Transaction([b"0"], 1)]


def test_a_message_of_another_generation_has_no_outbox_and_one_that_comes_twice_has_one() -> None:
    async def tell(story: Story) -> None:
        story.outbox(7)
        assert story.transactions.outbox(Event(7)) is None
        assert story.transactions.outbox(Event(0, generation=0)) is None
        await story.transactions.open({RAW}, 2)
        await story.transactions.opened()
        assert story.transactions.outbox(Event(0, generation=1)) is None
        assert story.transactions.outbox(Event(0, generation=2)) is not None

    _told(tell)


def test_a_rebalance_does_not_wait_for_producers_and_the_next_one_opens_others() -> None:
    async def tell(story: Story) -> None:
        story.broker.reachable.clear()
        await story.transactions.open({RAW}, 2)
        waiting = asyncio.ensure_future(story.transactions.opened())
        assert (await asyncio.wait([waiting], timeout=0.1))[0] == set()
        await story.transactions.open({RAW}, 3)
        await waiting
        story.broker.reachable.set()
        await story.transactions.opened()
        outbox = story.transactions.outbox(Event(0, generation=3))
        assert outbox is not None
        await story.send(outbox)

    assert _told(tell).broker.committed == [Transaction([b"0"], 1)]


def test_who_waits_for_producers_gets_the_error_with_which_they_cannot_be_opened() -> None:
    async def tell(story: Story) -> None:
        story.broker.error = ProducerFenced()
        await story.transactions.open({RAW}, 2)
        with pytest.raises(BrokerUnavailable, match=r"transactional id crawlmill-pages\.raw-0"):
            await story.transactions.opened()

    _told(tell)


def test_an_error_of_a_transaction_is_raised_by_every_waiting_send() -> None:
    async def tell(story: Story) -> None:
        first, second, third = (story.outbox(offset) for offset in range(3))
        story.broker.error = ProducerFenced()
        for sent in (story.send(second), story.send(first)):
            with pytest.raises(ProducerFenced):
                await sent
        with pytest.raises(ProducerFenced):
            await story.send(third)

    assert _told(tell).broker.committed == []
