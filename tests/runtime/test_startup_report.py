"""The first lines of a worker."""

from __future__ import annotations

import logging

import pytest

from streams.runtime.observability.logs import TextFormatter
from streams.runtime.startup_report import report
from streams.settings import Kafka, Nlp, Settings, Traces, Worker
from streams.settings.secret import Secret


def test_a_few_lines_say_where_it_runs_and_where_to_look(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(kafka=Kafka(topic_prefix="prod.", sasl_password=Secret("hush"), partitions=12))
    with caplog.at_level(logging.INFO):
        report(settings)
    lines = [TextFormatter().format(record) for record in caplog.records]
    assert len(lines) <= 10
    text = "\n".join(lines)
    for part in (
        "group=prod.crawlmill",
        "reads=prod.pages.raw",
        "partitions=12",
        "guarantee=at_least_once",
        "inspector=http://127.0.0.1:6066/ metrics=http://127.0.0.1:6066/metrics",
        f"en={settings.nlp.models['en']}",
    ):
        assert part in text
    assert "hush" not in text
    assert "traces=" not in text


def test_the_line_of_addresses_says_where_there_is_no_inspector_and_where_traces_go(
    caplog: pytest.LogCaptureFixture,
) -> None:
    traces = Traces(enabled=True, endpoint="http://collector:4318")
    settings = Settings(worker=Worker(web_host="0.0.0.0"), traces=traces)
    with caplog.at_level(logging.INFO):
        report(settings)
    (line,) = [TextFormatter().format(record) for record in caplog.records if record.message == "web"]
    assert " inspector=off " in line
    assert " traces=http://collector:4318" in line


def test_without_nlp_it_says_where_documents_stay(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        report(Settings(nlp=Nlp(enabled=False)))
    (line,) = [TextFormatter().format(record) for record in caplog.records if record.message == "enrichment"]
    assert line.endswith('enrichment nlp="off: documents stay on pages.clean"')
