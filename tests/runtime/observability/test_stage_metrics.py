"""The counters and gauges that a stage's delivery moves."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from prometheus_client.openmetrics import exposition as openmetrics

from streams import topics
from streams.execution.results import Failed, OutputRecord, Processed
from streams.records import Disposition, Fault, Message, PageType
from streams.runtime.delivery.delivery import Delivery, Limits
from streams.runtime.delivery.outputs import message_output
from streams.runtime.observability.metrics import Metrics
from streams.runtime.observability.stage_metrics import StageMetrics

LIMIT = 1_000_000


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def _value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"crawlmill_{name}", labels)


def test_a_page_that_ends_is_counted_once_with_its_disposition_records_and_bytes(metrics: Metrics) -> None:
    made = tuple(
        OutputRecord(topic, b"id", b"12345", "Enriched") for topic in (topics.ENRICHED, topics.QUOTES)
    )
    output = message_output("enrich", Message(value=b""), Processed((*made, made[1])), 0, LIMIT)
    StageMetrics(metrics, "enrich").delivered(output, 0.2, int(time.time() * 1_000) - 5_000)
    assert _value(metrics, "pages_total", disposition=Disposition.ENRICHED, reason="none") == 1
    assert _value(metrics, "messages_out_total", topic=topics.QUOTES) == 2
    assert _value(metrics, "bytes_out_total", topic=topics.QUOTES) == 10
    assert _value(metrics, "stage_seconds_sum", stage="enrich") == pytest.approx(0.2)
    assert 5 <= (_value(metrics, "page_latency_seconds_sum") or 0) < 60


def test_a_message_between_stages_has_no_disposition_and_no_latency(metrics: Metrics) -> None:
    made = (OutputRecord(topics.CANDIDATES, b"id", b"{}", "Candidate"),)
    output = message_output("clean", Message(value=b""), Processed(made), 0, LIMIT)
    StageMetrics(metrics, "clean").delivered(output, 0.1, 0)
    assert _value(metrics, "page_latency_seconds_count") == 0
    assert _value(metrics, "pages_total", disposition=Disposition.ENRICHED, reason="none") == 0


def test_a_page_that_cleaning_keeps_is_counted_by_its_type(metrics: Metrics) -> None:
    made = (OutputRecord(topics.CANDIDATES, b"id", b"{}", "Candidate"),)
    result = Processed(made, page_type=PageType.FORUM)
    StageMetrics(metrics, "clean").delivered(
        message_output("clean", Message(value=b""), result, 0, LIMIT), 0.1, 0
    )
    assert _value(metrics, "page_types_total", page_type="forum") == 1
    assert _value(metrics, "page_types_total", page_type="article") == 0


def test_a_dead_letter_is_counted_by_stage_and_fault(metrics: Metrics) -> None:
    failed = Failed(Fault.TIMEOUT, "PageTimeout", "over its limit")
    output = message_output("clean", Message(value=b"x"), failed, 0, LIMIT)
    StageMetrics(metrics, "clean").delivered(output, 0.1, 0)
    assert _value(metrics, "faults_total", stage="clean", fault=Fault.TIMEOUT) == 1
    assert _value(metrics, "pages_total", disposition=Disposition.DEADLETTER, reason=Fault.TIMEOUT) == 1


@pytest.mark.parametrize(("stage", "pages"), [("clean", 1), ("dedup", 0), ("enrich", 0)])
def test_only_the_clean_stage_reads_pages(metrics: Metrics, stage: str, pages: int) -> None:
    StageMetrics(metrics, stage).received(500, 2.5)
    assert _value(metrics, "messages_in_total", stage=stage) == 1
    assert _value(metrics, "pages_read_total") == _value(metrics, "page_bytes_count") == pages
    assert _value(metrics, "queue_seconds_sum", stage=stage) == 2.5


def test_an_enriched_page_is_counted_by_its_language_and_marks_success(metrics: Metrics) -> None:
    output = message_output("enrich", Message(value=b""), Processed((), language="fr"), 0, LIMIT)
    StageMetrics(metrics, "enrich").delivered(output, 0.1, 0)
    assert _value(metrics, "page_languages_total", language="fr") == 1
    assert time.time() - (_value(metrics, "last_success_timestamp_seconds", stage="enrich") or 0) < 60


def test_a_dead_letter_is_no_success(metrics: Metrics) -> None:
    failed = Failed(Fault.TIMEOUT, "PageTimeout", "over its limit")
    StageMetrics(metrics, "clean").delivered(
        message_output("clean", Message(value=b"x"), failed, 0, LIMIT), 0.1, 0
    )
    assert _value(metrics, "last_success_timestamp_seconds", stage="clean") == 0


def test_the_trace_of_a_page_is_the_exemplar_of_its_latency(metrics: Metrics) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    message = Message(value=b"", headers=(("traceparent", trace.encode()),))
    StageMetrics(metrics, "enrich").delivered(
        message_output("enrich", message, Processed(()), 0, LIMIT), 0.1, int(time.time() * 1_000)
    )
    shown = openmetrics.generate_latest(metrics.registry).decode()
    lines = [line for line in shown.splitlines() if "# {trace_id=" in line]
    assert {line.split("{")[0] for line in lines} == {
        "crawlmill_stage_seconds_bucket",
        "crawlmill_page_latency_seconds_bucket",
    }
    assert all("4bf92f3577b34da6a3ce929d0e0e4736" in line for line in lines)


def test_what_is_left_to_redelivery_is_counted(metrics: Metrics) -> None:
    StageMetrics(metrics, "dedup").not_acknowledged()
    assert _value(metrics, "not_acknowledged_total", stage="dedup") == 1


def test_what_is_in_flight_is_read_from_the_delivery_at_each_scrape(metrics: Metrics) -> None:
    recorder = StageMetrics(metrics, "clean")
    app: Any = None  # not asked before a message arrives
    delivery = Delivery(app, "clean", _never, lambda event: None, recorder, Limits(1, 1), LIMIT)
    recorder.watch(delivery)
    assert _value(metrics, "in_flight_messages", stage="clean") == 0
    delivery._tracker.begin("partition", app, 70)
    assert _value(metrics, "in_flight_messages", stage="clean") == 1
    assert _value(metrics, "in_flight_bytes", stage="clean") == 70


async def _never(message: Message) -> Processed:
    await asyncio.Event().wait()
    return Processed(())
