"""Spans reach a collector; one that is away, refuses them or hangs costs spans, which are counted, and no time."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from runtime.observability.otlp_collector import Collector, Span

from streams.runtime.local.embedded_broker import free_port
from streams.runtime.observability.metrics import SPAN_RESULTS, Metrics
from streams.runtime.observability.span_export import SpanExport, traces_address
from streams.settings import Settings, Traces


def _export(address: str, metrics: Metrics | None = None, **traces: Any) -> SpanExport:
    return SpanExport(Settings(traces=Traces(enabled=True, endpoint=address, **traces)), metrics or Metrics())


def _counts(metrics: Metrics) -> dict[str, float]:
    return {
        result: metrics.registry.get_sample_value("crawlmill_trace_spans_total", {"result": result}) or 0.0
        for result in SPAN_RESULTS
    }


def _record(export: SpanExport, count: int) -> None:
    for number in range(count):
        export.tracer.start_span(f"span {number}").end()


def test_what_was_recorded_is_sent_before_the_end() -> None:
    async def run() -> tuple[list[Span], dict[str, float]]:
        async with Collector() as collector:
            metrics = Metrics()
            export = _export(collector.address, metrics)
            _record(export, 3)
            await export.close(10)
            return collector.spans, _counts(metrics)

    spans, counts = asyncio.run(run())
    assert sorted(span.name for span in spans) == ["span 0", "span 1", "span 2"]
    assert {span.service for span in spans} == {"crawlmill"}
    assert counts == {"exported": 3, "failed": 0, "dropped": 0}


def test_a_collector_that_hangs_costs_the_spans_beyond_what_may_wait_and_no_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "600")

    async def run() -> tuple[float, float, dict[str, float]]:
        async with Collector(hangs=True) as collector:
            metrics = Metrics()
            export = _export(collector.address, metrics)
            began = time.monotonic()
            _record(export, 1_000)
            recorded = time.monotonic()
            await export.close(0.5)
            return recorded - began, time.monotonic() - recorded, _counts(metrics)

    recording, closing, counts = asyncio.run(run())
    assert counts == {"exported": 0, "failed": 0, "dropped": 400}
    assert recording < 5  # the collector's time-out is ten
    assert closing < 5


@pytest.mark.parametrize("status", [400, 503])
def test_spans_that_a_collector_refuses_are_counted_and_logged_once(
    status: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.5")  # a batch is tried again for as long after 503
    metrics = Metrics()

    async def run() -> None:
        async with Collector(status) as collector:
            export = _export(collector.address, metrics)
            for _ in range(2):
                _record(export, 600)  # more than a batch
                await asyncio.sleep(0.2)
            await export.close(10)

    with caplog.at_level("INFO"):
        asyncio.run(run())
    counts = _counts(metrics)
    assert counts["exported"] == 0
    assert counts["failed"] + counts["dropped"] == 1_200
    said = [record for record in caplog.records if "takes no spans" in record.message]
    assert len(said) == 1
    assert not [record for record in caplog.records if record.name.startswith("opentelemetry")]


def test_a_collector_that_is_away_keeps_nobody_waiting_at_the_end() -> None:
    async def run() -> float:
        export = _export(f"http://127.0.0.1:{free_port()}")
        _record(export, 10)
        began = time.monotonic()
        await export.close(1)
        return time.monotonic() - began

    assert asyncio.run(run()) < 5


def test_of_pages_without_a_trace_the_share_that_was_asked_for_is_sampled() -> None:
    export = _export("http://127.0.0.1:1", sample_ratio=0.25)
    spans = [export.tracer.start_span("page") for _ in range(2_000)]
    assert 400 < sum(span.is_recording() for span in spans) < 600
    asyncio.run(export.close(0))


@pytest.mark.parametrize(
    ("variables", "check"),
    [
        ({"OTEL_SERVICE_NAME": "mill"}, lambda collector: collector.spans[0].service == "mill"),
        (
            {"OTEL_RESOURCE_ATTRIBUTES": "service.name=other,team=crawl"},
            lambda collector: collector.spans[0].service == "other",
        ),
        ({"OTEL_TRACES_SAMPLER": "always_off"}, lambda collector: not collector.spans),
        ({"OTEL_SDK_DISABLED": "true"}, lambda collector: not collector.spans),
        (
            {"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20abc"},
            lambda collector: collector.headers[0]["Authorization"] == "Bearer abc",
        ),
    ],
)
def test_the_standard_variables_are_respected(
    variables: dict[str, str], check: Callable[[Collector], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> bool:
        async with Collector() as collector:
            monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
            for name, value in variables.items():
                monkeypatch.setenv(name, value)
            export = _export("")
            _record(export, 1)
            await export.close(10)
            return check(collector)

    assert asyncio.run(run())


def test_pool_processes_do_not_inherit_the_collector_s_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"):
        monkeypatch.setenv(name, "authorization=Bearer%20abc")
    asyncio.run(_export("http://127.0.0.1:1").close(0))
    assert not [name for name in os.environ if name.startswith("OTEL_EXPORTER_OTLP")]


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("", ""),
        ("http://c:4318", "http://c:4318/v1/traces"),
        ("http://c:4318/", "http://c:4318/v1/traces"),
        ("https://c/otlp", "https://c/otlp/v1/traces"),
        ("http://c:4318/v1/traces", "http://c:4318/v1/traces"),
    ],
)
def test_the_address_is_a_base_address_or_the_whole_one(endpoint: str, address: str) -> None:
    assert traces_address(Traces(endpoint=endpoint)) == address
