"""The Faust app: topics, table, agents, and what starts and stops with them.

``crawlmill worker`` runs it; so does Faust's own command line: ``faust -A streams.runtime.main worker``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import faust
from faust.exceptions import ConsumerNotStarted

from streams.errors import BrokerUnavailable, TopicMismatch
from streams.nlp import Models
from streams.runtime.dedup_stage import BucketLookups, DedupStage, LocalDedup
from streams.runtime.delivery.at_least_once import AtLeastOnce, OpenOutbox
from streams.runtime.delivery.delivery import Delivery, Limits, Work
from streams.runtime.delivery.exactly_once import PartitionTransactions
from streams.runtime.delivery.timeouts import Deadline
from streams.runtime.faust_overrides import record_batches
from streams.runtime.faust_overrides.assignor import Assignor
from streams.runtime.faust_overrides.consumer import Transport
from streams.runtime.faust_overrides.fetch import FETCH_BYTES, FetchBudget
from streams.runtime.faust_overrides.interfaces import Event
from streams.runtime.faust_overrides.producer_guard import sever
from streams.runtime.faust_overrides.recovery import StateTables
from streams.runtime.faust_overrides.scheduler import TimestampOrderScheduler
from streams.runtime.group import settings_agreement
from streams.runtime.group.cluster_identity import Identity, identity
from streams.runtime.group.committed_positions import require_same
from streams.runtime.group.partition_counts import REFRESH_SECONDS, require_same_keys
from streams.runtime.group.session import GroupSession
from streams.runtime.kafka import clients, clock, topic_admin, topic_check, topics
from streams.runtime.observability import logs
from streams.runtime.observability.metrics import Metrics
from streams.runtime.observability.stage_metrics import StageMetrics
from streams.runtime.observability.web import Web, register
from streams.runtime.pool import jobs
from streams.runtime.pool.pool import Pool
from streams.runtime.pool.preload import models_of
from streams.runtime.stages import CleanStage, EnrichStage, followed_by
from streams.runtime.state.folder import StateFolder
from streams.runtime.state.table import DedupTable
from streams.settings import Settings, without_secrets

_MODEL_LOAD_SECONDS = 180.0
_FINISHING = 0.5  # of worker.stop_seconds; the other half is for committing and for the pool's end
_REBALANCE_SESSIONS = 2  # session timeouts that the members have to join in, when one is added or gone
_WATCH_SECONDS = 10.0  # between looks at the topics' ids: one small request
_SWEEP_SECONDS = 86_400.0  # between sweeps of the dedup table's databases, which read all of them
_SWEEP_PAUSE_SECONDS = (
    0.02  # between two steps of a sweep, each of some milliseconds: a million buckets take minutes
)
_AT_A_TIME = 512  # candidates a dedup stage may have sent and not yet acknowledged


class MillApp(faust.App):
    """A Faust app with the mill's parts: ``settings``, ``metrics``, ``deliveries`` by stage, ``pool`` while it runs."""

    settings: Settings
    metrics: Metrics
    deliveries: dict[str, Delivery]
    pool: Pool | None = None
    warm: bool = False
    stopping: bool = False
    buckets: Any
    transactions: PartitionTransactions  # used with exactly_once only
    deadline: Deadline
    session: GroupSession
    folder: StateFolder
    identity: Identity  # of the cluster and topics that this worker started with

    async def stop(self) -> None:
        """Say so, finish what is in flight, and stop; end the process if that takes too long.

        A crash stops without finishing: it can leave threads that nothing can be heard of, and a broker that is gone.
        """
        first, self.stopping = not self.stopping, True
        self.deadline.start()
        if first and not self.crashed:
            await self._finish()
        await super().stop()

    async def _finish(self) -> None:
        """Accept no new messages, and finish those in flight within half of worker.stop_seconds; the rest are redelivered."""
        seconds = self.settings.worker.stop_seconds * _FINISHING
        self.log.info("stopping: finishing what is in flight, for up to %g s", seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await asyncio.gather(*(delivery.finish() for delivery in self.deliveries.values()))

    async def on_first_start(self) -> None:
        """Before anything consumes: models there, topics there and as declared. Processes get warm beside the rest."""
        await super().on_first_start()
        settings = self.settings
        found = await check_surroundings(settings, self.folder)
        self.identity = self.identity._replace(cluster=found.cluster)
        self.identity.topics.update(found.topics)
        clients.clear_environment(settings)
        self.pool = Pool(
            settings.worker.processes,
            jobs.prepare,
            (without_secrets(settings),),
            recycle_after=settings.worker.recycle_after,
            memory_bytes=settings.worker.process_memory_bytes,
            preload=models_of(settings),
            wall_factor=settings.worker.wall_factor,
        )
        self.metrics.pool_processes.set(self.pool.processes)
        self.deliveries.update(self._stages(self.pool))
        self.add_future(self._warm(self.pool))
        self.add_future(self._watch_topics())
        self.add_future(self._sweep())

    async def _watch_topics(self) -> None:
        """Look now and then whether topics are still those that this worker started with."""
        while not self.should_stop:
            await self.sleep(_WATCH_SECONDS)
            await self.require_same_topics()

    async def require_same_topics(self) -> None:
        """Stop this worker when topics were made anew: its offsets are of the old ones. See :mod:`streams.runtime.group.committed_positions`."""
        if not self.identity.topics or self.crashed:
            return  # a broker without ids, or it has been said
        try:
            now = await identity(self.settings, list(self.identity.topics))
        except BrokerUnavailable:
            return  # whoever writes and reads deals with that
        try:
            require_same(self.identity, now)
        except TopicMismatch as error:
            self.log.error("%s", error)
            await self.crash(error)
            raise

    async def _sweep(self) -> None:
        """Remove what is long over from the dedup table's databases."""
        while not self.should_stop:
            await self.sleep(_SWEEP_SECONDS)
            removed = await self.buckets.sweep(clock.now, partial(self.sleep, _SWEEP_PAUSE_SECONDS))
            self.log.info("%d buckets removed from disk that nobody has passed for two windows", removed)

    async def _warm(self, pool: Pool) -> None:
        """Load the models while the consumer group comes together: pages are cleaned as soon as there are any."""
        started = time.monotonic()
        await pool.warm(jobs.warm, _MODEL_LOAD_SECONDS)
        self.warm = True
        self.log.info("%d worker processes warm after %.1f s", pool.processes, time.monotonic() - started)

    async def on_stop(self) -> None:
        """Stop the pool with the app; what was in flight stays unacknowledged and is delivered again."""
        await self.transactions.close()
        for delivery in self.deliveries.values():
            await delivery.stop()
        await super().on_stop()
        if self.pool is not None:
            await asyncio.to_thread(self.pool.stop)

    def _stages(self, pool: Pool) -> dict[str, Delivery]:
        worker = self.settings.worker
        batches = worker.enrich_batch * pool.processes * 2  # one batch in every process, one waiting for each
        lookups = BucketLookups(self.buckets, self.settings, self.metrics)
        clean = CleanStage(pool, self.settings, partial(self.metrics.count_retry, "clean"))
        stages: dict[str, tuple[Work, Limits]] = {
            "clean": (
                followed_by(clean, LocalDedup(lookups, self.settings, self.metrics)),
                Limits(worker.clean_in_flight, worker.buffer_bytes),
            ),
            "dedup": (DedupStage(lookups, self.settings), Limits(_AT_A_TIME, worker.buffer_bytes)),
            "enrich": (
                EnrichStage(pool, self.settings, partial(self.metrics.count_retry, "enrich")),
                Limits(batches, worker.buffer_bytes),
            ),
        }
        return {name: self._delivery(name, work, limits) for name, (work, limits) in stages.items()}

    def _delivery(self, stage: str, work: Work, limits: Limits) -> Delivery:
        recorder = StageMetrics(self.metrics, stage)
        largest = self.settings.kafka.max_message_bytes
        delivery = Delivery(self, stage, work, self._open_outbox(), recorder, limits, largest)
        recorder.watch(delivery)
        return delivery

    def _open_outbox(self) -> OpenOutbox:
        """Where what messages cause leaves from, by the guarantee of the settings."""
        if self.settings.kafka.processing_guarantee == "exactly_once":
            return self.transactions.outbox
        return AtLeastOnce(self.settings, self.sender, self.buckets.publish, self.is_current).outbox

    def is_current(self, event: Event) -> bool:
        """Whether a Faust event is of the partitions as they are assigned now: nothing is taken away at the moment."""
        return (
            self.session.is_alive
            and not self.rebalancing
            and event.message.generation_id == self.consumer_generation_id
        )

    def lost_session(self) -> None:
        """Called from whichever thread when the group's coordinator may have given the partitions to others."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._give_up)

    def refused_by_group(self) -> None:
        """Called from whichever thread when the group does not take this worker: its settings differ from the others'."""
        asyncio.run_coroutine_threadsafe(self._end_refused(), self.loop)

    async def _end_refused(self) -> None:
        error = await settings_agreement.refusal(self.settings)
        self.log.error("%s", error)
        await self.crash(error)

    def _give_up(self) -> None:
        """Send nothing more of what is under way: it is delivered again, here or elsewhere."""
        if self.in_transaction:
            self.add_future(self.transactions.close())
        elif self._producer is not None:
            sever(self.sender())

    def sender(self) -> Any:
        """The aiokafka producer that everything leaves by, once it runs."""
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
        """Whether a process of the pool has nothing to do."""
        return self.pool is not None and self.pool.has_idle

    def _new_transport(self) -> Any:
        return Transport(self.conf.broker_consumer, self)

    def _new_web(self) -> Any:
        return Web(self)

    def positions(self) -> Iterator[tuple[str, int, int, int]]:
        """Topic, partition, committed offset and end offset of what this worker is assigned."""
        consumer: Any = self.consumer
        ours = {topics.full_name(self.settings, name) for name in topics.CONSUMED}
        try:
            assigned = sorted(consumer.assignment())
        except ConsumerNotStarted:
            return  # nothing is consumed yet, so nothing lags
        for tp in assigned:
            ends = (self.monitor.tp_end_offsets.get(tp), consumer.highwater(tp))
            end = max((offset for offset in ends if offset is not None), default=None)
            if tp.topic in ours and end is not None:
                # Faust keeps the committed offset of a partition from its assignment on, the monitor only from a commit on.
                yield tp.topic, tp.partition, int(consumer._committed_offset.get(tp) or 0), int(end)


async def check_surroundings(settings: Settings, folder: StateFolder) -> Identity:
    """Models installed, the state's folder ours, topics there and as declared; missing topics are created.

    Returns the identity of the cluster and the topics. Raises :class:`~streams.errors.ModelMissing`,
    :class:`~streams.errors.SettingsError`, :class:`~streams.errors.ClockError`, :class:`~streams.errors.BrokerUnavailable`,
    :class:`~streams.errors.TopicMismatch`, :class:`~streams.errors.SettingsMismatch` or :class:`~streams.errors.StateError`, each with its remedy.
    """
    clock.now()
    folder.lock()
    Models.require(settings.nlp)
    created = await topic_admin.create(settings)
    if created:
        logging.getLogger(__name__).info("created topics: %s", ", ".join(created))
    topic_check.require_partitions(await topic_check.check(settings))
    await require_same_keys(settings)
    await settings_agreement.require(settings)
    found = await identity(settings, [topic.name for topic in topics.declared(settings)])
    folder.claim(found.cluster)
    return found


def create(settings: Settings, folder: StateFolder | None = None) -> MillApp:
    """The app for these settings. Nothing is started and no broker is asked. ``folder``: one that is locked already."""
    kafka, worker = settings.kafka, settings.worker
    record_batches.bound(kafka.max_batch_bytes)
    folder = folder or StateFolder(settings)
    folder.make()
    app = MillApp(
        topics.app_id(settings),
        broker=";".join(f"kafka://{server.strip()}" for server in kafka.bootstrap_servers.split(",")),
        broker_credentials=clients.broker_credentials(settings),
        processing_guarantee=kafka.processing_guarantee,
        store="rocksdb://",
        datadir=str(folder.path),
        topic_partitions=kafka.partitions,
        topic_replication_factor=kafka.replication,
        topic_allow_declare=False,  # check_surroundings has done it, and a worker need not be allowed to
        topic_disable_leader=True,  # nothing here needs a leader; the topic would be one more to run
        key_serializer="raw",
        value_serializer="raw",
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=FETCH_BYTES,
        consumer_metadata_max_age_ms=int(REFRESH_SECONDS * 1_000),
        producer_max_request_size=kafka.max_message_bytes,
        producer_compression_type=clients.compression_type(settings),
        producer_max_batch_size=clients.producer_batch_bytes(settings),
        producer_acks=-1,
        stream_buffer_maxsize=worker.clean_in_flight,  # messages; the stages themselves are bounded in bytes
        stream_wait_empty=False,  # what is in flight in a rebalance is delivered again and answered the same
        broker_commit_interval=1.0,
        # A dead worker's partitions are given to others after this long; work on pages never blocks the heartbeat.
        broker_session_timeout=kafka.session_timeout_seconds,
        broker_heartbeat_interval=kafka.session_timeout_seconds / 5,
        broker_rebalance_timeout=kafka.session_timeout_seconds * _REBALANCE_SESSIONS,
        # The answer to a request to join comes when the others have joined; Faust refuses less than the session's time-out.
        broker_request_timeout=max(90.0, kafka.session_timeout_seconds * (_REBALANCE_SESSIONS + 1)),
        producer_request_timeout=kafka.delivery_seconds,  # Faust's 20 minutes are also how long a batch may wait
        web_host=worker.web_host,
        web_bind=worker.web_host,
        web_port=worker.web_port,
        web_cors_options=None,
        worker_redirect_stdouts=False,
        logging_config=logs.configuration(settings.log),
        autodiscover=False,
        Table=DedupTable,
        TableManager=StateTables,
        ConsumerScheduler=TimestampOrderScheduler,
        PartitionAssignor=Assignor,
    )
    app.settings = settings
    app.folder = folder
    app.identity = Identity("", {})
    app.metrics = Metrics()
    app.session = GroupSession(
        kafka.session_timeout_seconds, kafka.session_timeout_seconds * _REBALANCE_SESSIONS
    )
    app.session.on_lost = app.lost_session
    app.metrics.heartbeat_age.set_function(app.session.age)
    app.deliveries = {}
    app.deadline = Deadline(worker.stop_seconds)
    app.metrics.watch_lag(topics.app_id(settings), app.positions)
    _topology(app, settings)
    app.transactions = PartitionTransactions(
        settings,
        app.buckets.settle,
        may_write=lambda: app.session.is_alive,
        topic_ids=app.identity.topics,
    )
    register(app)
    return app


def _topology(app: MillApp, settings: Settings) -> None:
    """Topics, table, agents, in that order."""
    declared = {topic.name: topic for topic in topics.declared(settings)}

    def topic(name: str) -> Any:
        spec = declared[topics.full_name(settings, name)]
        return app.topic(
            spec.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw",
            partitions=spec.partitions, replicas=spec.replication, config=spec.config,
        )  # fmt: skip

    raw, candidates, clean = topic(topics.RAW), topic(topics.CANDIDATES), topic(topics.CLEAN)
    app.buckets = app.Table(
        topics.BUCKETS, key_type=bytes, value_type=bytes, partitions=settings.kafka.partitions
    )

    @app.agent(raw, name="clean")
    async def clean_agent(stream: Any) -> None:
        await app.deliveries["clean"].run(stream)

    @app.agent(candidates, name="dedup")
    async def dedup_agent(stream: Any) -> None:
        await app.deliveries["dedup"].run(stream)

    @app.agent(clean, name="enrich")
    async def enrich_agent(stream: Any) -> None:
        await app.deliveries["enrich"].run(stream)
