"""The transactional producer of one source partition: one transaction holds records, table changes and an offset.

Starting it fences the previous owner of the partition (KIP-98): the broker aborts that one's open transaction and rejects
its next one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from faust.types import TP

from streams import topics
from streams.errors import BrokerUnavailable
from streams.execution.results import TableChange
from streams.runtime.delivery.at_least_once import REFUSED, post
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.timeouts import acknowledged_within
from streams.runtime.group.session import SessionLapsed
from streams.runtime.kafka import clients
from streams.runtime.state.changelog import Written
from streams.settings import Settings

# How long the transaction of a dead worker may block read_committed consumers while nobody takes over the partition.
_TRANSACTION_TIMEOUT_SECONDS = 60.0
CLOSE_SECONDS = 5.0  # for the transaction under way, and for each request, when the partition is revoked

log = logging.getLogger(__name__)


class TransactionalProducer:
    """Commits transactions of one source partition.

    ``create`` returns a new aiokafka producer with the partition's transactional id. ``may_write`` tells whether the
    worker's group session is valid. ``topic_id`` is stored with each committed offset:
    see :mod:`streams.runtime.group.committed_positions`.
    """

    def __init__(
        self,
        settings: Settings,
        partition: TP,
        create: Callable[[], Any],
        may_write: Callable[[], bool],
        topic_id: str = "",
    ) -> None:
        self._settings = settings
        self._partition = partition
        self._create = create
        self._may_write = may_write
        self._topic_id = topic_id
        self._producer: Any = None
        self._is_open = False  # the transaction: begun, and neither committed nor aborted
        self._broker_refused = False  # a record of the open transaction, which aiokafka had accepted

    async def start(self) -> None:
        """Start the producer, which fences the partition's previous owner. Raises :class:`BrokerUnavailable`."""
        try:
            async with acknowledged_within(self._settings.kafka.delivery_seconds):
                self._producer = self._create()
                await self._producer.start()
        except (KafkaError, BrokerUnavailable) as error:
            raise BrokerUnavailable(
                f"no transactions for {self._partition.topic}/{self._partition.partition}: {clients.why(error)}. "
                "kafka.processing_guarantee = exactly_once needs Apache Kafka, and the right to write with the "
                f"transactional id {transactional_id(self._settings, self._partition)}"
            ) from error

    async def commit(self, outputs: Sequence[MessageOutput], next_offset: int) -> list[Written]:
        """Commit the outputs and the offset in one transaction; returns the table changes with their changelog offsets.

        Raises one of :data:`REFUSED` for a record that is not accepted; the transaction is then to be aborted.
        Raises :class:`SessionLapsed` and the broker's errors.
        """
        producer, changes = self._producer, [change for output in outputs for change in output.changes]
        self._require_session()
        async with acknowledged_within(self._settings.kafka.delivery_seconds):
            await producer.begin_transaction()
            self._is_open = True
            acknowledged = await self._send(changes, outputs)
            self._require_session()
            partition = TopicPartition(self._partition.topic, self._partition.partition)
            await producer.send_offsets_to_transaction(
                {partition: (next_offset, self._topic_id)}, topics.app_id(self._settings)
            )
            self._require_session()
            self._is_open = False  # from here on the broker decides the outcome
            await producer.commit_transaction()
        return [Written(change, record.offset) for change, record in zip(changes, acknowledged, strict=False)]

    async def _send(self, changes: Sequence[TableChange], outputs: Sequence[MessageOutput]) -> list[Any]:
        """Send the changes, then the records of the outputs; returns their acknowledgements in that order."""
        changelog = topics.changelog_name(self._settings)
        sent = [
            await self._producer.send(changelog, change.value, key=change.key, partition=change.partition)
            for change in changes
        ]
        for output in outputs:
            sent += await post(self._producer, self._settings, output)
        acknowledged: list[Any] = await asyncio.gather(*sent, return_exceptions=True)
        failed = [result for result in acknowledged if isinstance(result, BaseException)]
        for error in failed:
            if isinstance(error, REFUSED):  # the later ones failed because of it
                self._broker_refused = True
                raise error
        if failed:
            raise failed[0]
        return acknowledged

    async def abort(self) -> None:
        """Abort the open transaction; go on with a new producer where the broker has refused a record.

        A batch that the broker refuses has used up sequence numbers that the broker never saw, so that aiokafka's next
        batch would be out of order. A new producer with the same transactional id counts from zero.
        """
        renew = self._broker_refused
        async with acknowledged_within(self._settings.kafka.delivery_seconds):
            await self._producer.abort_transaction()
            self._is_open = self._broker_refused = False
            if renew:
                self._require_session()  # a new owner of the partition must not be fenced
                await self._producer.stop()
                self._producer = self._create()
                await self._producer.start()

    async def stop(self) -> None:
        """Abort the open transaction and stop. Left open, it would block read_committed consumers until it is fenced."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        for end in (producer.abort_transaction, producer.stop) if self._is_open else (producer.stop,):
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await end()
            except (KafkaError, TimeoutError, AssertionError) as error:  # the next owner fences it
                log.warning("the producer of %s did not stop in order: %r", self._partition, error)
        self._is_open = False

    def _require_session(self) -> None:
        if not self._may_write():
            raise SessionLapsed(f"{self._partition} may belong to another worker by now")


def transactional_id(settings: Settings, tp: TP) -> str:
    """The transactional id of a source partition: the same for every owner, so that the next owner fences the previous one."""
    return f"{topics.app_id(settings)}-{tp.topic}-{tp.partition}"


def aiokafka_producer(settings: Settings, name: str) -> AIOKafkaProducer:
    """An aiokafka producer with the transactional id ``name``, not started."""
    kafka = settings.kafka
    return AIOKafkaProducer(
        **clients.producer_options(settings),
        transactional_id=name,
        transaction_timeout_ms=int(min(_TRANSACTION_TIMEOUT_SECONDS, kafka.delivery_seconds) * 1_000),
        max_batch_size=clients.producer_batch_bytes(settings),
    )
