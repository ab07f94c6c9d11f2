"""OpenTelemetry spans of a worker, where the setting traces.enabled turns them on; nothing of OpenTelemetry is imported otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from streams.errors import SettingsError
from streams.records import Message
from streams.runtime.delivery.recorder import Inherited, MessageTrace
from streams.runtime.observability.metrics import Metrics
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.runtime.observability.span_export import SpanExport


class Tracing:
    """The traces of one worker. Without ``traces.enabled`` it records nothing, and contexts are handed on as they came.

    Raises :class:`SettingsError` where spans are wanted and OpenTelemetry is not installed, or its own variables are wrong.
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._settings = settings
        self._export: SpanExport | None = None
        if not settings.traces.enabled:
            return
        try:
            from streams.runtime.observability.span_export import SpanExport
        except ImportError as error:
            raise SettingsError(
                f"traces.enabled needs {error.name}: pip install 'crawlmill[otel]', or set traces.enabled = false"
            ) from error
        try:
            self._export = SpanExport(settings, metrics)
        except ValueError as error:
            raise SettingsError(
                f"traces.enabled: an environment variable OTEL_* is wrong: {error}"
            ) from error

    def of_stage(self, stage: str) -> Callable[[Message], MessageTrace]:
        """What begins the trace of a message in a stage."""
        if self._export is None:
            return Inherited
        from streams.runtime.observability.stage_spans import StageSpans

        return StageSpans(self._export.tracer, stage, self._settings)

    async def close(self, seconds: float) -> None:
        """Send what was recorded, for at most ``seconds``."""
        if self._export is not None:
            await self._export.close(seconds)
