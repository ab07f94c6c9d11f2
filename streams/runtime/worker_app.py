"""The Faust app of a worker: what starts and stops with it, and what ends it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any, cast

import faust
from faust.exceptions import ConsumerNotStarted, NotReady
from faust.sensors import Sensor
from faust.types import TP

from streams import topics
from streams.errors import BrokerUnavailable, TopicMismatch
from streams.execution import jobs
from streams.execution.fork_server import models_of
from streams.execution.pool import Pool
from streams.runtime.delivery.delivery import Delivery
from streams.runtime.delivery.exactly_once import PartitionTransactions
from streams.runtime.delivery.facts.revisions import Revisions
from streams.runtime.delivery.timeouts import Deadline
from streams.runtime.faust_overrides.consumer import Transport
from streams.runtime.faust_overrides.fetch import FetchBudget
from streams.runtime.faust_overrides.interfaces import Event, Tables
from streams.runtime.faust_overrides.producer_guard import sever
from streams.runtime.group import settings_agreement
from streams.runtime.group.cluster_identity import Identity, identity
from streams.runtime.group.committed_positions import require_same
from streams.runtime.group.session import GroupSession
from streams.runtime.inspector.inspector import Inspector
from streams.runtime.kafka import clients, clock
from streams.runtime.observability.collectors import Position
from streams.runtime.observability.metrics import Metrics
from streams.runtime.observability.terminal import harmless
from streams.runtime.observability.tracing import Tracing
from streams.runtime.observability.web import Web
from streams.runtime.stage_deliveries import stage_deliveries
from streams.runtime.startup_checks import check_before_start
from streams.runtime.state.folder import StateFolder
from streams.settings import Settings, clear_environment, without_secrets

log = logging.getLogger(__name__)

_MODEL_LOAD_SECONDS = 180.0  # of CPU time, for each process
_LAST_SPANS = 0.1  # share of worker.stop_seconds for the collector of traces to take the last spans
_FINISHING = 0.5  # share of worker.stop_seconds for messages in flight; the rest is for commits and the pool
_TOPIC_CHECK_SECONDS = 10.0  # between checks of the topics' ids, each one small request
_SWEEP_SECONDS = 86_400.0  # between sweeps of the dedup table, which read all of it
# Between the steps of a sweep, each of some milliseconds: a million buckets take minutes.
_SWEEP_PAUSE_SECONDS = 0.02


class WorkerApp(faust.App):
    """A Faust app with the parts of a worker, which :func:`streams.runtime.app.create` sets.

    ``deliveries`` (by stage name) and ``pool`` are there once the app has started, ``warm`` is true when all models are loaded.
    """

    settings: Settings
    metrics: Metrics
    tracing: Tracing
    deliveries: dict[str, Delivery]
    pool: Pool | None = None
    warm: bool = False
    stopping: bool = False
    buckets: Any  # the dedup table, as Faust wraps it
    revisions: Revisions
    transactions: PartitionTransactions  # used with exactly_once only
    deadline: Deadline
    session: GroupSession
    folder: StateFolder
    inspector: Inspector | None = None
    checked: Identity | None = None  # where the surroundings were checked just before the app was made
    identity: Identity  # of the cluster and its topics when this worker started

    def on_init_dependencies(self) -> Any:
        """Faust's services, without its count of each message and of how long it took, which nothing shows: :class:`Metrics` has them.

        A sensor that does nothing takes the monitor's place: without any Faust warns twice in each rebalance.
        """
        services = super().on_init_dependencies()
        self.sensors.remove(self.monitor)
        self.sensors.add(Sensor(loop=self.loop))
        return services

    async def on_first_start(self) -> None:
        """Check the surroundings and start the pool before anything is consumed; models load in the background."""
        await super().on_first_start()
        settings = self.settings
        found = self.checked or await check_before_start(settings, self.folder)
        self.identity = self.identity._replace(cluster=found.cluster)
        self.identity.topics.update(found.topics)
        clear_environment(settings)
        self.pool = Pool(
            settings.worker.processes,
            jobs.prepare,
            (without_secrets(settings),),
            recycle_after=settings.worker.recycle_after,
            memory_bytes=settings.worker.process_memory_bytes,
            preload=models_of(settings),
            wall_factor=settings.worker.wall_factor,
            on_replaced=lambda cause: self.metrics.pool_replaced.labels(cause).inc(),
        )
        self.metrics.pool_processes.set(self.pool.processes)
        self.deliveries.update(stage_deliveries(self, self.pool))
        self.add_future(self._warm(self.pool))
        self.add_future(self._watch_topics())
        self.add_future(self._sweep())
        if self.inspector is not None:
            self.add_future(self.inspector.run())

    async def stop(self) -> None:
        """Finish what is in flight and stop; the process is ended if that takes longer than ``worker.stop_seconds``.

        After a crash nothing is finished: threads may hang, and the broker may be gone.
        """
        first, self.stopping = not self.stopping, True
        if self.crash_reason is not None:
            self.deadline.reason = harmless(
                f"crawlmill: the worker stopped: {clients.why(self.crash_reason)}"
            )
        self.deadline.start()
        if first and not self.crashed:
            await self._finish()
        await super().stop()

    async def _finish(self) -> None:
        """Accept no new messages, and finish those in flight within half of worker.stop_seconds; the rest are redelivered."""
        seconds = self.settings.worker.stop_seconds * _FINISHING
        in_flight = sum(delivery.in_flight.messages for delivery in self.deliveries.values())
        log.info("stopping: finishing what is in flight", extra={"messages": in_flight, "seconds": seconds})
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(delivery.finish() for delivery in self.deliveries.values()))

    async def on_stop(self) -> None:
        """Close transactions, deliveries and the pool; what is in flight stays unacknowledged and is redelivered."""
        await self.transactions.close()
        for delivery in self.deliveries.values():
            await delivery.stop()
        await self.tracing.close(self.settings.worker.stop_seconds * _LAST_SPANS)
        await super().on_stop()
        if self.pool is not None:
            await asyncio.to_thread(self.pool.stop)
        log.info("stopped")

    async def _warm(self, pool: Pool) -> None:
        """Load the models while the consumer group assembles: pages are cleaned meanwhile."""
        started = time.monotonic()
        await pool.warm(jobs.warm, _MODEL_LOAD_SECONDS)
        self.warm = True
        seconds = round(time.monotonic() - started, 1)
        log.info("models loaded", extra={"processes": pool.processes, "seconds": seconds})
        await cast(Tables, self.tables).recovery.completed.wait()
        log.info("ready", extra={"seconds": round(time.monotonic() - started, 1)})

    async def _watch_topics(self) -> None:
        while not self.should_stop:
            await self.sleep(_TOPIC_CHECK_SECONDS)
            await self.require_same_topics()

    async def require_same_topics(self) -> None:
        """Stop this worker when a topic was deleted and created again, as its offsets are those of the deleted one.

        Raises :class:`~streams.errors.TopicMismatch`. See :mod:`streams.runtime.group.committed_positions`.
        """
        if not self.identity.topics or self.crashed:
            return  # the broker has no topic ids, or the worker is stopping for this reason already
        try:
            now = await identity(self.settings, list(self.identity.topics))
        except BrokerUnavailable:
            return  # consumer and producer deal with that
        try:
            require_same(self.identity, now)
        except TopicMismatch as error:
            log.error("%s", error)
            await self.crash(error)
            raise

    async def _sweep(self) -> None:
        """Remove expired buckets from the dedup table's databases once a day."""
        while not self.should_stop:
            await self.sleep(_SWEEP_SECONDS)
            if self.should_stop:
                return
            removed = await self.buckets.sweep(clock.now, partial(self.sleep, _SWEEP_PAUSE_SECONDS))
            log.info("expired buckets removed from disk", extra={"buckets": removed})

    def is_current(self, event: Event) -> bool:
        """Whether an event's partition has been assigned to this worker ever since the event arrived."""
        return (
            self.session.is_alive
            and not self.rebalancing
            and event.message.generation_id == self.consumer_generation_id
        )

    def lost_session(self) -> None:
        """Stop sending, as the coordinator may have given the partitions to others. May be called from any thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._stop_sending)

    def _stop_sending(self) -> None:
        """Give up what is in flight: it is redelivered, here or to another worker."""
        if self.in_transaction:
            self.add_future(self.transactions.close())
        elif self._producer is not None:
            with suppress(NotReady):  # before it has started, it has nothing to give up
                sever(self.sender())

    def refused_by_group(self) -> None:
        """Stop the worker, whose settings differ from those of its group's members. May be called from any thread."""
        asyncio.run_coroutine_threadsafe(self._crash_refused(), self.loop)

    async def _crash_refused(self) -> None:
        error = await settings_agreement.refusal(self.settings)
        log.error("%s", error)
        await self.crash(error)

    def sender(self) -> Any:
        """The aiokafka producer of at-least-once output and of the changelog; raises Faust's error before it runs."""
        producer: Any = self.producer
        return producer._ensure_producer()

    def fetch_budgets(self) -> dict[str, FetchBudget]:
        """Return how much may be fetched now of each consumed topic (full names): see :mod:`streams.runtime.faust_overrides.fetch`."""
        nothing = FetchBudget(0, 0)
        return {
            topics.full_name(self.settings, topic): nothing
            if self.stopping or not self.session.is_alive
            else self.deliveries[stage].fetch_budget()
            for topic, stage in topics.STAGES.items()
            if stage in self.deliveries
        }

    def has_idle_process(self) -> bool:
        """Whether a process of the pool is idle."""
        return self.pool is not None and self.pool.has_idle

    def pool_pids(self) -> list[int | None]:
        """The ids of the pool's processes; none before it has started."""
        return [] if self.pool is None else self.pool.pids()

    def recovery_remaining(self) -> dict[tuple[str, int], int]:
        """Changelog records still to read, by topic and partition; none once the table is restored."""
        recovery = cast(Tables, self.tables).recovery
        if recovery.completed.is_set():
            return {}
        return {(tp.topic, tp.partition): count for tp, count in recovery.active_remaining().items()}

    def positions(self) -> Iterator[Position]:
        """Yield where this worker is on each assigned source partition."""
        consumer: Any = self.consumer
        ours = {topics.full_name(self.settings, name) for name in topics.CONSUMED}
        try:
            assigned = sorted(consumer.assignment())
        except ConsumerNotStarted:
            return  # nothing is consumed yet, so nothing lags
        unfinished: dict[TP, float] = {}
        for delivery in self.deliveries.values():
            unfinished.update(delivery.oldest_unfinished())
        for tp in assigned:
            ends = (self.monitor.tp_end_offsets.get(tp), consumer.highwater(tp))
            end = max((offset for offset in ends if offset is not None), default=None)
            if tp.topic in ours and end is not None:
                # Faust knows a partition's committed offset from its assignment on, its monitor only from a commit on.
                committed = int(consumer._committed_offset.get(tp) or 0)
                yield Position(tp.topic, tp.partition, committed, int(end), unfinished.get(tp))

    def _new_transport(self) -> Any:
        return Transport(self.conf.broker_consumer, self)

    def _new_web(self) -> Any:
        return Web(self)
