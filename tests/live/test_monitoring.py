"""Every query of every panel and rule, asked of a real Prometheus that scrapes a worker with the sample pages flowing."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from live.mill import Mill, settings

from streams import feeding
from streams.runtime.local.embedded_broker import free_port

pytestmark = pytest.mark.live
ROOT = Path(__file__).parents[2]
RULES = [ROOT / "config/prometheus" / name for name in ("recording.yml", "alerts.yml")]
_METRIC = re.compile(r"\b(?:crawlmill|process)[:_][a-z0-9_:]+")
_PATIENCE_SECONDS = 60.0  # for Prometheus to scrape and evaluate what is there; both are set to a second


def _panels() -> list[tuple[str, str]]:
    """Title and query of each panel's targets, with the variables as Grafana fills them in for "All"."""
    found = []
    for path in sorted((ROOT / "config/grafana/dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                query = re.sub(r"\$(instance|stage|site)\b", ".*", target["expr"])
                found.append((f"{path.stem}: {panel['title']}", query))
    return found


def _rules() -> list[tuple[str, str]]:
    groups = [group for path in RULES for group in yaml.safe_load(path.read_text())["groups"]]
    return [
        (rule.get("alert") or rule["record"], rule["expr"]) for group in groups for rule in group["rules"]
    ]


class Prometheus:
    """A Prometheus server that scrapes one worker with the project's rules."""

    def __init__(self, program: str, folder: Path, target: str) -> None:
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(path) for path in RULES],
            "scrape_configs": [{"job_name": "crawlmill", "static_configs": [{"targets": [target]}]}],
        }
        (folder / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
        self._address = f"127.0.0.1:{free_port()}"
        self._log = (folder / "prometheus.log").open("wb")
        self._process = subprocess.Popen(
            [
                program,
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address={self._address}",
                "--enable-feature=exemplar-storage",
            ],
            stdout=self._log,
            stderr=self._log,
        )

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._log.close()

    def ask(self, query: str) -> list[dict[str, Any]]:
        """The result of a query; nothing while the server starts. A query that it refuses fails the test."""
        return list(self._get("query", {"query": query})["result"] or [])

    def api(self, path: str) -> Any:
        """What another page of the API answers."""
        return self._get(path, {})

    def _get(self, path: str, parameters: dict[str, str]) -> Any:
        url = f"http://{self._address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return json.load(response)["data"]
        except urllib.error.HTTPError as error:
            if error.code == 503:
                return {"result": []}  # it starts
            pytest.fail(f"{parameters}: {error.read().decode()}")
        except OSError:
            return {"result": []}  # it does not listen yet

    def wait_for(self, query: str) -> list[dict[str, Any]]:
        """The result of a query, once it has one; empty after the patience is over."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not (found := self.ask(query)) and time.monotonic() < deadline:
            time.sleep(0.3)
        return found


@pytest.fixture(scope="module")
def watched(embedded: str, prometheus: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Prometheus, beside a worker that has worked on all sample pages since the first scrape."""
    folder = tmp_path_factory.mktemp("monitoring")
    mill = Mill(settings(embedded, folder), folder)
    started: list[Prometheus] = []

    async def process() -> None:
        worker = mill.worker()
        await mill.create()
        await worker.start()
        server = Prometheus(prometheus, folder, urllib.parse.urlparse(worker.web).netloc)
        started.append(server)
        assert await asyncio.to_thread(server.wait_for, "crawlmill_pages_read_total")
        items = list(feeding.read([ROOT / "seeds"]))
        await mill.feed(items)
        await mill.outcomes(len(items))
        assert await asyncio.to_thread(server.wait_for, f"sum(crawlmill_pages_total) >= {len(items)}")

    try:
        asyncio.run(process())
        yield started[0]
    finally:
        for server in started:
            server.stop()
        mill.stop()


@pytest.mark.parametrize(("title", "query"), _panels(), ids=lambda value: str(value)[:60])
def test_every_panel_has_data(watched: Prometheus, title: str, query: str) -> None:
    found = watched.wait_for(query)
    assert found, f"{title} is empty: {query}"
    assert [each for each in found if each["value"][1] not in ("NaN", "+Inf", "-Inf")], f"{title}: {found}"


@pytest.mark.parametrize(("name", "query"), _rules(), ids=lambda value: str(value)[:60])
def test_every_rule_can_be_evaluated_and_asks_for_what_is_there(
    watched: Prometheus, name: str, query: str
) -> None:
    watched.ask(query)  # refused queries fail the test
    later = {"crawlmill:error_share:usual"}  # there after a day
    for metric in set(_METRIC.findall(query)) - later - {"crawlmill_retries_total"}:
        assert watched.wait_for(metric), f"{name} asks for {metric}, which is not there"


def test_the_rules_are_healthy_and_no_alert_fires(watched: Prometheus) -> None:
    assert watched.wait_for("crawlmill:error_share:ratio1h")
    rules = [rule for group in watched.api("rules")["groups"] for rule in group["rules"]]
    assert len(rules) == len(_rules())
    assert [rule["name"] for rule in rules if rule["health"] == "err"] == []
    assert [rule["name"] for rule in rules if rule.get("state") == "firing"] == []
