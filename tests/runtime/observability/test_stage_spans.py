"""The spans of a message: below the span that it came from, and above those of what it caused."""

from __future__ import annotations

from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NoOpTracerProvider, SpanKind, StatusCode
from opentelemetry.trace import TracerProvider as Provider

from streams import topics
from streams.errors import Revoked
from streams.execution.results import Failed, OutputRecord, Processed, Timing
from streams.records import Fault, Message
from streams.runtime.delivery import trace_context
from streams.runtime.delivery.outputs import message_output
from streams.runtime.observability.stage_spans import StageSpans
from streams.settings import Kafka, Settings, Traces

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
HEADERS = (("traceparent", f"00-{TRACE}-{SPAN}-01".encode()), ("tracestate", b"rojo=1"))
DONE = Processed(
    (OutputRecord("pages.rejected", b"id", b"{}", "Rejection"),),
    "soft_404",
    url="https://me:secret@a.example/x",
    page_type="article",
    timings=(Timing("clean", 1_000_000_000, 3_000_000_000),),
)


class Traced:
    """A stage whose spans are kept in memory."""

    def __init__(self, provider: Provider | None = None, **traces: Any) -> None:
        self.kept = InMemorySpanExporter()
        if provider is None:
            provider = TracerProvider(shutdown_on_exit=False)
            provider.add_span_processor(SimpleSpanProcessor(self.kept))
        settings = Settings(kafka=Kafka(topic_prefix="p."), traces=Traces(enabled=True, **traces))
        self.stage = StageSpans(provider.get_tracer("test"), "clean", settings)

    def play(self, message: Message, result: Processed | Failed) -> trace_context.TraceContext:
        """Deliver a message; the context that its output carries."""
        spans = self.stage(message)
        context = spans.processed(result)
        output = message_output("clean", message, result, 0, 1_000_000, context)
        spans.delivered(output)
        return context

    def span(self, name: str) -> ReadableSpan:
        (found,) = [span for span in self.kept.get_finished_spans() if span.name.split()[0] == name]
        return found


def _message(headers: Any = HEADERS) -> Message:
    return Message(value=b"12345", key=b"k", headers=headers, topic="p.pages.raw", partition=3, offset=71)


def test_a_message_is_processed_below_the_span_that_it_came_from() -> None:
    traced = Traced()
    traced.play(_message(), DONE)
    span = traced.span("process")
    assert (span.name, span.kind) == ("process p.pages.raw", SpanKind.CONSUMER)
    assert span.parent is not None
    assert (f"{span.parent.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, SPAN)
    assert dict(span.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": "p.pages.raw",
        "messaging.destination.partition.id": "3",
        "messaging.kafka.offset": 71,
        "messaging.consumer.group.name": "p.crawlmill",
        "messaging.message.body.size": 5,
        "crawlmill.stage": "clean",
        "crawlmill.disposition": "rejected",
        "crawlmill.reason": "soft_404",
        "crawlmill.page_type": "article",
    }
    assert span.status.status_code is StatusCode.UNSET


def test_what_a_message_caused_continues_from_the_sending_of_it() -> None:
    traced = Traced()
    context = traced.play(_message(), DONE)
    sending, process = traced.span("send"), traced.span("process")
    assert (sending.name, sending.kind) == ("send p.pages.rejected", SpanKind.PRODUCER)
    assert sending.parent is not None
    assert sending.parent.span_id == process.context.span_id
    assert context.parent == f"00-{TRACE}-{sending.context.span_id:016x}-01"
    assert context.state == "rojo=1"
    assert (sending.attributes or {})["messaging.batch.message_count"] == 1


def test_the_work_on_a_message_is_a_span_with_its_own_times() -> None:
    traced = Traced()
    traced.play(_message(), DONE)
    work, process = traced.span("clean"), traced.span("process")
    assert work.parent is not None
    assert work.parent.span_id == process.context.span_id
    assert (work.start_time, work.end_time) == (1_000_000_000, 3_000_000_000)


def test_a_message_without_a_trace_begins_one() -> None:
    traced = Traced()
    context = traced.play(_message(()), DONE)
    assert traced.span("process").parent is None
    assert context.trace_id == f"{traced.span('process').context.trace_id:032x}"


def test_a_page_whose_trace_is_not_sampled_leaves_no_spans_and_says_so_to_the_next_stage() -> None:
    traced = Traced()
    context = traced.play(_message((("traceparent", f"00-{TRACE}-{SPAN}-00".encode()),)), DONE)
    assert traced.kept.get_finished_spans() == ()
    assert context.trace_id == TRACE
    assert (context.parent or "").endswith("-00")


def test_a_page_is_named_only_if_asked_for_and_never_with_a_password() -> None:
    assert "url.full" not in _attributes(Traced())
    assert _attributes(Traced(urls=True))["url.full"] == "https://REDACTED:REDACTED@a.example/x"


def _attributes(traced: Traced) -> dict[str, Any]:
    traced.play(_message(), DONE)
    return dict(traced.span("process").attributes or {})


def test_a_dead_letter_is_an_error_that_names_its_fault_and_not_its_text() -> None:
    traced = Traced()
    traced.play(_message(), Failed(Fault.TIMEOUT, "PageTimeout", "of https://a.example/secret"))
    span = traced.span("process")
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "timeout"
    assert (span.attributes or {})["crawlmill.disposition"] == "deadletter"
    assert "secret" not in span.to_json()
    assert traced.span("send").name == f"send p.{topics.DEADLETTER}"


def test_records_for_several_topics_are_sent_in_one_span() -> None:
    made = tuple(OutputRecord(topic, b"id", b"{}", "Enriched") for topic in (topics.ENRICHED, topics.QUOTES))
    traced = Traced()
    traced.play(_message(), Processed(made))
    sending = traced.span("send")
    assert sending.name == "send"
    assert list((sending.attributes or {})["crawlmill.destinations"]) == [
        "p.pages.enriched",
        "p.pages.quotes",
    ]  # type: ignore[arg-type]


@pytest.mark.parametrize("while_sending", [False, True])
def test_a_message_left_to_redelivery_ends_its_spans_with_an_error(while_sending: bool) -> None:
    traced = Traced()
    spans = traced.stage(_message())
    if while_sending:
        spans.processed(DONE)
    spans.failed(Revoked("partition 3 of https://a.example/secret"))
    span = traced.span("process")
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "Revoked"
    assert "secret" not in span.to_json()
    assert len(traced.kept.get_finished_spans()) == (3 if while_sending else 1)


def test_where_the_sdk_is_disabled_the_context_is_passed_on_as_it_came() -> None:
    traced = Traced(NoOpTracerProvider())
    assert traced.play(_message(()), DONE) == trace_context.TraceContext()
    assert traced.play(_message(), DONE).trace_id == TRACE
