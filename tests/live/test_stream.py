"""The sample pages through a worker on each kind of broker: reconciled, counted, and scraped by Prometheus."""

from __future__ import annotations

import asyncio
import collections
import json
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from live.mill import Mill, dispositions, settings
from prometheus_client.parser import text_string_to_metric_families

from streams import feeding, pipeline, topics
from streams.records import Candidate, Enriched, EntityFact, EventFact, Fact, Message, QuoteFact, decode
from streams.records.page_keys import page_of
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import Ended
from streams.runtime.local.embedded_broker import free_port
from streams.runtime.local.worker_process import WorkerProcess

pytestmark = pytest.mark.live
SEEDS = Path(__file__).parents[2] / "seeds"


class Run(NamedTuple):
    """A mill that has processed the samples and still runs."""

    mill: Mill
    worker: WorkerProcess
    fed: int
    ends: list[Ended]


@pytest.fixture(scope="module")
def run(broker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Feed all samples and wait for their outcomes."""
    folder = tmp_path_factory.mktemp("stream")
    mill = Mill(settings(broker, folder), folder)

    async def process() -> Run:
        items = list(feeding.read([SEEDS]))
        worker = mill.worker()
        await mill.create()
        await worker.start()
        await mill.feed(items)
        return Run(mill, worker, len(items), await mill.outcomes(len(items)))

    try:
        yield asyncio.run(process())
    finally:
        mill.stop()


def _messages(run: Run, name: str) -> list[Message]:
    async def read() -> list[Message]:
        return [message async for message in follow(run.mill.settings, [name], from_start=True, at_end=True)]

    return asyncio.run(read())


def _metrics(run: Run) -> str:
    with urllib.request.urlopen(f"{run.worker.web}/metrics", timeout=10) as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        return str(response.read().decode())


def test_every_page_fed_ends_in_exactly_one_disposition(run: Run) -> None:
    found = dispositions(run.ends)
    assert len(found) == run.fed
    assert {page: kinds for page, kinds in found.items() if len(kinds) != 1} == {}


def _counts(run: Run) -> tuple[float, collections.Counter[tuple[str, str]]]:
    """Return the number of pages read, and of pages by disposition and reason."""
    counted: collections.Counter[tuple[str, str]] = collections.Counter()
    read = 0.0
    for family in text_string_to_metric_families(_metrics(run)):
        for sample in family.samples:
            if sample.name == "crawlmill_pages_total" and sample.value:
                counted[sample.labels["disposition"], sample.labels["reason"]] += int(sample.value)
            if sample.name == "crawlmill_pages_read_total":
                read = sample.value
    return read, counted


def test_the_page_counts_of_metrics_equal_what_was_fed(run: Run) -> None:
    # A page is counted when it is acknowledged, which is a moment after its record can be read.
    deadline = time.monotonic() + 30
    read, counted = _counts(run)
    while counted.total() < run.fed and time.monotonic() < deadline:
        time.sleep(0.1)
        read, counted = _counts(run)
    assert read == run.fed
    assert counted.total() == run.fed
    assert counted == collections.Counter((str(end.disposition), end.reason) for end in run.ends)


def test_promtool_has_no_complaint_about_the_metrics(run: Run, promtool: str) -> None:
    done = subprocess.run(
        [promtool, "check", "metrics"], input=_metrics(run), capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_real_prometheus_sees_the_counts(run: Run, prometheus: str, tmp_path: Path) -> None:
    target = urllib.parse.urlparse(run.worker.web).netloc
    config = {
        "scrape_configs": [
            {"job_name": "crawlmill", "scrape_interval": "1s", "static_configs": [{"targets": [target]}]}
        ]
    }
    (tmp_path / "prometheus.yml").write_text(json.dumps(config))  # JSON is YAML
    address = f"127.0.0.1:{free_port()}"
    command = [
        prometheus,
        f"--config.file={tmp_path}/prometheus.yml",
        f"--storage.tsdb.path={tmp_path}/data",
    ]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([*command, f"--web.listen-address={address}"], stdout=log, stderr=log)
    try:
        assert _queried(address, "sum(crawlmill_pages_total)", run.fed) == run.fed
        assert _queried(address, "sum(crawlmill_lag_messages)", 0) == 0
    finally:
        process.kill()
        process.wait()


def _queried(address: str, query: str, wanted: float, seconds: float = 60) -> float | None:
    """Return the query's value when it is the expected one, or after a timeout: Prometheus scrapes at its own interval."""
    url = f"http://{address}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    deadline, value = time.monotonic() + seconds, None
    while value != wanted and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                result = json.load(response)["data"]["result"]
        except OSError:
            result = []  # it does not listen yet
        value = float(result[0]["value"][1]) if result else None
        if value != wanted:
            time.sleep(0.2)
    return value


def test_liveness_and_readiness_answer_well_while_all_is_well(run: Run) -> None:
    for page, key in (("livez", "alive"), ("readyz", "ready")):
        with urllib.request.urlopen(f"{run.worker.web}/{page}", timeout=10) as response:
            assert response.status == 200
            assert json.load(response)[key] is True


def test_dead_letters_hold_the_untouched_message_and_say_why(run: Run) -> None:
    raw = {
        f"{message.topic}/{message.partition}/{message.offset}": message
        for message in _messages(run, topics.RAW)
    }
    letters = _messages(run, topics.DEADLETTER)
    assert letters
    for letter in letters:
        said = {name: value.decode() for name, value in letter.headers}
        prefix = "__connect.errors."
        source = raw["/".join(said[prefix + part] for part in ("topic", "partition", "offset"))]
        assert (letter.value, letter.key) == (source.value, source.key)
        assert said[prefix + "stage"] == "clean"
        assert said[prefix + "exception.class.name"]
        assert said[prefix + "exception.message"]


def test_the_flattened_topics_carry_the_same_facts_as_the_enriched_pages(run: Run) -> None:
    enriched = [decode(message.value or b"", Enriched) for message in _messages(run, topics.ENRICHED)]
    assert all(
        document.text[m.start : m.end].strip()
        for document in enriched
        for entity in document.entities
        for m in entity.mentions
    )
    assert all(
        document.text[quote.start : quote.end] == quote.quote
        for document in enriched
        for quote in document.quotes
    )
    versions = collections.defaultdict(list)
    for document in enriched:
        versions[document.canonical_url or document.url].append(list(pipeline.facts(document)))
    for name, kind in ((topics.ENTITIES, EntityFact), (topics.QUOTES, QuoteFact), (topics.EVENTS, EventFact)):
        compacted = _compacted(_messages(run, name), kind)
        accounted = 0
        for facts in versions.values():
            of_kind = [{key: _told(fact) for key, fact in version if type(fact) is kind} for version in facts]
            page = {page_of(key) for version in facts for key, _ in version}
            found = {key: told for key, told in compacted.items() if page_of(key) in page}
            assert found in of_kind, "the facts of a page are those of one of its versions"
            accounted += len(found)
        assert accounted == len(compacted) > 0


def _compacted(messages: Sequence[Message], kind: type[Fact]) -> dict[str, str]:
    """What compaction leaves of a topic of facts: of each key the newest fact, and none behind a tombstone."""
    left: dict[str, str] = {}
    for message in messages:
        key = (message.key or b"").decode()
        if message.value is None:
            del left[key]
        else:
            left[key] = _told(decode(message.value, kind))
    return left


def _told(fact: Fact) -> str:
    told = {EntityFact: "entity", QuoteFact: "quote", EventFact: "event"}
    return repr((fact.document_id, getattr(fact, told[type(fact)])))


def test_nobody_downstream_of_cleaning_sees_html_and_buckets_key_the_candidates(run: Run) -> None:
    for message in _messages(run, topics.CANDIDATES):
        candidate = decode(message.value or b"", Candidate)
        assert (message.key or b"").decode() == candidate.fingerprint.bucket_keys[candidate.bucket_index]
        assert "<html" not in candidate.document.text.lower()
