"""Sends spans to an OTLP collector from a thread of its own: a collector that is away costs spans, never a page's time."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
import uuid
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace import Tracer

from streams import __version__
from streams.runtime.observability import otel_variables
from streams.runtime.observability.metrics import Metrics
from streams.settings import Settings, Traces

log = logging.getLogger(__name__)

_WAITING = 2_048  # spans that wait for the collector at most: OTEL_BSP_MAX_QUEUE_SIZE and its default by the specification
_PATH = "/v1/traces"  # of a collector, by the specification of OTLP/HTTP
_POLL_SECONDS = 0.02


class SpanExport:
    """The tracer of a worker and the thread that sends its spans.

    What ``settings.traces`` leaves open is taken from the standard variables ``OTEL_*``, as OpenTelemetry reads them. Raises
    :class:`~streams.errors.SettingsError` or ``ValueError`` for wrong ones.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        traces = settings.traces
        otel_variables.check(os.environ)
        exporter = OTLPSpanExporter(endpoint=traces_address(traces) or None)
        for name in otel_variables.SECRETS:
            os.environ.pop(name, None)
        self._exporter = _Counted(exporter, metrics)
        self._queue = _Queue(self._exporter, metrics)
        self._provider = TracerProvider(_sampler(traces), _resource(), shutdown_on_exit=False)
        self._provider.add_span_processor(self._queue)
        self.tracer: Tracer = self._provider.get_tracer("crawlmill", __version__)
        if settings.log.level != "debug":  # what it reports of its variables has been shown
            # It logs a line for each batch that fails; _Counted logs once.
            logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)

    async def close(self, seconds: float) -> None:
        """Send what waits, for at most ``seconds``; the rest is given up, in a thread that does not keep the process."""
        closing = threading.Thread(target=self._provider.shutdown, name="traces-close", daemon=True)
        closing.start()
        deadline = time.monotonic() + seconds
        while closing.is_alive() and time.monotonic() < deadline:
            await asyncio.sleep(_POLL_SECONDS)
        self._exporter.closed = True
        if self._queue.waiting:
            log.warning("spans were not sent before the end", extra={"spans": self._queue.waiting})


class _Queue(BatchSpanProcessor):
    """The SDK's batch processor, which drops without a count: spans that find it full are counted and dropped here."""

    def __init__(self, exporter: _Counted, metrics: Metrics) -> None:
        self._most = _positive("OTEL_BSP_MAX_QUEUE_SIZE", _WAITING)
        self._ended = 0
        self._exporter = exporter
        self._dropped = metrics.trace_spans.labels("dropped")
        super().__init__(exporter, self._most)

    @property
    def waiting(self) -> int:
        """Spans that were recorded and neither taken by the collector nor given up."""
        return self._ended - self._exporter.finished

    def on_end(self, span: ReadableSpan) -> None:
        """Queue a span. Called by the event loop alone."""
        if span.context is None or not span.context.trace_flags.sampled:
            return
        if self.waiting >= self._most:
            self._dropped.inc()
            return
        self._ended += 1
        super().on_end(span)


class _Counted(SpanExporter):
    """Counts what the collector took and what it did not, and logs once when that changes; nothing once it is closed."""

    def __init__(self, exporter: OTLPSpanExporter, metrics: Metrics) -> None:
        self.finished = 0  # spans, taken or not
        self.closed = False
        self._exporter = exporter
        self._exported = metrics.trace_spans.labels("exported")
        self._failed = metrics.trace_spans.labels("failed")
        self._working = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send a batch; called in the processor's thread."""
        if self.closed:
            return SpanExportResult.FAILURE
        result = SpanExportResult.FAILURE
        try:
            result = self._exporter.export(spans)
        finally:
            taken = result is SpanExportResult.SUCCESS
            (self._exported if taken else self._failed).inc(len(spans))
            self.finished += len(spans)
            self._report(taken)
        return result

    def _report(self, taken: bool) -> None:
        if taken == self._working or self.closed:
            return
        self._working = taken
        if taken:
            log.info("the collector of traces takes spans again")
        else:
            log.warning("the collector of traces takes no spans: they are counted and lost, pages go on")

    def shutdown(self) -> None:
        """End the exporter; a batch that it tries again is given up."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]


def traces_address(traces: Traces) -> str:
    """The full address that spans are sent to; empty where the environment decides.

    >>> traces_address(Traces(endpoint="http://collector:4318"))
    'http://collector:4318/v1/traces'
    """
    base = traces.endpoint.rstrip("/")
    return base if not base or base.endswith(_PATH) else base + _PATH


def _sampler(traces: Traces) -> Sampler | None:
    """The sampler of traces.sample_ratio below one; else None, which is OTEL_TRACES_SAMPLER or all of them."""
    return None if traces.sample_ratio >= 1 else ParentBased(TraceIdRatioBased(traces.sample_ratio))


def _resource() -> Resource:
    named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    )
    ours = {"service.version": __version__, "service.instance.id": str(uuid.uuid4())}
    return Resource.create(ours if named else {"service.name": "crawlmill", **ours})


def _positive(variable: str, default: int) -> int:
    """The whole number in an environment variable; the default for anything else."""
    text = os.environ.get(variable, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else default
