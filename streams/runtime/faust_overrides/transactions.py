"""Replaces Faust's ``TransactionManager`` by the transactions of :mod:`streams.runtime.delivery.exactly_once`.

Faust 0.15 sends each record with the producer of the record's *destination* partition, and commits in that producer's
transaction the offsets of the source partition with the same number. A record and the offset of the message that
caused it are thus in different transactions, unless their partition numbers happen to be equal. With several workers the
selected producer may belong to another worker, and sending fails. Messages that finish out of order would also
be committed without their offsets. Faust still keeps the record of committed offsets.

Upstream patch: one producer for each *source* partition, selected by the event being processed (KIP-98).
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any

from faust.transport.consumer import TransactionManager
from faust.types import TP

from streams.runtime.faust_overrides.interfaces import worker

if TYPE_CHECKING:
    from streams.runtime.delivery.exactly_once import PartitionTransactions


class Transactions(TransactionManager):
    """Opens a transactional producer for each assigned partition.

    :mod:`streams.runtime.faust_overrides.consumer` waits for them before it reads committed offsets and restores the table.
    """

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Close all transactions. Called in every rebalance, in which all partitions are revoked first."""
        await self._partition_transactions.close()

    async def on_rebalance(self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP]) -> None:
        """Open a transactional producer for each assigned partition."""
        app = worker(self.app)
        await self._partition_transactions.open(assigned, app.consumer_generation_id)

    async def commit(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:
        """Return True: messages are acknowledged only after their transaction has committed the offsets."""
        return True

    async def send(self, *args: Any, **kwargs: Any) -> Awaitable[Any]:
        """Raise ``RuntimeError``: every record has to be sent within its source partition's transaction."""
        raise RuntimeError(
            "with processing_guarantee = exactly_once records are sent in transactions of their source partition only"
        )

    @property
    def _partition_transactions(self) -> PartitionTransactions:
        app = worker(self.app)
        return app.transactions
