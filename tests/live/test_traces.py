"""Spans of running workers, in a collector of this process: one trace a page, and a collector that hangs costs pages nothing."""

from __future__ import annotations

import asyncio
import collections
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest
from live.mill import Fed, Mill, page, settings
from runtime.observability.otlp_collector import Collector, Span

from streams import topics
from streams.runtime.kafka.follow import follow
from streams.runtime.local.embedded_broker import free_port
from streams.settings import Settings, Traces

pytestmark = pytest.mark.live
CONSUMER, PRODUCER = 5, 4  # of OTLP's SpanKind
CRAWLER = "b7ad6b7169203331"  # the crawler's span, of which each page came


def _traced(broker: str, folder: Path, **traces: Any) -> Settings:
    return msgspec.structs.replace(settings(broker, folder), traces=Traces(enabled=True, **traces))


def _pages(count: int) -> dict[str, Fed]:
    """Pages with a trace each, by its id."""
    found = {}
    for number in range(count):
        fed, trace = page(number), uuid.uuid4().hex
        headers = (("traceparent", f"00-{trace}-{CRAWLER}-01".encode()), ("tracestate", b"crawler=7"))
        found[trace] = fed._replace(message=msgspec.structs.replace(fed.message, headers=headers))
    return found


def test_a_page_is_one_trace_from_its_crawler_through_all_stages(embedded: str, tmp_path: Path) -> None:
    """With two workers, so that candidates and documents go from one to the other."""
    pages = _pages(8)

    async def run() -> tuple[list[Span], list[dict[str, bytes]]]:
        async with Collector() as collector:
            chosen = _traced(embedded, tmp_path, endpoint=collector.address, urls=True)
            second = msgspec.structs.replace(
                chosen,
                worker=msgspec.structs.replace(
                    chosen.worker, web_port=free_port(), data_dir=str(tmp_path / "second")
                ),
            )
            mill = Mill(chosen, tmp_path)
            await mill.create()
            try:
                await asyncio.gather(mill.worker().start(), mill.worker(second).start())
                await mill.feed(pages.values())
                await mill.outcomes(len(pages))
            finally:
                await asyncio.to_thread(mill.stop)  # which sends the last spans
            enriched = follow(chosen, (topics.ENRICHED,), from_start=True, at_end=True)
            return collector.spans, [dict(message.headers) async for message in enriched]

    spans, headers = asyncio.run(run())
    assert {span.error for span in spans} == {""}
    traces = collections.defaultdict(list)
    for span in spans:
        traces[span.trace].append(span)
    assert set(traces) == set(pages)
    for trace in traces.values():
        _require_one_way(trace)
    assert any(span.attributes.get("crawlmill.stage") == "dedup" for span in spans), (
        "no candidate went from one worker to the other: nothing was tested"
    )
    # What is read on continues from the last stage's sending.
    sent = {(span.trace, span.id) for span in spans if span.kind == PRODUCER}
    for found in headers:
        _, trace_id, parent, _ = found["traceparent"].decode().split("-")
        assert (trace_id, parent) in sent
        assert found["tracestate"] == b"crawler=7"


def _require_one_way(trace: list[Span]) -> None:
    """Check the spans of one page: one root, below the crawler's span; consumers below producers; work inside its stage."""
    spans = {span.id: span for span in trace}
    (root,) = [span for span in trace if span.parent not in spans]
    assert (root.parent, root.kind, root.attributes["crawlmill.stage"]) == (CRAWLER, CONSUMER, "clean")
    assert root.attributes["messaging.destination.name"].endswith(topics.RAW)
    assert root.attributes["url.full"].startswith("https://news")
    stages = collections.Counter(
        span.attributes["crawlmill.stage"] for span in trace if span.kind == CONSUMER
    )
    assert stages["clean"] == stages["enrich"] == 1
    for span in trace:
        assert span.service == "crawlmill"
        assert span.state == "crawler=7"
        above = spans.get(span.parent)
        if span.kind == CONSUMER and span is not root:
            assert above is not None and above.kind == PRODUCER, span
        elif span is not root:
            assert above is not None and above.kind == CONSUMER, span
    (last,) = [span for span in trace if span.attributes.get("crawlmill.disposition")]
    assert (last.attributes["crawlmill.stage"], last.attributes["crawlmill.disposition"]) == (
        "enrich",
        "enriched",
    )
    assert {span.name for span in trace if span.kind not in (CONSUMER, PRODUCER)} == {
        "clean",
        "dedup",
        "enrich",
    }


@pytest.mark.parametrize("how", ["hangs", "away"])
def test_a_collector_that_does_not_answer_costs_no_page_and_no_stop(
    how: str, embedded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "20")  # four pages
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "100")

    async def run() -> tuple[int | None, str, list[Span]]:
        async with Collector(hangs=True) as collector:
            endpoint = collector.address if how == "hangs" else f"http://127.0.0.1:{free_port()}"
            mill = Mill(_traced(embedded, tmp_path, endpoint=endpoint), tmp_path)
            await mill.create()
            worker = mill.worker()
            try:
                await worker.start()
                await mill.feed(page(number) for number in range(8))
                ends = await mill.outcomes(8)
                assert sorted({(str(end.disposition), end.reason) for end in ends}) == [("enriched", "none")]
                metrics = await asyncio.to_thread(_metrics, worker.web)
                return await asyncio.to_thread(worker.stop), metrics, collector.spans
            finally:
                await asyncio.to_thread(mill.stop)

    code, metrics, spans = asyncio.run(run())
    assert code == 0  # within worker.stop_seconds: else the worker ends itself with another
    assert spans == []
    assert 'crawlmill_trace_spans_total{result="exported"} 0.0' in metrics
    assert 'crawlmill_trace_spans_total{result="dropped"} 0.0' not in metrics


def _metrics(web: str) -> str:
    with urllib.request.urlopen(f"{web}/metrics", timeout=10) as answer:
        return str(answer.read().decode())
