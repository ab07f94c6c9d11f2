"""Counts what the delivery of one stage does: the Prometheus side of :class:`~streams.runtime.delivery.recorder.Recorder`."""

from __future__ import annotations

import functools
import time

from streams.records import DUPLICATES, Disposition, Stage
from streams.runtime.delivery.delivery import Delivery
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.observability.metrics import Metrics


class StageMetrics:
    """Records the deliveries of one stage in a worker's metrics."""

    def __init__(self, metrics: Metrics, stage: str) -> None:
        self._metrics = metrics
        self._stage = stage
        # A child of a metric by its labels is looked up with a lock, over text made anew of each label: kept where labels are few.
        self._messages_in = metrics.messages_in.labels(stage)
        self._queue_seconds = metrics.queue_seconds.labels(stage)
        self._stage_seconds = metrics.stage_seconds.labels(stage)
        self._messages_out = functools.cache(metrics.messages_out.labels)
        self._bytes_out = functools.cache(metrics.bytes_out.labels)

    def watch(self, delivery: Delivery) -> None:
        """Export the number and bytes of messages in flight, read from ``delivery`` at each scrape."""
        self._metrics.in_flight.labels(self._stage).set_function(lambda: delivery.in_flight.messages)
        self._metrics.in_flight_bytes.labels(self._stage).set_function(lambda: delivery.in_flight.bytes)

    def received(self, message_bytes: int, waited: float) -> None:
        """Count a message that the stage begins to process, ``waited`` seconds after it was produced."""
        self._messages_in.inc()
        self._queue_seconds.observe(waited)
        if self._stage == Stage.CLEAN:
            self._metrics.pages_read.inc()
            self._metrics.page_bytes.observe(message_bytes)

    def delivered(self, output: MessageOutput, seconds: float, arrived: int) -> None:
        """Count the output of a message, with its page's disposition if the stage was its last."""
        metrics = self._metrics
        exemplar = {"trace_id": output.trace_id} if output.trace_id else None
        self._stage_seconds.observe(seconds, exemplar)
        sizes: dict[str, list[int]] = {}  # by topic: a page may cause hundreds of records
        for made, _ in output.records:
            sizes.setdefault(made.topic, []).append(len(made.value or b""))
        for topic, some in sizes.items():
            self._messages_out(topic).inc(len(some))
            self._bytes_out(topic).inc(sum(some))
        if output.fault is not None:
            metrics.faults.labels(self._stage, output.fault).inc()
        else:
            metrics.last_success.labels(self._stage).set_to_current_time()
        if output.page_type is not None:
            metrics.page_types.labels(output.page_type).inc()
        if output.language is not None:
            metrics.languages.labels(output.language).inc()
        if output.disposition is not None:
            metrics.pages.labels(output.disposition, output.reason).inc()
            if output.fault is None and output.reason not in DUPLICATES:
                metrics.sites.add(output.site, is_error=output.disposition == Disposition.REJECTED)
            metrics.latency.observe(max(0.0, time.time() - arrived / 1_000), exemplar)

    def not_acknowledged(self) -> None:
        """Count a message that is left to redelivery."""
        self._metrics.redelivered.labels(self._stage).inc()
