"""The documentation's commands that run until they are stopped are told from those that end."""

from __future__ import annotations

import pytest
from documentation.lasting import marks_of


@pytest.mark.parametrize(
    "line",
    [
        "crawlmill worker",
        "crawlmill --set kafka.bootstrap_servers=kafka:9092 worker --web-port 6066",
        "crawlmill --set traces.enabled=true --config site.toml worker",
        "crawlmill --config=site.toml inspect",
        "crawlmill demo --keep",
        "crawlmill tail pages.enriched",
        "faust -A app worker",
        "prometheus --config.file=prometheus.yml",
    ],
)
def test_a_command_that_runs_until_it_is_stopped(line: str) -> None:
    assert marks_of(line)


@pytest.mark.parametrize(
    "line",
    [
        "crawlmill demo",
        "crawlmill --set worker.processes=1 process pages.jsonl",
        "crawlmill settings worker.web_port",
        "crawlmill tail --exit pages.enriched",
        "crawlmill export pages.events",
    ],
)
def test_a_command_that_ends(line: str) -> None:
    assert marks_of(line) == []
