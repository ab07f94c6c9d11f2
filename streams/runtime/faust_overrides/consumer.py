"""Faust's consumer, with fixes so that no message is lost: start offsets after a rebalance, committed offsets, end offsets.

Overrides ``Consumer``, ``Producer`` and ``Transport`` of ``faust.transport.drivers.aiokafka``. In Faust 0.15 and aiokafka 0.14:

* After a rebalance Faust discards what was fetched before its tables were restored, then seeks to the committed offsets.
  aiokafka's ``seek_to_committed`` skips partitions without a committed offset, so the discarded messages of these are never
  delivered. About one page in some thousands was lost in this way when a worker was killed early.
* Faust resumes its partitions before it seeks, and clears the agents' queues after it. Messages fetched in between are
  delivered twice, or discarded and never delivered.
* ``Consumer._new_offset`` assumes that the first offset acknowledged on a partition is the first one delivered. It tolerates one
  missing offset after the committed one, and counts the message after a gap as acknowledged together with the gap.

Here nothing is delivered until the rebalance is over and this consumer, in the task that fetches, has sought every partition to
its committed offset or its beginning. From then on messages are delivered in order and acknowledged in order
(:mod:`streams.runtime.delivery.offset_tracker`), so the offset to commit is the one after the last acknowledged.

Upstream patches: seek partitions without a committed offset to their beginning; resume partitions after seeking and clearing the
queues; commit what is contiguous with the first offset *delivered*.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Coroutine, Generator, Mapping, Sequence
from types import coroutine
from typing import Any, ClassVar, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, Message
from faust.types.transports import ConsumerT, ProducerT, TransactionManagerT

from streams import topics
from streams.runtime.faust_overrides.fetch import (
    FETCH_WAIT_MS,
    FULL_SECONDS,
    IDLE_FETCH_WAIT_MS,
    STARTING_FETCH_WAIT_MS,
    ConsumerThread,
    FetchBudget,
)
from streams.runtime.faust_overrides.interfaces import worker
from streams.runtime.faust_overrides.producer_guard import guard
from streams.runtime.faust_overrides.transactions import Transactions
from streams.runtime.group.committed_positions import WARNINGS, Committed, Misfit, misfit
from streams.runtime.kafka import clients
from streams.runtime.kafka.end_offsets import committed_ends, true_ends
from streams.settings import Settings

log = logging.getLogger(__name__)


class Waited(NamedTuple):
    """What :meth:`Consumer.wait_first` has waited for, with the fields of Faust's own."""

    done: list[Any]
    results: list[Any]
    stopped: bool


class Consumer(driver.Consumer):
    """Delivers each partition from its committed offset on, in order, once in each generation of the group."""

    _thread: ConsumerThread
    _rebalances = 0
    _positioned = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._logged: set[tuple[TP, Committed]] = set()  # misfits already logged and counted

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Called when a rebalance begins: nothing is delivered until it is over."""
        self._invalidate_positions()
        worker(self.app).metrics.rebalances.inc()
        await super().on_partitions_revoked(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Called in a rebalance with the new assignment: nothing is delivered until this consumer has sought its partitions."""
        self._invalidate_positions()
        log.info("partitions assigned", extra=_counted(assigned, worker(self.app).settings))
        await super().on_partitions_assigned(assigned, generation_id)

    def _invalidate_positions(self) -> None:
        self._rebalances += 1
        self._positioned = False
        self._thread.set_fetch_wait(STARTING_FETCH_WAIT_MS)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:
        """Yield fetched messages: those of changelogs at any time, all others once the partitions have been sought."""
        if not self._positioned and not self.app.rebalancing:
            await self._seek_partitions()
        async for tp, message in super().getmany(timeout):
            if self._positioned or self._is_changelog_tp(tp):
                yield tp, message

    async def _seek_partitions(self) -> None:
        rebalances = self._rebalances
        try:
            if self.assignment():
                if self.in_transaction:
                    await self._transactions_open()
                await self.perform_seek()
                self._positioned = rebalances == self._rebalances
        except KafkaError as error:
            log.warning("committed offsets cannot be read, trying again: %r", error)

    async def wait_first(self, *coros: Any, timeout: Any = None) -> Any:
        """Wait for the first of these; without a task for each where the first one does not wait.

        Faust's method makes four tasks for each message that is put into its stage's queue, which almost always has room.
        The first of them must not begin with what is its task's own (``asyncio.timeout``, a context variable): it may end in another task.
        """
        if all(isinstance(coro, Coroutine) for coro in coros):
            first, *others = coros
            try:
                waits_for = first.send(None)
            except BaseException as end:
                for other in others:
                    other.close()
                if isinstance(end, StopIteration):
                    return Waited([first], [end.value], False)
                raise
            coros = (_resumed(first, waits_for), *others)
        return await super().wait_first(*coros, timeout=timeout)

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Mapping[TP, Any]:
        """Return fetched records for Faust to deliver: of each topic no more than its stage can hold."""
        app = worker(self.app)
        active = active_partitions or set()
        budgets: dict[str, FetchBudget] = app.fetch_budgets()
        if self._positioned:
            self._thread.set_fetch_wait(IDLE_FETCH_WAIT_MS if app.has_idle_process() else FETCH_WAIT_MS)
        wanted = {tp for tp in active if budgets.get(tp.topic, True)}
        if not wanted:
            await self.sleep(FULL_SECONDS)  # any stage may be the next to have capacity
            return {}
        return await self._thread.fetch_within(wanted, budgets, timeout if wanted == active else FULL_SECONDS)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seek every partition to its committed offset; to its beginning if there is none, or one that does not fit the topic."""
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
        """Return the group's committed offset of a partition; 0 if there is none, or one of a deleted topic of this name."""
        app = worker(self.app)
        found = (await self._thread.committed_of([tp])).get(tp)
        if found is None or misfit(found, app.identity.topics.get(tp.topic, ""), 0, found.offset):
            return 0
        return found.offset

    async def _misfits(self, partitions: Sequence[TP], starts: Mapping[TP, int]) -> dict[TP, Misfit]:
        """Return the partitions whose committed offset must not be used, with the reason. Each is logged and counted once."""
        app = worker(self.app)
        await app.require_same_topics()
        committed = await self._thread.committed_of(partitions)
        # A broker may report an end that is too low (streams.runtime.kafka.end_offsets): read the ends that seem to be passed.
        ends = dict(await self._thread.ends(list(committed)))
        beyond = [tp for tp, found in committed.items() if found.offset > ends[tp]]
        ends.update(await self._read_ends([tp for tp in beyond if ends[tp] > starts[tp]]))
        misfits: dict[TP, Misfit] = {}
        for tp, position in committed.items():
            why = misfit(position, app.identity.topics.get(tp.topic, ""), starts[tp], ends[tp])
            if why is None:
                continue
            misfits[tp] = why
            if (
                tp,
                position,
            ) not in self._logged:  # each rebalance finds it again until something is committed
                self._logged.add((tp, position))
                log.warning(WARNINGS[why], tp.topic, tp.partition, position.offset, starts[tp])
                app.metrics.state_events.labels(why).inc()
        return misfits

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Ignore offset gaps (compacted records, transaction markers): there is nothing to acknowledge."""

    def _new_offset(self, tp: TP) -> int | None:
        """Return the offset to commit: the one after the last acknowledged, since messages are acknowledged in order."""
        acknowledged = self._acked[tp]
        if not acknowledged:
            return None
        offset: int = max(acknowledged) + 1
        acknowledged.clear()
        self._acked_index[tp].clear()
        return offset

    async def _commit_offsets(self, offsets: Mapping[TP, int], start_new_transaction: bool = True) -> bool:
        """Commit the offsets of partitions still assigned; return whether the broker has committed them.

        Faust's method formats a table of the offsets for a debug log each time, 5 % of a worker's CPU, and waits for all pending
        sends first. Here messages are acknowledged only after their records were.
        """
        assigned = self.assignment()
        ours = {tp: offset for tp, offset in offsets.items() if tp in assigned}
        app = worker(self.app)
        if not ours or not app.session.is_alive:
            return False
        committed: bool = await (
            self.transactions.commit(ours) if self.in_transaction else self._commit(ours)
        )
        app.metrics.commits.labels("accepted" if committed else "refused").inc()
        self._committed_offset.update(ours)
        self.app.monitor.on_tp_commit(ours)
        return committed

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        """Return the end offset of each partition, as :mod:`streams.runtime.kafka.end_offsets` determines it.

        With transactions Faust uses the last stable offset of the last fetch. Before the first fetch there is none, and the tables
        would not be restored.
        """
        if self.in_transaction:
            await self._transactions_open()
            return await self._read_ends(partitions)
        ends: Mapping[TP, int] = await super().highwaters(*partitions)
        return {**ends, **await self._read_ends([tp for tp, end in ends.items() if end])}

    async def _transactions_open(self) -> None:
        """Wait until this worker's producers have fenced all others of its partitions, so that what is committed no longer changes."""
        app = worker(self.app)
        await app.transactions.opened()

    async def _read_ends(self, partitions: Sequence[TP]) -> Mapping[TP, int]:
        if not partitions:
            return {}
        app = worker(self.app)
        reader = AIOKafkaConsumer(**clients.consumer_options(app.settings))
        asked = [TopicPartition(tp.topic, tp.partition) for tp in partitions]
        try:
            await reader.start()
            ends, starts = await reader.end_offsets(asked), await reader.beginning_offsets(asked)
            reader.assign(asked)  # not before: a fetch without records would hold up the answers
            found = await (committed_ends if self.in_transaction else true_ends)(reader, ends, starts)
        finally:
            await reader.stop()
        return {TP(partition.topic, partition.partition): end for partition, end in found.items()}


def _counted(assigned: set[TP], settings: Settings) -> dict[str, int]:
    """The number of assigned partitions of each consumed topic, by its stage."""
    stages = {topics.full_name(settings, topic): stage for topic, stage in topics.STAGES.items()}
    return {stage: sum(partition.topic == topic for partition in assigned) for topic, stage in stages.items()}


async def _resumed(begun: Coroutine[Any, Any, Any], waits_for: Any) -> Any:
    """The rest of a coroutine that has begun and waits for something."""
    return await _rest(begun, waits_for)


@coroutine
def _rest(begun: Coroutine[Any, Any, Any], waits_for: Any) -> Generator[Any, Any, Any]:
    while True:
        thrown: BaseException | None = None
        answer = None
        try:
            answer = yield waits_for
        except BaseException as error:  # noqa: BLE001 - cancellation, too, is the coroutine's
            thrown = error
        try:
            waits_for = begun.send(answer) if thrown is None else begun.throw(thrown)
        except StopIteration as done:
            return done.value


class Producer(driver.Producer):
    """Faust's producer, which sends nothing while the worker's group session has lapsed."""

    def _new_producer(self, transactional_id: str | None = None) -> Any:
        producer = super()._new_producer(transactional_id)
        app = worker(self.app)
        guard(producer, app.session)
        return producer


class Transport(driver.Transport):
    """Faust's transport with this consumer and producer, and one transaction for each message and its output."""

    Consumer: ClassVar[type[ConsumerT]] = Consumer
    Producer: ClassVar[type[ProducerT]] = Producer
    TransactionManager: ClassVar[type[TransactionManagerT]] = Transactions
