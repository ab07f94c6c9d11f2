"""Prometheus metrics of a worker. Label values come from closed lists; every page is counted once, by disposition and reason."""

from __future__ import annotations

import platform

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from streams import __version__, topics
from streams.execution.pool import Replaced
from streams.records import Disposition, Fault, PageType, Reason
from streams.runtime.observability.site_shares import SiteShares

# See the table in docs/operations.md.
STATE_EVENTS = (
    "damaged", "written_back", "documents_gone", "forgotten", "gap", "lost", "topic_replaced", "offset_beyond_end", "unread_expired",
)  # fmt: skip
COMMIT_RESULTS = ("accepted", "refused")
SPAN_RESULTS = ("exported", "failed", "dropped")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LOOKUP_SECONDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1)
_LATENCY = (0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800, 3_600, 21_600, 86_400)
_BYTES = (
    1_000,
    10_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    50_000_000,
)


disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for every counter, which nobody queries


class Metrics:
    """All metrics of one worker, in their own registry; of at most ``sites`` sites."""

    def __init__(self, sites: int = 0) -> None:
        self.registry = CollectorRegistry()
        self.sites = SiteShares(sites)
        self.registry.register(self.sites)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"crawlmill_{name}", text, labels, registry=self.registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"crawlmill_{name}", text, labels, registry=self.registry)

        def histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
            return Histogram(f"crawlmill_{name}", text, labels, buckets=buckets, registry=self.registry)

        self.build = gauge(
            "build_info",
            "Always 1; its labels are the versions of crawlmill and Python.",
            "version",
            "python",
        )
        self.build.labels(__version__, platform.python_version()).set(1)
        self.pages_read = counter("pages_read_total", "Messages of pages.raw received by the clean stage.")
        self.pages = counter(
            "pages_total", "Pages by disposition and reason, each counted once.", "disposition", "reason"
        )
        self.page_types = counter(
            "page_types_total", "HTML pages that cleaning kept, by page type.", "page_type"
        )
        self.languages = counter(
            "page_languages_total",
            "Enriched pages by language (ISO 639), none where it is unknown.",
            "language",
        )
        self.messages_in = counter("messages_in_total", "Messages received, by stage.", "stage")
        self.messages_out = counter(
            "messages_out_total", "Records acknowledged by the broker, by topic.", "topic"
        )
        self.bytes_out = counter(
            "bytes_out_total", "Bytes of record values acknowledged by the broker, by topic.", "topic"
        )
        self.tombstones = counter(
            "tombstones_total", "Facts taken back, as a page has them no longer, by topic.", "topic"
        )
        self.faults = counter(
            "faults_total", "Pages that became dead letters, by stage and fault.", "stage", "fault"
        )
        self.retries = counter(
            "retries_total",
            "Pages retried alone after a timeout or a crash, by stage and cause.",
            "stage",
            "cause",
        )
        self.lookups = counter("dedup_lookups_total", "Bucket lookups, corrections of buckets included.")
        self.evicted = counter(
            "dedup_evicted_total", "Documents dropped from full buckets before their window ended."
        )
        self.local_dedup_seconds = histogram(
            "local_dedup_seconds",
            "Dedup of a candidate in the worker that cleaned it, without a message on pages.candidates.",
            _LOOKUP_SECONDS,
        )
        self.redelivered = counter(
            "not_acknowledged_total",
            "Messages not acknowledged because their partition was revoked; they are redelivered.",
            "stage",
        )
        self.queue_seconds = histogram(
            "queue_seconds",
            "Seconds from the production of a message to the start of its processing: the time it waited.",
            _LATENCY,
            "stage",
        )
        self.last_success = gauge(
            "last_success_timestamp_seconds",
            "When a stage last finished a message with an outcome other than a dead letter, since the epoch.",
            "stage",
        )
        self.stage_seconds = histogram(
            "stage_seconds",
            "Seconds from receiving a message to the acknowledgement of its last output record.",
            _SECONDS,
            "stage",
        )
        self.latency = histogram(
            "page_latency_seconds", "Seconds from a page's arrival on pages.raw to its disposition.", _LATENCY
        )
        self.page_bytes = histogram("page_bytes", "Size of messages on pages.raw, in bytes.", _BYTES)
        self.in_flight = gauge(
            "in_flight_messages", "Messages received and not yet finished, by stage.", "stage"
        )
        self.in_flight_bytes = gauge(
            "in_flight_bytes", "Bytes of messages received and not yet finished, by stage.", "stage"
        )
        self.topic_partitions = gauge("topic_partitions", "Partitions of a consumed topic.", "topic")
        self.unused_partitions = gauge(
            "unused_partitions",
            "Partitions beyond kafka.partitions of a topic partitioned by key, which are neither written nor read.",
            "topic",
        )
        self.heartbeat_age = gauge(
            "heartbeat_age_seconds",
            "Seconds since the latest answered request to the group's coordinator was sent.",
        )
        self.state_events = counter(
            "state_events_total",
            "Partitions whose state, changelog or committed offset was not as expected.",
            "event",
        )
        self.pool_processes = gauge("pool_processes", "Worker processes of the pool.")
        self.pool_replaced = counter(
            "pool_processes_replaced_total",
            "Processes of the pool that ended and were replaced, by cause.",
            "cause",
        )
        self.commits = counter(
            "commits_total", "Commits of offsets, by whether the broker accepted them.", "result"
        )
        self.trace_spans = counter(
            "trace_spans_total",
            "Spans taken by the collector, refused by it or not reached, and dropped as too many waited.",
            "result",
        )
        self.rebalances = counter(
            "rebalances_total", "Rebalances of the consumer group that this worker was in."
        )
        self.retention = gauge(
            "topic_retention_seconds", "How long a consumed topic keeps a message, as declared.", "topic"
        )
        self._start_at_zero()

    def _start_at_zero(self) -> None:
        """Create all label values: rate() misses the first event of a counter that appears only with it."""
        self.pages.labels(Disposition.ENRICHED, "none")
        for reason in Reason:
            self.pages.labels(Disposition.REJECTED, reason)
        for page_type in PageType:
            self.page_types.labels(page_type)
        for fault in Fault:
            self.pages.labels(Disposition.DEADLETTER, fault)
        for event in STATE_EVENTS:
            self.state_events.labels(event)
        for topic in topics.FACTS:
            self.tombstones.labels(topic)
        for cause in Replaced:
            self.pool_replaced.labels(cause)
        self.languages.labels("none")  # those of the identifier appear with their first page: there are 142
        for result in COMMIT_RESULTS:
            self.commits.labels(result)
        for result in SPAN_RESULTS:
            self.trace_spans.labels(result)
        for stage in topics.POOL_STAGES:
            for fault in (Fault.TIMEOUT, Fault.CRASH):
                self.retries.labels(stage, fault)
        for stage in topics.STAGES.values():
            self.messages_in.labels(stage)
            self.redelivered.labels(stage)
            self.in_flight.labels(stage)
            self.in_flight_bytes.labels(stage)
            self.stage_seconds.labels(stage)
            self.queue_seconds.labels(stage)
            self.last_success.labels(stage)

    def count_tombstones(self, topic: str, number: int) -> None:
        """Count facts that were taken back."""
        self.tombstones.labels(topic).inc(number)
        self.messages_out.labels(topic).inc(number)

    def count_retry(self, stage: str, cause: Fault) -> None:
        """Count one page that a stage retries."""
        self.retries.labels(stage, cause).inc()
