"""Builds the Faust app of a worker: its topics, its table and its agents.

``crawlmill worker`` runs it; so does Faust's own command line: ``faust -A streams.runtime.main worker``.
"""

from __future__ import annotations

from typing import Any, cast

from faust.types import StreamT

from streams import topics
from streams.records import Stage
from streams.runtime.delivery.exactly_once import PartitionTransactions
from streams.runtime.delivery.facts.revisions import Revisions
from streams.runtime.delivery.timeouts import Deadline
from streams.runtime.faust_options import REBALANCE_SESSIONS, faust_options
from streams.runtime.faust_overrides import compression, record_batches
from streams.runtime.faust_overrides.interfaces import Stream
from streams.runtime.group.cluster_identity import Identity
from streams.runtime.group.session import GroupSession
from streams.runtime.inspector.in_worker import attach
from streams.runtime.observability import collectors
from streams.runtime.observability.metrics import Metrics
from streams.runtime.observability.tracing import Tracing
from streams.runtime.observability.web import register
from streams.runtime.state.folder import StateFolder
from streams.runtime.worker_app import WorkerApp
from streams.settings import Settings


def create(settings: Settings, folder: StateFolder | None = None) -> WorkerApp:
    """The app for these settings, not started and not connected to a broker. ``folder`` is a state folder, locked already."""
    record_batches.bound(settings.kafka.max_batch_bytes)
    compression.keep_context()
    folder = folder or StateFolder(settings)
    folder.make()
    app = WorkerApp(topics.app_id(settings), **faust_options(settings, folder.path))
    _parts(app, settings, folder)
    _topology(app, settings)
    app.revisions = Revisions(app.buckets, settings, app.metrics.count_tombstones)
    app.transactions = PartitionTransactions(
        settings,
        app.buckets.store_written,
        may_write=lambda: app.session.is_alive,
        topic_ids=app.identity.topics,
        revise=app.revisions.in_transaction,
        may_collect=lambda: not (app.stopping or app.has_idle_process()),
    )
    register(app)
    app.inspector = attach(app)
    return app


def _parts(app: WorkerApp, settings: Settings, folder: StateFolder) -> None:
    """Set the parts of the app that the table and the agents rely on."""
    session_seconds = settings.kafka.session_timeout_seconds
    app.settings = settings
    app.folder = folder
    app.identity = Identity("", {})
    app.metrics = Metrics(settings.worker.metrics_sites)
    app.tracing = Tracing(settings, app.metrics)
    app.session = GroupSession(session_seconds, session_seconds * REBALANCE_SESSIONS)
    app.session.on_lost = app.lost_session
    app.metrics.heartbeat_age.set_function(app.session.age)
    retention = {topic.name: topic.retention_ms for topic in topics.declared(settings)}
    for name in (topics.full_name(settings, consumed) for consumed in topics.CONSUMED):
        app.metrics.retention.labels(name).set((retention[name] or 0) / 1_000)
    collectors.register(
        app.metrics.registry,
        collectors.LagCollector(app.positions),
        collectors.RecoveryCollector(app.recovery_remaining),
        collectors.PoolCollector(app.pool_pids),
        collectors.DiskCollector(folder.path),
    )
    app.deliveries = {}
    app.deadline = Deadline(settings.worker.stop_seconds)


def _topology(app: WorkerApp, settings: Settings) -> None:
    """Declare topics, table and agents, in that order."""
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

    @app.agent(raw, name=Stage.CLEAN.value)
    async def clean_agent(stream: StreamT[bytes]) -> None:
        await app.deliveries[Stage.CLEAN].run(cast(Stream, stream))

    @app.agent(candidates, name=Stage.DEDUP.value)
    async def dedup_agent(stream: StreamT[bytes]) -> None:
        await app.deliveries[Stage.DEDUP].run(cast(Stream, stream))

    if not settings.nlp.enabled:
        return

    @app.agent(clean, name=Stage.ENRICH.value)
    async def enrich_agent(stream: StreamT[bytes]) -> None:
        await app.deliveries[Stage.ENRICH].run(cast(Stream, stream))
