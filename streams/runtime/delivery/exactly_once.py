"""Exactly-once output: a message's records and its offset are committed in one transaction, in offset order.

Each assigned source partition has a transactional producer of its own, whose transactional id is derived from the
partition. Messages of a partition are processed concurrently and finish in any order. A finished output is held until
all messages before it have finished; then a run of outputs, with their changes of the dedup table and the offset after
the last of them, is sent in one transaction. A transaction therefore never contains a record of a message whose offset
it does not commit.

Producers are opened before the table is restored and before committed offsets are read, again in every rebalance, and at no
other time: opening one fences the partition's previous owner, and a worker that does not know yet that it lost a partition
must not fence the new owner. A transaction error from the broker stops the worker.

Faust's own transactions are not used: see docs/reliability.md for what they do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from faust.types import TP

from streams import topics
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.partition_transaction import PartitionTransaction, Settle, TransactionalOutbox
from streams.runtime.delivery.transactional_producer import (
    TransactionalProducer,
    aiokafka_producer,
    transactional_id,
)
from streams.runtime.faust_overrides.interfaces import Event
from streams.settings import Settings

Revise = Callable[[int, Sequence[MessageOutput]], AbstractContextManager[Sequence[MessageOutput]]]
"""Partition of pages.clean and outputs in offset order -> what the transaction sends, for as long as it takes."""


class PartitionTransactions:
    """The transactions of all source partitions assigned to this worker.

    ``settle`` is called with the table changes of each committed transaction. ``producer`` returns a new aiokafka producer
    for a transactional id. ``may_write`` tells whether the group session is valid. ``topic_ids`` are stored with offsets.
    ``revise`` makes of the outputs of a partition of pages.clean what its transaction sends. While ``may_collect()`` is true,
    transactions are up to ``kafka.transaction_seconds`` apart.
    """

    def __init__(
        self,
        settings: Settings,
        settle: Settle,
        producer: Callable[[str], Any] | None = None,
        may_write: Callable[[], bool] = lambda: True,
        topic_ids: Mapping[str, str] | None = None,
        revise: Revise | None = None,
        may_collect: Callable[[], bool] = lambda: False,
    ) -> None:
        self._revise = revise
        self._may_collect = may_collect
        self._clean = topics.full_name(settings, topics.CLEAN)
        self._may_write = may_write
        self._topic_ids = topic_ids or {}
        self._settings = settings
        self._settle = settle
        self._new_producer = producer or partial(aiokafka_producer, settings)
        self._sources = {topics.full_name(settings, name) for name in topics.CONSUMED}
        self._transactions: dict[TP, PartitionTransaction] = {}
        self._opening: asyncio.Task[None] | None = None

    async def open(self, assigned: Iterable[TP], generation: int) -> None:
        """Close all producers and start to open one for each source partition in ``assigned``; :meth:`opened` waits for them.

        Called in a rebalance, during which aiokafka sends no heartbeats: this must not wait for anything slow.
        """
        await self.close()
        transactions = {tp: self._transaction(tp, generation) for tp in assigned if tp.topic in self._sources}
        self._transactions = transactions
        self._opening = asyncio.create_task(_open_all(transactions.values()))

    def _transaction(self, tp: TP, generation: int) -> PartitionTransaction:
        producer = TransactionalProducer(
            self._settings,
            tp,
            partial(self._new_producer, transactional_id(self._settings, tp)),
            self._may_write,
            self._topic_ids.get(tp.topic, ""),
        )
        new = partial(
            PartitionTransaction, tp, generation, producer, self._settle, self._may_write,
            may_collect=self._may_collect, longest=self._settings.kafka.transaction_seconds,
        )  # fmt: skip
        if self._revise is None or tp.topic != self._clean:
            return new()
        return new(revise=partial(self._revise, tp.partition))

    async def opened(self) -> None:
        """Wait until all producers are open, and so all previous owners fenced. Raises :class:`~streams.errors.BrokerUnavailable`."""
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

    def outbox(self, event: Event) -> TransactionalOutbox | None:
        """The outbox of an event; None when its partition or generation is not current: see :data:`~streams.runtime.delivery.at_least_once.OpenOutbox`."""
        transaction = self._transactions.get(event.message.tp)
        if transaction is None or transaction.generation != event.message.generation_id:
            return None
        return transaction.outbox(event.message.offset)


async def _open_all(transactions: Iterable[PartitionTransaction]) -> None:
    await asyncio.gather(*(transaction.open() for transaction in transactions))
