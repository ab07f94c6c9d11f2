"""Faust's consumer, made to deliver every message: where it starts after a rebalance, what it commits, where topics end.

What Faust 0.15 and aiokafka 0.14 do by themselves, and why this is here:

* After a rebalance Faust discards what was fetched before its tables were restored, then seeks to the committed
  offsets. aiokafka's ``seek_to_committed`` leaves a partition alone on which nothing was committed yet: what was
  discarded there is never read again. One page in some thousands was lost so when a worker was killed early.
* Faust opens its partitions before it seeks, and clears its agents' queues after it: what is fetched between is
  delivered twice, or discarded without being read again.
* ``Consumer._new_offset`` takes the first offset acknowledged on a partition for the start of everything, lets one
  offset after the committed one be missing, and counts the message behind a gap as acknowledged with the gap.

So here nothing is delivered until the rebalance is over and this consumer, in the task that fetches, has sought every
partition to its committed offset or its beginning. From there on messages come in order, are acknowledged in order
(:mod:`streams.runtime.delivery.offset_tracker`), and the last one acknowledged is what is committed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, Message
from faust.types.transports import ConsumerT, ProducerT, TransactionManagerT

from streams.runtime.faust_overrides.fetch import (
    FETCH_WAIT_MS,
    FULL_SECONDS,
    IDLE_FETCH_WAIT_MS,
    ConsumerThread,
    Room,
)
from streams.runtime.faust_overrides.producer_guard import guard
from streams.runtime.faust_overrides.transactions import Transactions
from streams.runtime.group.committed_positions import SAID, Committed, Misfit, misfit
from streams.runtime.kafka import clients
from streams.runtime.kafka.end_offsets import committed_ends, true_ends


class Consumer(driver.Consumer):
    """A consumer that delivers each partition from its committed offset on, in order, once in a generation."""

    _thread: ConsumerThread
    _rebalances = 0
    _in_place = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._said: set[tuple[TP, Committed]] = set()  # misfits that were told

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Called in a rebalance: nothing fetched from now on counts until it is over."""
        self._lose_place()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Called in a rebalance: likewise."""
        self._lose_place()
        await super().on_partitions_assigned(assigned, generation_id)

    def _lose_place(self) -> None:
        self._rebalances += 1
        self._in_place = False

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:
        """Fetch: changelogs whenever Faust wants them, everything else when this consumer has found its place."""
        if not self._in_place and not self.app.rebalancing:
            await self._find_place()
        async for tp, message in super().getmany(timeout):
            if self._in_place or self._is_changelog_tp(tp):
                yield tp, message

    async def _find_place(self) -> None:
        rebalances = self._rebalances
        try:
            if self.assignment():
                if self.in_transaction:
                    await self._opened()
                await self.perform_seek()
                self._in_place = rebalances == self._rebalances
        except KafkaError as error:
            self.log.warning("the committed offsets cannot be read, trying again: %r", error)

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Mapping[TP, Any]:
        """Called by Faust for what is to be delivered: of each topic what its stage has room for."""
        app: Any = self.app
        active = active_partitions or set()
        rooms: dict[str, Room] = app.rooms()
        self._thread.pace(IDLE_FETCH_WAIT_MS if app.has_idle_process() else FETCH_WAIT_MS)
        wanted = {tp for tp in active if rooms.get(tp.topic, True)}
        if not wanted:
            await self.sleep(FULL_SECONDS)  # the room to wait for may be that of any stage
            return {}
        return await self._thread.take(wanted, rooms, timeout if wanted == active else FULL_SECONDS)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seek every partition to its committed offset, or to its beginning where there is none, or none of this topic."""
        committed: Mapping[TP, int] = await super().seek_to_committed()
        ours = [tp for tp in committed if not self._is_changelog_tp(tp)]
        if not ours:
            return committed
        starts = await self.earliest_offsets(*ours)
        misfits = await self._misfits(ours, starts)
        for tp in ours:
            if tp in misfits or not committed[tp]:
                await self._seek(tp, starts[tp])
        return {**committed, **{tp: starts[tp] for tp in misfits}}

    async def committed_offset(self, tp: TP) -> int:
        """What the group has committed of a partition as it is now; 0 where it has nothing."""
        app: Any = self.app
        found = (await self._thread.committed_of([tp])).get(tp)
        if found is None or misfit(found, app.identity.topics.get(tp.topic, ""), 0, found.offset):
            return 0
        return found.offset

    async def _misfits(self, partitions: Sequence[TP], starts: Mapping[TP, int]) -> dict[TP, Misfit]:
        """The partitions whose committed offset is not where to start, and why; each is told in the log and counted."""
        app: Any = self.app
        await app.require_same_topics()
        committed = await self._thread.committed_of(partitions)
        # What a broker reports may be too little: whoever is beyond it is looked at again. See streams.runtime.kafka.end_offsets.
        ends = dict(await self._thread.ends(list(committed)))
        beyond = [tp for tp, found in committed.items() if found.offset > ends[tp]]
        ends.update(await self._read_ends([tp for tp in beyond if ends[tp] > starts[tp]]))
        found: dict[TP, Misfit] = {}
        for tp, there in committed.items():
            why = misfit(there, app.identity.topics.get(tp.topic, ""), starts[tp], ends[tp])
            if why is not None:
                found[tp] = why
                if (
                    tp,
                    there,
                ) not in self._said:  # the next rebalance finds the same until something is committed
                    self._said.add((tp, there))
                    self.log.warning(SAID[why], tp.topic, tp.partition, there.offset, starts[tp])
                    app.metrics.state_events.labels(why).inc()
        return found

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Offsets that nothing was delivered from are nobody's to acknowledge."""

    def _new_offset(self, tp: TP) -> int | None:
        """The offset to commit: behind the last one acknowledged, since they are acknowledged in order."""
        acknowledged = self._acked[tp]
        if not acknowledged:
            return None
        offset: int = max(acknowledged) + 1
        acknowledged.clear()
        self._acked_index[tp].clear()
        return offset

    async def _commit_offsets(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:
        """Commit what is still this consumer's; whether the broker has.

        Faust's own way lays out a table of the offsets each time, for a log at debug level: 5 % of a worker's CPU. Before, it waits
        for all that is being sent; here what is acknowledged has been.
        """
        assigned = self.assignment()
        ours = {tp: offset for tp, offset in offsets.items() if tp in assigned}
        app: Any = self.app
        if not ours or not app.session.is_alive:
            return False
        committed: bool = await (
            self.transactions.commit(ours) if self.in_transaction else self._commit(ours)
        )
        self._committed_offset.update(ours)
        self.app.monitor.on_tp_commit(ours)
        return committed

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        """The offset behind the last record of each partition, as :mod:`streams.runtime.kafka.end_offsets` finds it.

        With transactions Faust takes what the last fetch said. Before the first one that is nothing, and so nothing
        would be restored.
        """
        if self.in_transaction:
            await self._opened()
            return await self._read_ends(partitions)
        ends: Mapping[TP, int] = await super().highwaters(*partitions)
        return {**ends, **await self._read_ends([tp for tp, end in ends.items() if end])}

    async def _opened(self) -> None:
        """Nobody else writes for the partitions that this worker is assigned: what is committed stays as it is read."""
        app: Any = self.app
        await app.transactions.opened()

    async def _read_ends(self, partitions: Sequence[TP]) -> Mapping[TP, int]:
        if not partitions:
            return {}
        app: Any = self.app
        reader = AIOKafkaConsumer(
            **clients.client_options(app.settings),
            enable_auto_commit=False,
            max_partition_fetch_bytes=app.settings.kafka.max_message_bytes,
            isolation_level="read_committed" if self.in_transaction else "read_uncommitted",
        )
        asked = [TopicPartition(tp.topic, tp.partition) for tp in partitions]
        try:
            await reader.start()
            reader.assign(asked)
            ends, starts = await reader.end_offsets(asked), await reader.beginning_offsets(asked)
            found = await (committed_ends if self.in_transaction else true_ends)(reader, ends, starts)
        finally:
            await reader.stop()
        return {TP(partition.topic, partition.partition): end for partition, end in found.items()}


class Producer(driver.Producer):
    """Faust's producer, which sends nothing for a worker whose group session has lapsed."""

    def _new_producer(self, transactional_id: str | None = None) -> Any:
        producer = super()._new_producer(transactional_id)
        app: Any = self.app
        guard(producer, app.session)
        return producer


class Transport(driver.Transport):
    """Faust's transport with this consumer and producer, and with transactions that hold what belongs together."""

    Consumer: ClassVar[type[ConsumerT]] = Consumer
    Producer: ClassVar[type[ProducerT]] = Producer
    TransactionManager: ClassVar[type[TransactionManagerT]] = Transactions
