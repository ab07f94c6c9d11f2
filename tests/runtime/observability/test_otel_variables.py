"""Variables of OpenTelemetry that are wrong are named at the start, without what they hold."""

from __future__ import annotations

import logging
import os

import pytest

from streams.errors import SettingsError
from streams.runtime.observability.metrics import Metrics
from streams.runtime.observability.otel_variables import check
from streams.runtime.observability.tracing import Tracing
from streams.settings import Settings, Traces

HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ("Bearer hunter2", "header 1 of 1"),
        ("x=1,authorization: hunter2", "header 2 of 2"),
        ("hunter2", "header 1 of 1"),
        ("=hunter2", "header 1 of 1"),
        ("a b=hunter2", "header 1 of 1"),
        ("x=hunter2%0d%0aevil: 1", "header 1 of 1"),
        ("x=hunter2%E2%82%AC", "header 1 of 1"),  # not in ISO 8859-1, which headers are sent in
        ("x=hunter2;y", "header 1 of 1"),
        ("x=hunter2\u20ac", "header 1 of 1"),
    ],
)
@pytest.mark.parametrize("variable", [HEADERS, "OTEL_EXPORTER_OTLP_TRACES_HEADERS"])
def test_headers_that_are_no_pairs_are_an_error_without_their_values(
    variable: str, headers: str, said: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        check({variable: headers})
    assert str(caught.value).startswith(f"{variable}: {said}")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "headers",
    ["", "a=b", " a = b , c=d%20e ,", "authorization=Basic dXNlcjpwYXNz==", "x=", "api-key=a/b:c"],
)
def test_headers_as_the_specification_has_them_pass(headers: str) -> None:
    check({HEADERS: headers})


@pytest.mark.parametrize(
    "address", ["http://h:99999", "collector:4318", "http://:4318", "http://h:0", "http://[h", "x"]
)
@pytest.mark.parametrize("variable", ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])
def test_an_address_that_cannot_be_one_is_an_error(variable: str, address: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable}: expected the address"):
        check({variable: address})
    check({variable: "http://collector:4318/x"})


def test_a_worker_does_not_start_with_them_and_logs_no_secret(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(HEADERS, "authorization Bearer hunter2")
    with caplog.at_level(logging.DEBUG), pytest.raises(SettingsError, match=HEADERS):
        Tracing(Settings(traces=Traces(enabled=True)), Metrics())
    assert "hunter2" not in caplog.text
    Tracing(Settings(), Metrics())  # without traces nobody reads them
    assert os.environ[HEADERS]
