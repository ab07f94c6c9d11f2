"""Exactly-once output: a message's records and its offset are committed in one transaction, in offset order.

Each assigned source partition has a transactional producer of its own, whose transactional id is derived from the
partition. Messages of a partition are processed concurrently and finish in any order. A finished output is held until
all messages before it have finished; then a run of outputs, with their changes of the dedup table and the offset after
the last of them, is sent in one transaction. A transaction therefore never contains a record of a message whose offset
it does not commit.

Initializing the producer fences the previous owner of the partition (KIP-98): the broker aborts its open transaction and
rejects its next one. Producers are therefore opened before the table is restored and before committed offsets are read,
again in every rebalance, and at no other time: a worker that does not know yet that it lost a partition must not fence
the new owner. A transaction error from the broker stops the worker.

Faust's own transactions are not used: see docs/reliability.md for what they do.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from faust.types import TP

from streams.errors import BrokerUnavailable
from streams.runtime.delivery.at_least_once import REFUSED, Revoked, post
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.results import TableChange
from streams.runtime.delivery.timeouts import acknowledged_within
from streams.runtime.group.session import SessionLapsed
from streams.runtime.kafka import clients, topics
from streams.runtime.state.changelog import Written
from streams.settings import Settings

# Between two transactions of a partition, as commit.interval.ms of Kafka Streams with exactly_once.
_COMMIT_INTERVAL_SECONDS = 0.1
_TRANSACTION_TIMEOUT_SECONDS = 60.0  # how long a dead worker's transaction may block read_committed consumers if nobody takes over the partition
_CLOSE_SECONDS = 5.0  # for the transaction under way when the partition is revoked

Settle = Callable[[Sequence[Written]], None]
log = logging.getLogger(__name__)


class TransactionalOutbox:
    """The outbox of one message; its partition commits outboxes in offset order."""

    __slots__ = ("_owner", "offset", "output", "sent")

    def __init__(self, transaction: PartitionTransaction, offset: int) -> None:
        self._owner = transaction
        self.offset = offset
        self.output: MessageOutput | None = None
        self.sent: asyncio.Future[None] | None = None

    async def send(self, output: MessageOutput) -> None:
        """Send the output; returns when its transaction is committed. Raises as :class:`~streams.runtime.delivery.at_least_once.Outbox`."""
        await self._owner.send(self, output)

    def settle(self, error: BaseException | None = None) -> None:
        """Finish the waiting :meth:`send`, with an error if there is one."""
        if self.sent is not None and not self.sent.done():
            if error is None:
                self.sent.set_result(None)
            else:
                self.sent.set_exception(error)


class PartitionTransaction:
    """The transactional producer of one source partition, for one generation of the consumer group."""

    def __init__(
        self,
        settings: Settings,
        partition: TP,
        generation: int,
        settle: Settle,
        producer: Callable[[], Any],
        may_write: Callable[[], bool],
        topic_id: str = "",
    ) -> None:
        self.generation = generation
        self._may_write = may_write
        self._settings = settings
        self._partition = partition
        self._settle = settle
        self._new_producer = producer
        self._topic_id = (
            topic_id  # the metadata of each committed offset: see streams.runtime.group.committed_positions
        )
        self._producer: Any = None
        self._outboxes: deque[TransactionalOutbox] = deque()
        self._last_offset = -1
        self._due = asyncio.Event()
        self._closing = asyncio.Event()
        self._failed: BaseException | None = None
        self._open_transaction = False
        self._broker_refused = False  # a record of the open transaction, which the producer had taken
        self._runner: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Start the producer, which fences the previous owner and ends its transactions.

        Raises :class:`BrokerUnavailable`.
        """
        try:
            async with acknowledged_within(self._settings.kafka.delivery_seconds):
                self._producer = self._new_producer()
                await self._producer.start()
        except (KafkaError, BrokerUnavailable) as error:
            raise BrokerUnavailable(
                f"no transactions for {self._partition.topic}/{self._partition.partition}: {error}. "
                "kafka.processing_guarantee = exactly_once needs Apache Kafka, and the right to write with the "
                f"transactional id {transactional_id(self._settings, self._partition)}"
            ) from error
        if self._closing.is_set():
            await self._stop_producer()
        else:
            self._runner = asyncio.create_task(self._run(), name=f"transaction {self._partition}")

    def outbox(self, offset: int) -> TransactionalOutbox | None:
        """The outbox of the message at ``offset``, last in order; None for an offset that has had one."""
        if offset <= self._last_offset:
            return None
        self._last_offset = offset
        outbox = TransactionalOutbox(self, offset)
        self._outboxes.append(outbox)
        return outbox

    async def send(self, outbox: TransactionalOutbox, output: MessageOutput) -> None:
        """Queue the output of an outbox and wait for its transaction. See :meth:`TransactionalOutbox.send`."""
        if self._failed is not None:
            raise self._failed
        outbox.output = output
        outbox.sent = asyncio.get_running_loop().create_future()
        if outbox is self._outboxes[0]:
            self._due.set()
        await outbox.sent

    async def close(self) -> None:
        """Finish the transaction under way; all other outboxes raise :class:`Revoked`."""
        self._closing.set()
        self._due.set()
        if self._runner is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._runner, _CLOSE_SECONDS)
        self._fail(Revoked(f"{self._partition} was revoked"))
        await self._stop_producer()

    async def _run(self) -> None:
        """Commit finished outputs, one run after another, until closed or until an error."""
        try:
            while not self._closing.is_set():
                await self._due.wait()
                self._due.clear()
                ready = self._ready()
                if ready and not self._closing.is_set():
                    await self._commit(ready)
                    await self._pause()
        except Exception as error:  # noqa: BLE001 - each waiting send() raises it, which stops the worker
            self._fail(error)

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), _COMMIT_INTERVAL_SECONDS)
        if self._ready():
            self._due.set()

    def _ready(self) -> list[TransactionalOutbox]:
        """The longest run of outboxes with an output, from the first one."""
        ready = []
        for outbox in self._outboxes:
            if outbox.output is None:
                break
            ready.append(outbox)
        return ready

    async def _commit(self, outboxes: Sequence[TransactionalOutbox]) -> bool:
        """Commit these outboxes; whether all are committed.

        After a refused record each is tried in a transaction of its own. The refused one raises the error in ``send`` and keeps
        its position, for another output.
        """
        try:
            written = await self._transaction(outboxes)
        except REFUSED as error:
            await self._abort(renew=self._broker_refused)
            if len(outboxes) > 1:
                for outbox in outboxes:
                    if not await self._commit([outbox]):
                        return False
                return True
            outboxes[0].output = None
            outboxes[0].settle(error)
            return False
        if written:
            self._settle(written)
        for outbox in outboxes:
            self._outboxes.popleft()
            outbox.settle()
        return True

    async def _transaction(self, outboxes: Sequence[TransactionalOutbox]) -> list[Written]:
        """Commit these outputs with the offset after the last; returns the changelog offset of each table change."""
        producer, outputs = (
            self._producer,
            [outbox.output for outbox in outboxes if outbox.output is not None],
        )
        self._require_session()
        async with acknowledged_within(self._settings.kafka.delivery_seconds):
            await producer.begin_transaction()
            self._open_transaction = True
            changes = [change for output in outputs for change in output.changes]
            sent = [await self._change(change) for change in changes]
            for output in outputs:
                sent += await post(producer, self._settings, output)
            acknowledged: list[Any] = await asyncio.gather(*sent, return_exceptions=True)
            failed = [result for result in acknowledged if isinstance(result, BaseException)]
            for error in failed:
                if isinstance(error, REFUSED):  # what follows it in the list failed because of it
                    self._broker_refused = True
                    raise error
            if failed:
                raise failed[0]
            self._require_session()
            where = TopicPartition(self._partition.topic, self._partition.partition)
            await producer.send_offsets_to_transaction(
                {where: (outboxes[-1].offset + 1, self._topic_id)}, topics.app_id(self._settings)
            )
            self._require_session()
            self._open_transaction = False  # from here on the outcome is the broker's
            await producer.commit_transaction()
        return [Written(change, there.offset) for change, there in zip(changes, acknowledged, strict=False)]

    async def _abort(self, renew: bool) -> None:
        """Abort the open transaction; with ``renew``, go on with a new producer.

        A batch that the broker itself refuses has used up sequence numbers which the broker never saw: aiokafka's
        next batch would be out of order. A new producer of the same transactional id counts from zero.
        """
        async with acknowledged_within(self._settings.kafka.delivery_seconds):
            await self._producer.abort_transaction()
            self._open_transaction = self._broker_refused = False
            if renew:
                self._require_session()  # whoever has the partition meanwhile must not be fenced
                await self._producer.stop()
                self._producer = self._new_producer()
                await self._producer.start()

    async def _change(self, change: TableChange) -> Any:
        name = topics.changelog_name(self._settings)
        return await self._producer.send(name, change.value, key=change.key, partition=change.partition)

    def _require_session(self) -> None:
        if not self._may_write():
            raise SessionLapsed(f"{self._partition} may belong to another worker by now")

    def _fail(self, error: BaseException) -> None:
        if not self._may_write() and not isinstance(error, Revoked):
            # Expected once the session lapsed: the new owner has fenced this producer, or the coordinator cannot be reached.
            error = SessionLapsed(f"{self._partition} may belong to another worker by now: {error!r}")
        self._failed = error
        for outbox in self._outboxes:
            outbox.settle(error)

    async def _stop_producer(self) -> None:
        """Abort the open transaction and stop: left open, it blocks read_committed consumers until the next owner fences it."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        for end in (
            (producer.abort_transaction, producer.stop) if self._open_transaction else (producer.stop,)
        ):
            try:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await end()
            except (
                KafkaError,
                TimeoutError,
                AssertionError,
            ) as error:  # the next owner fences it in any case
                log.warning("the producer of %s did not stop in order: %r", self._partition, error)
        self._open_transaction = False


class PartitionTransactions:
    """The transactional producers of all source partitions assigned to this worker.

    ``producer`` creates a producer for a transactional id. ``may_write`` tells whether the group session is still valid.
    """

    def __init__(
        self,
        settings: Settings,
        settle: Settle,
        producer: Callable[[str], Any] | None = None,
        may_write: Callable[[], bool] = lambda: True,
        topic_ids: Mapping[str, str] | None = None,
    ) -> None:
        self._may_write = may_write
        self._topic_ids = topic_ids or {}
        self._settings = settings
        self._settle = settle
        self._new_producer = producer or self._transactional
        self._sources = {topics.full_name(settings, name) for name in topics.CONSUMED}
        self._transactions: dict[TP, PartitionTransaction] = {}
        self._opening: asyncio.Task[None] | None = None

    async def open(self, assigned: Iterable[TP], generation: int) -> None:
        """Close all producers and start to open one for each source partition in ``assigned``; :meth:`opened` waits for them.

        Called in a rebalance, during which aiokafka sends no heartbeats: this must not wait for anything slow.
        """
        await self.close()
        transactions = {
            tp: PartitionTransaction(
                self._settings,
                tp,
                generation,
                self._settle,
                partial(self._new_producer, transactional_id(self._settings, tp)),
                self._may_write,
                self._topic_ids.get(tp.topic, ""),
            )
            for tp in assigned
            if tp.topic in self._sources
        }
        self._transactions = transactions
        self._opening = asyncio.create_task(_open_all(transactions.values()))

    async def opened(self) -> None:
        """Wait until all producers are open, and so all previous owners fenced. Raises :class:`BrokerUnavailable`."""
        if (opening := self._opening) is not None:
            await asyncio.wait([opening])
            if not opening.cancelled():  # else the next rebalance cancelled it and opens others
                opening.result()

    async def close(self) -> None:
        """Close all producers; messages that are not committed will be redelivered."""
        opening, self._opening = self._opening, None
        if opening is not None and opening.cancel():
            await asyncio.wait([opening])
        transactions, self._transactions = self._transactions, {}
        await asyncio.gather(*(transaction.close() for transaction in transactions.values()))

    def outbox(self, event: Any) -> TransactionalOutbox | None:
        """The outbox of an event; None when its partition or generation is not current: see :data:`~streams.runtime.delivery.at_least_once.OpenOutbox`."""
        transaction = self._transactions.get(event.message.tp)
        if transaction is None or transaction.generation != event.message.generation_id:
            return None
        return transaction.outbox(event.message.offset)

    def _transactional(self, name: str) -> AIOKafkaProducer:
        kafka = self._settings.kafka
        return AIOKafkaProducer(
            **clients.producer_options(self._settings),
            transactional_id=name,
            transaction_timeout_ms=int(min(_TRANSACTION_TIMEOUT_SECONDS, kafka.delivery_seconds) * 1_000),
            max_batch_size=clients.producer_batch_bytes(self._settings),
        )


async def _open_all(transactions: Iterable[PartitionTransaction]) -> None:
    await asyncio.gather(*(transaction.open() for transaction in transactions))


def transactional_id(settings: Settings, tp: TP) -> str:
    """The transactional id of a source partition: the same for every owner, so that the next owner fences the previous one."""
    return f"{topics.app_id(settings)}-{tp.topic}-{tp.partition}"
