"""A broker in memory with transactions, and a scenario of one partition's transactions on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, OutOfOrderSequenceNumber

from streams import topics
from streams.execution.results import OutputRecord, TableChange
from streams.runtime.delivery.exactly_once import PartitionTransactions
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.partition_transaction import TransactionalOutbox
from streams.runtime.state.changelog import Written
from streams.settings import Kafka, Settings

SETTINGS = Settings(kafka=Kafka(processing_guarantee="exactly_once"))
RAW = TopicPartition(topics.RAW, 0)
LARGE = b"too large"
LARGE_IN_A_BATCH = b"too large, as the broker counts"


class There(NamedTuple):
    """The broker's acknowledgement of a record."""

    topic_partition: TopicPartition
    offset: int


class Transaction(NamedTuple):
    """The record values and the offset of a committed transaction."""

    values: list[bytes]
    offset: int


class Broker:
    """A broker in memory. It commits while ``open`` is set, and lets producers start while ``reachable`` is set."""

    def __init__(self) -> None:
        self.committed: list[Transaction] = []
        self.metadata: list[str] = []  # stored with the offsets
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
    """The methods of aiokafka's transactional producer that transactions use.

    Neither the embedded broker nor a developer's machine has transactions; tests/live/test_exactly_once.py has them, on Apache Kafka.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._values: list[bytes] = []
        self._out_of_order = False
        self._offsets: dict[TopicPartition, int] = {}

    async def start(self) -> None:
        """Wait until the broker is reachable, and raise its error."""
        await self._broker.reachable.wait()
        if self._broker.error is not None:
            raise self._broker.error

    async def stop(self) -> None:
        """Do nothing."""

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
        self._broker.metadata += [metadata for _, metadata in offsets.values()]

    async def commit_transaction(self) -> None:
        await self._broker.open.wait()
        if self._broker.error is not None:
            raise self._broker.error
        self._broker.committed.append(Transaction(self._values, self._offsets[RAW]))

    async def abort_transaction(self) -> None:
        self._broker.aborted += 1


class Event:
    """The attributes of a Faust event that transactions use; it is its own message."""

    def __init__(self, offset: int, generation: int = 1) -> None:
        self.tp, self.offset, self.generation_id = RAW, offset, generation
        self.message = self


def output(value: bytes, changes: tuple[TableChange, ...] = ()) -> MessageOutput:
    return MessageOutput(
        ((OutputRecord(topics.CANDIDATES, b"key", value, "Candidate"), []),), changes, None, ""
    )


class Scenario:
    """The transactions of one partition, and their broker."""

    def __init__(
        self, settings: Settings = SETTINGS, may_collect: Callable[[], bool] = lambda: False
    ) -> None:
        self.broker = Broker()
        self.settled: list[Written] = []
        self.session_alive = True
        self.transactions = PartitionTransactions(
            settings,
            self.settled.extend,
            self.broker.producer,
            lambda: self.session_alive,
            may_collect=may_collect,
        )

    def outbox(self, offset: int) -> TransactionalOutbox:
        outbox = self.transactions.outbox(Event(offset))
        assert outbox is not None
        return outbox

    def send(self, outbox: TransactionalOutbox, value: bytes | None = None) -> asyncio.Task[None]:
        return asyncio.ensure_future(outbox.send(output(value or b"%d" % outbox.offset)))


def played(
    play: Callable[[Scenario], Any],
    settings: Settings = SETTINGS,
    may_collect: Callable[[], bool] = lambda: False,
) -> Scenario:
    """Open the transactions of :data:`RAW`, run ``play``, close them; returns the scenario."""

    async def run() -> Scenario:
        scenario = Scenario(settings, may_collect)
        await scenario.transactions.open({RAW}, 1)
        await scenario.transactions.opened()
        await play(scenario)
        await scenario.transactions.close()
        return scenario

    return asyncio.run(run())
