"""The spans of a message in a stage: its processing, the work on it, and the sending of what it caused.

Names and attributes are those of OpenTelemetry's conventions for messaging and Kafka:
https://opentelemetry.io/docs/specs/semconv/messaging/kafka/. Our own begin with ``crawlmill.``.
"""

from __future__ import annotations

import re

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes

from streams import topics
from streams.execution.results import Failed, Processed
from streams.records import Message
from streams.records.trace_parent import TRACE_HEADER
from streams.runtime.delivery import trace_context
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.trace_context import STATE_HEADER, TraceContext
from streams.settings import Settings

_PROPAGATOR = TraceContextTextMapPropagator()
_CREDENTIALS = re.compile(r"(?<=://)[^/?#]*@")  # the conventions for url.full ask for their removal
_WITHOUT = "REDACTED:REDACTED@"


class StageSpans:
    """Begins the spans of each message of one stage."""

    def __init__(self, tracer: Tracer, stage: str, settings: Settings) -> None:
        self.tracer = tracer
        self.settings = settings
        self._stage = stage
        self._group = topics.app_id(settings)

    def __call__(self, message: Message) -> MessageSpans:
        """The spans of a message whose processing begins now."""
        return MessageSpans(self, message)

    def attributes(self, message: Message) -> Attributes:
        """Where the message came from."""
        return {
            "messaging.system": "kafka",
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.destination.name": message.topic,
            "messaging.destination.partition.id": str(message.partition),
            "messaging.kafka.offset": message.offset,
            "messaging.consumer.group.name": self._group,
            "messaging.message.body.size": len(message.value or b""),
            "crawlmill.stage": self._stage,
        }


class MessageSpans:
    """The spans of one message: a consumer span below the span that the message came from, and its children.

    A :class:`~streams.runtime.delivery.recorder.MessageTrace`. What the message caused continues from the producer span.
    """

    def __init__(self, stage: StageSpans, message: Message) -> None:
        self._stage = stage
        self._incoming = trace_context.of(message)
        self._span = stage.tracer.start_span(
            f"process {message.topic}",
            _parent(self._incoming),
            SpanKind.CONSUMER,
            stage.attributes(message),
        )
        self._within = set_span_in_context(self._span, Context())
        self._sending: Span | None = None

    def processed(self, result: Processed | Failed) -> TraceContext:
        """Record the work that was done, begin to send; the context of the producer span."""
        if isinstance(result, Processed):
            for name, began, ended in result.timings:
                self._stage.tracer.start_span(name, self._within, start_time=began).end(ended)
            if result.url and self._stage.settings.traces.urls:
                self._span.set_attribute("url.full", _CREDENTIALS.sub(_WITHOUT, result.url))
        self._sending = self._stage.tracer.start_span("send", self._within, SpanKind.PRODUCER)
        if not self._sending.get_span_context().is_valid:
            return self._incoming  # OTEL_SDK_DISABLED
        carried: dict[str, str] = {}
        _PROPAGATOR.inject(carried, set_span_in_context(self._sending, Context()))
        return TraceContext(carried[TRACE_HEADER], carried.get(STATE_HEADER, ""))

    def delivered(self, output: MessageOutput) -> None:
        """Record what the stage made of the message, and end its spans."""
        if self._sending is not None and self._sending.is_recording():
            _describe(self._sending, output, self._stage.settings)
            self._sending.end()
        self._span.set_attributes(
            {
                f"crawlmill.{name}": str(value)
                for name, value in (
                    ("disposition", output.disposition),
                    ("reason", output.reason if output.fault is None else None),
                    ("page_type", output.page_type),
                    ("language", output.language),
                    ("fault", output.fault),
                )
                if value
            }
        )
        if output.fault is not None:
            self._span.set_attribute("error.type", str(output.fault))
            self._span.set_status(Status(StatusCode.ERROR, f"dead letter: {output.fault}"))
        self._span.end()

    def failed(self, error: Exception) -> None:
        """End the spans with an error, whose text is left out: it may quote the page."""
        for span in (self._sending, self._span):
            if span is not None:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(Status(StatusCode.ERROR, f"not acknowledged: {type(error).__name__}"))
                span.end()


def _parent(incoming: TraceContext) -> Context:
    """The context that a message came with, for OpenTelemetry; an empty one begins a new trace."""
    if incoming.parent is None:
        return Context()
    carried = {TRACE_HEADER: incoming.parent, STATE_HEADER: incoming.state}
    return _PROPAGATOR.extract(carried, Context())


def _describe(sending: Span, output: MessageOutput, settings: Settings) -> None:
    """Name what was sent, and where to if it is one topic."""
    names = {topics.full_name(settings, made.topic) for made, _ in output.records}
    sending.set_attributes(
        {
            "messaging.system": "kafka",
            "messaging.operation.name": "send",
            "messaging.operation.type": "send",
            "messaging.batch.message_count": len(output.records),
        }
    )
    if len(names) == 1:
        (name,) = names
        sending.update_name(f"send {name}")
        sending.set_attribute("messaging.destination.name", name)
    else:
        sending.set_attribute("crawlmill.destinations", sorted(names))
