"""The first lines of a worker."""

from __future__ import annotations

import logging

import pytest

from streams.runtime.observability.logs import TextFormatter
from streams.runtime.startup_report import report
from streams.settings import Kafka, Settings
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
        "metrics=http://127.0.0.1:6066/metrics",
        f"en={settings.nlp.models['en']}",
    ):
        assert part in text
    assert "hush" not in text
