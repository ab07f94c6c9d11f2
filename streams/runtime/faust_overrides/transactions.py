"""The one place where Faust's transactions are replaced by ours (:mod:`streams.runtime.delivery.exactly_once`), and why.

Faust 0.15 sends each record with the producer of the partition that the record goes *to*, and ends that producer's
transaction with the offsets of the source partition of the same number. A record and the offset of the message that
caused it are so in different transactions, unless they happen to have the same partition number; and with several
workers the producer asked for is another worker's, and sending fails. Messages that finish out of order would be
committed without their offsets as well. What is left to Faust is the bookkeeping of what was committed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

from faust.transport.consumer import TransactionManager
from faust.types import TP


class Transactions(TransactionManager):
    """Opens the lanes of what is assigned; :mod:`streams.runtime.faust_overrides.consumer` waits for them before it reads offsets and table."""

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Called while partitions are taken away, all of them in every rebalance."""
        await self._lanes.close()

    async def on_rebalance(self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP]) -> None:
        """Called when partitions were assigned."""
        app: Any = self.app
        await self._lanes.open(assigned, app.consumer_generation_id)

    async def commit(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:
        """Called with offsets whose messages are acknowledged: a lane has committed them, which is why they are."""
        return True

    async def send(self, *args: Any, **kwargs: Any) -> Awaitable[Any]:
        """Nothing is sent around the lanes."""
        raise RuntimeError("with processing_guarantee = exactly_once records are sent by lanes only")

    @property
    def _lanes(self) -> Any:
        app: Any = self.app
        return app.lanes
