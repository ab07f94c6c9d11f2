"""Who is told what becomes of each message: a recorder of figures, and the trace of the message."""

from __future__ import annotations

from typing import Protocol

from streams.execution.results import Failed, Processed
from streams.records import Message
from streams.runtime.delivery import trace_context
from streams.runtime.delivery.outputs import MessageOutput
from streams.runtime.delivery.trace_context import TraceContext


class Recorder(Protocol):
    """Is told what becomes of each message, for metrics."""

    def received(self, message_bytes: int, waited: float) -> None:
        """A message was received and its processing begins, ``waited`` seconds after it was produced."""

    def delivered(self, output: MessageOutput, seconds: float, arrived: int) -> None:
        """The broker has acknowledged the output, ``seconds`` after processing began.

        ``arrived`` is when the page arrived on pages.raw, in milliseconds since the epoch.
        """

    def not_acknowledged(self) -> None:
        """A message was left to redelivery."""


class MessageTrace(Protocol):
    """The trace of one message in one stage. None of its methods raises or waits."""

    def processed(self, result: Processed | Failed) -> TraceContext:
        """The message has a result, which is sent now; returns the context that the records it caused carry."""

    def delivered(self, output: MessageOutput) -> None:
        """The broker has acknowledged the output."""

    def failed(self, error: Exception) -> None:
        """The message is left to redelivery, or the worker stops."""


class Inherited:
    """The trace of a message where no spans are recorded: what it caused carries the context that it came with."""

    def __init__(self, message: Message) -> None:
        self._context = trace_context.of(message)

    def processed(self, result: Processed | Failed) -> TraceContext:
        """The context that came with the message."""
        return self._context

    def delivered(self, output: MessageOutput) -> None:
        """Nothing is recorded."""

    def failed(self, error: Exception) -> None:
        """Nothing is recorded."""
