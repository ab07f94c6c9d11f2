"""Spans are an extra: without it nothing is imported, and a worker that is asked for them says what to install."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from streams.errors import SettingsError
from streams.records import Message
from streams.runtime.delivery.recorder import Inherited
from streams.runtime.observability.metrics import Metrics
from streams.runtime.observability.stage_spans import MessageSpans
from streams.runtime.observability.tracing import Tracing
from streams.settings import Settings, Traces

ON = Settings(traces=Traces(enabled=True, endpoint="http://127.0.0.1:1"))


def test_a_worker_without_traces_imports_nothing_of_opentelemetry(tmp_path: Path) -> None:
    script = (
        "import sys; from streams.runtime.app import create; from streams.settings import Settings, Worker; "
        f"app = create(Settings(worker=Worker(data_dir={str(tmp_path)!r}))); app.tracing.of_stage('clean'); "
        "print([name for name in sys.modules if name.split('.')[0] in ('opentelemetry', 'google')])"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_without_traces_what_a_message_caused_carries_what_it_came_with() -> None:
    tracing = Tracing(Settings(), Metrics())
    trace = tracing.of_stage("clean")(Message(value=b""))
    assert isinstance(trace, Inherited)
    asyncio.run(tracing.close(0))


def test_with_traces_a_stage_has_spans() -> None:
    tracing = Tracing(ON, Metrics())
    assert isinstance(tracing.of_stage("clean")(Message(value=b"")), MessageSpans)
    asyncio.run(tracing.close(0))


def test_a_worker_that_lacks_the_extra_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "streams.runtime.observability.span_export", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match=r"traces.enabled needs opentelemetry.*crawlmill\[otel\]"):
        Tracing(ON, Metrics())


def test_a_wrong_variable_of_opentelemetry_is_an_error_and_no_crash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "9000")  # more than may wait
    with pytest.raises(SettingsError, match="OTEL"):
        Tracing(ON, Metrics())
