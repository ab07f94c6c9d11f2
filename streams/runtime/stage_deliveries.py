"""Composes each stage: its work, its limits, its outboxes and its metrics, run by a delivery."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from streams import topics
from streams.execution.pool import Pool
from streams.execution.stages import CleanStage, EnrichStage, followed_by
from streams.records import Stage
from streams.runtime.dedup_stage import BucketLookups, DedupStage, LocalDedup
from streams.runtime.delivery import cloud_events
from streams.runtime.delivery.at_least_once import AtLeastOnce, OpenOutbox
from streams.runtime.delivery.delivery import Delivery, Limits, Work
from streams.runtime.delivery.facts.revisions import HomePartition
from streams.runtime.observability.stage_metrics import StageMetrics

if TYPE_CHECKING:
    from streams.runtime.worker_app import WorkerApp

_DEDUP_IN_FLIGHT = 512  # messages whose lookups are done and whose output is not acknowledged yet


def stage_deliveries(app: WorkerApp, pool: Pool) -> dict[str, Delivery]:
    """The deliveries of all stages that run, by stage name: without that of enrich where ``nlp.enabled`` is false."""
    settings, metrics, worker = app.settings, app.metrics, app.settings.worker
    lookups = BucketLookups(app.buckets, settings, metrics)
    clean = CleanStage(pool, settings, partial(metrics.count_retry, Stage.CLEAN))
    enrich = EnrichStage(pool, settings, partial(metrics.count_retry, Stage.ENRICH))
    # With exactly_once as many again, whose outputs wait for their transaction while the pool goes on with others.
    held = 2 if settings.kafka.processing_guarantee == "exactly_once" else 1
    documents = (
        worker.enrich_batch * pool.processes * 2 * held
    )  # one batch in each process, and one waiting for each
    stages: dict[Stage, tuple[Work, int]] = {
        Stage.CLEAN: (
            followed_by(clean, LocalDedup(lookups, settings, metrics)),
            worker.clean_in_flight * held,
        ),
        Stage.DEDUP: (DedupStage(lookups, settings), _DEDUP_IN_FLIGHT),
        Stage.ENRICH: (
            HomePartition(enrich, app.buckets, settings),
            documents,
        ),
    }
    return {
        stage: _delivery(app, stage, work, Limits(messages, worker.buffer_bytes))
        for stage, (work, messages) in stages.items()
        if settings.nlp.enabled or stage != Stage.ENRICH
    }


def _delivery(app: WorkerApp, stage: Stage, work: Work, limits: Limits) -> Delivery:
    recorder = StageMetrics(app.metrics, stage)
    largest = app.settings.kafka.max_message_bytes
    trace = app.tracing.of_stage(stage)
    delivery = Delivery(app, stage, work, _open_outbox(app, stage), recorder, limits, largest, trace)
    recorder.watch(delivery)
    return delivery


def _open_outbox(app: WorkerApp, stage: Stage) -> OpenOutbox:
    """The outboxes of the processing guarantee that the settings name, with the headers of CloudEvents where they ask for them."""
    outbox: OpenOutbox = app.transactions.outbox
    if app.settings.kafka.processing_guarantee == "at_least_once":
        outbox = AtLeastOnce(app.settings, app.sender, app.buckets.publish, app.is_current).outbox
        outbox = app.revisions.opening(outbox) if stage == Stage.ENRICH else outbox
    if app.settings.kafka.cloudevents:
        return cloud_events.opening(outbox, topics.app_id(app.settings))
    return outbox
