"""Exactly once: what a message causes and its offset leave in one transaction, in the order of offsets.

Every source partition that this worker is assigned has a lane: a producer of its own, whose transactional id is named
after the partition. Messages of a partition are worked on beside one another and finish in any order; the lane holds
what is finished until everything before it is finished too, and then sends a run of parcels, with the changes of the
doors' table and the offset behind the last of them, in one transaction. So a transaction never has a record of a
message whose offset is not in it.

Opening a lane fences whoever had the partition: the broker ends that one's open transaction, and refuses its next.
PartitionTransactions are therefore opened before the table is restored and before the committed offsets are read, and anew in every
rebalance, and never otherwise: a worker that does not know yet that it lost a partition must not fence the one that has
it. What the broker says about a transaction is believed, or the worker stops.

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

_EVERY_SECONDS = (
    0.1  # between two transactions of a lane; Kafka Streams' commit.interval.ms with exactly_once is as much
)
_LONGEST_SECONDS = (
    60.0  # that a transaction whose worker is gone may hold readers up, if nobody takes the partition
)
_FINISH_SECONDS = 5.0  # for the transaction under way when the partition is taken away

Settle = Callable[[Sequence[Written]], None]
log = logging.getLogger(__name__)


class Slot:
    """The place of one message in its lane's line."""

    __slots__ = ("_lane", "offset", "parcel", "sent")

    def __init__(self, lane: PartitionTransaction, offset: int) -> None:
        self._lane = lane
        self.offset = offset
        self.parcel: MessageOutput | None = None
        self.sent: asyncio.Future[None] | None = None

    async def send(self, parcel: MessageOutput) -> None:
        """Returns when a transaction with this parcel is committed. Raises as :class:`~streams.runtime.delivery.at_least_once.Place` says."""
        await self._lane.send(self, parcel)

    def settle(self, error: BaseException | None = None) -> None:
        """Tell who waits."""
        if self.sent is not None and not self.sent.done():
            if error is None:
                self.sent.set_result(None)
            else:
                self.sent.set_exception(error)


class PartitionTransaction:
    """One source partition in one generation of the consumer group."""

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
        self._topic_id = topic_id  # beside each offset: see streams.runtime.group.committed_positions
        self._producer: Any = None
        self._line: deque[Slot] = deque()
        self._taken = -1
        self._due = asyncio.Event()
        self._closing = asyncio.Event()
        self._failed: BaseException | None = None
        self._open_transaction = False
        self._broker_refused = False  # a record of the open transaction, which the producer had taken
        self._runner: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Fence whoever had the partition. When this returns, its transactions have ended."""
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
            self._runner = asyncio.create_task(self._run(), name=f"lane {self._partition}")

    def take(self, offset: int) -> Slot | None:
        """The next place in the line; None for a message that had one already."""
        if offset <= self._taken:
            return None
        self._taken = offset
        slot = Slot(self, offset)
        self._line.append(slot)
        return slot

    async def send(self, slot: Slot, parcel: MessageOutput) -> None:
        """Have a parcel sent from its place. See :meth:`Slot.send`."""
        if self._failed is not None:
            raise self._failed
        slot.parcel = parcel
        slot.sent = asyncio.get_running_loop().create_future()
        if slot is self._line[0]:
            self._due.set()
        await slot.sent

    async def close(self) -> None:
        """Let the transaction under way end, and give everything else up."""
        self._closing.set()
        self._due.set()
        if self._runner is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._runner, _FINISH_SECONDS)
        self._fail(Revoked(f"{self._partition} was taken away"))
        await self._stop_producer()

    async def _run(self) -> None:
        """Commit what is ready, run after run, until closed or something is wrong."""
        try:
            while not self._closing.is_set():
                await self._due.wait()
                self._due.clear()
                ready = self._ready()
                if ready and not self._closing.is_set():
                    await self._commit(ready)
                    await self._pause()
        except Exception as error:  # noqa: BLE001 - whoever waits has it, and stops the worker
            self._fail(error)

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), _EVERY_SECONDS)
        if self._ready():
            self._due.set()

    def _ready(self) -> list[Slot]:
        """The slots at the head of the line whose parcels are there."""
        ready = []
        for slot in self._line:
            if slot.parcel is None:
                break
            ready.append(slot)
        return ready

    async def _commit(self, slots: Sequence[Slot]) -> bool:
        """Whether all of them went. A parcel that is too large is refused, and waits for another in its place."""
        try:
            written = await self._transaction(slots)
        except REFUSED as error:
            await self._abort(renew=self._broker_refused)
            if len(slots) > 1:
                for slot in slots:
                    if not await self._commit([slot]):
                        return False
                return True
            slots[0].parcel = None
            slots[0].settle(error)
            return False
        if written:
            self._settle(written)
        for slot in slots:
            self._line.popleft()
            slot.settle()
        return True

    async def _transaction(self, slots: Sequence[Slot]) -> list[Written]:
        """Everything that these messages caused, and the offset behind the last; where the changes were written."""
        producer, parcels = self._producer, [slot.parcel for slot in slots if slot.parcel is not None]
        self._require_session()
        async with acknowledged_within(self._settings.kafka.delivery_seconds):
            await producer.begin_transaction()
            self._open_transaction = True
            changes = [change for parcel in parcels for change in parcel.changes]
            sent = [await self._change(change) for change in changes]
            for parcel in parcels:
                sent += await post(producer, self._settings, parcel)
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
                {where: (slots[-1].offset + 1, self._topic_id)}, topics.app_id(self._settings)
            )
            self._require_session()
            self._open_transaction = False  # from here on the broker decides
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
            raise SessionLapsed(f"{self._partition} may be another worker's by now")

    def _fail(self, error: BaseException) -> None:
        if not self._may_write() and not isinstance(error, Revoked):
            # Whoever has the partition now fences this producer, or the coordinator cannot be reached: as is to be expected.
            error = SessionLapsed(f"{self._partition} may be another worker's by now: {error!r}")
        self._failed = error
        for slot in self._line:
            slot.settle(error)

    async def _stop_producer(self) -> None:
        """Stop it; an open transaction is aborted, or readers wait for its end until somebody else fences it."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        for end in (
            (producer.abort_transaction, producer.stop) if self._open_transaction else (producer.stop,)
        ):
            try:
                async with asyncio.timeout(_FINISH_SECONDS):
                    await end()
            except (KafkaError, TimeoutError, AssertionError) as error:  # the next one fences it in any case
                log.warning("the producer of %s did not stop in order: %r", self._partition, error)
        self._open_transaction = False


class PartitionTransactions:
    """The lanes of a worker.

    ``producer`` makes one for a transactional id. ``may_write`` says whether the partitions are still this worker's.
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
        self._lanes: dict[TP, PartitionTransaction] = {}
        self._opening: asyncio.Task[None] | None = None

    async def open(self, assigned: Iterable[TP], generation: int) -> None:
        """Begin to open lanes for the source partitions among these, in place of all there were.

        They are open after :meth:`opened`. Called in a rebalance, in which aiokafka sends no heartbeats: nothing that
        takes long may be waited for here.
        """
        await self.close()
        lanes = {
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
        self._lanes = lanes
        self._opening = asyncio.create_task(_open_all(lanes.values()))

    async def opened(self) -> None:
        """Wait until the lanes are open: nobody else writes for these partitions any more. Raises why they cannot be."""
        if (opening := self._opening) is not None:
            await asyncio.wait([opening])
            if not opening.cancelled():  # else by the next rebalance, which begins anew
                opening.result()

    async def close(self) -> None:
        """No more lanes: what has not been committed is delivered again, here or elsewhere."""
        opening, self._opening = self._opening, None
        if opening is not None and opening.cancel():
            await asyncio.wait([opening])
        lanes, self._lanes = self._lanes, {}
        await asyncio.gather(*(lane.close() for lane in lanes.values()))

    def take(self, event: Any) -> Slot | None:
        """An event's place, taken in the order of offsets; None when it has none: see :data:`~streams.runtime.delivery.at_least_once.Take`."""
        lane = self._lanes.get(event.message.tp)
        if lane is None or lane.generation != event.message.generation_id:
            return None
        return lane.take(event.message.offset)

    def _transactional(self, name: str) -> AIOKafkaProducer:
        kafka = self._settings.kafka
        return AIOKafkaProducer(
            **clients.producer_options(self._settings),
            transactional_id=name,
            transaction_timeout_ms=int(min(_LONGEST_SECONDS, kafka.delivery_seconds) * 1_000),
            max_batch_size=clients.producer_batch_bytes(self._settings),
        )


async def _open_all(lanes: Iterable[PartitionTransaction]) -> None:
    await asyncio.gather(*(lane.open() for lane in lanes))


def transactional_id(settings: Settings, tp: TP) -> str:
    """The transactional id of a source partition: the same whoever has it, so that the next one fences the last."""
    return f"{topics.app_id(settings)}-{tp.topic}-{tp.partition}"
