"""Scrapy, a WARC file and kcat feed one broker; confluent-kafka, kcat, DuckDB behind ``crawlmill export`` and the typed client read it.

All of them read the same records, which are compared one by one.
"""

from __future__ import annotations

import asyncio
import datetime
import decimal
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cli.run import invoke
from live import tools_site
from live.commands import ROOT, crawlmill
from live.mill import Mill, settings

from streams import topics
from streams.client import Consumer
from streams.records import encode
from streams.settings import Settings

pytestmark = pytest.mark.live

TOPICS = (topics.ENRICHED, topics.QUOTES, topics.EVENTS, topics.ENTITIES, topics.REJECTED)
Values = dict[tuple[int, int], tuple[str, bytes | None]]
"""By partition and offset: key and value of a message."""
Records = dict[tuple[int, int], tuple[str, Any]]
"""By partition and offset: the key, and the record as JSON has it; None for a tombstone."""


class Milled:
    """A mill that has dealt with what every tool has fed. ``urls``: the addresses of its pages."""

    def __init__(self, chosen: Settings, urls: set[str], kcat: Kcat) -> None:
        self.settings = chosen
        self.urls = urls
        self.kcat = kcat

    def name(self, topic: str) -> str:
        return topics.full_name(self.settings, topic)


def _scrapy(chosen: Settings, start: str) -> None:
    kafka = chosen.kafka
    subprocess.run(
        [sys.executable, "-m", "scrapy", "runspider", "tests/live/spider.py", "-a", f"start={start}",
         "-s", 'ITEM_PIPELINES={"streams.scrapy.KafkaPipeline": 900}'],
        cwd=ROOT, capture_output=True, timeout=200, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CRAWLMILL_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
             "CRAWLMILL_KAFKA_TOPIC_PREFIX": kafka.topic_prefix},
    )  # fmt: skip


class Kcat:
    """kcat, connected to a broker.

    The librdkafka of Debian 12, 2.0.2, does not understand what versions the embedded broker offers ("ApiVersionRequest failed: Read
    underflow"). There kcat runs on the newer one that confluent-kafka carries.
    """

    def __init__(self, program: str, address: str) -> None:
        self._command = [program, "-b", address]
        self._environment = dict(os.environ)
        done = subprocess.run([*self._command, "-L"], capture_output=True, timeout=60)
        if done.returncode != 0:
            assert b"ApiVersionRequest failed: Local: Read underflow" in done.stderr, done.stderr.decode()
            confluent = pytest.importorskip("confluent_kafka")
            (library,) = Path(confluent.__file__).parents[1].glob("confluent_kafka.libs/librdkafka*")
            self._environment["LD_PRELOAD"] = str(library)

    def __call__(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """Run it; returns its standard output."""
        done = subprocess.run(
            [*self._command, *arguments], input=stdin, capture_output=True, timeout=120, env=self._environment
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout


@pytest.fixture(scope="module")
def milled(broker: str, kcat: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milled]:
    """Feed with each tool, and let a worker deal with all of it."""
    pytest.importorskip("scrapy")
    folder = tmp_path_factory.mktemp("tools")
    mill = Mill(settings(broker, folder), folder)
    raw = topics.full_name(mill.settings, topics.RAW)
    asyncio.run(mill.create())
    with tools_site.site() as (start, crawled):
        _scrapy(mill.settings, start)
    archived = tools_site.write_warc(folder / "crawl.warc.gz")
    assert crawlmill(mill.settings, "feed", str(folder / "crawl.warc.gz")).returncode == 0
    lines, produced = tools_site.lines_for_kcat()
    connected = Kcat(kcat, broker)
    connected("-P", "-t", raw, stdin=b"\n".join(lines) + b"\n")
    (folder / "page.html").write_bytes(tools_site.html(30))
    plain = "https://plain.example/30"
    connected("-P", "-t", raw, "-H", f"url={plain}", str(folder / "page.html"))
    urls = crawled | archived | produced | {plain}

    async def run() -> None:
        await mill.worker().start()
        await mill.outcomes(len(urls) + 1)  # with the broken line

    try:
        asyncio.run(run())
    finally:
        mill.stop()
    yield Milled(mill.settings, urls, connected)


def _decoded(values: Values) -> Records:
    return {
        place: (key, None if value is None else json.loads(value)) for place, (key, value) in values.items()
    }


def _by_confluent(milled: Milled, topic: str) -> Values:
    """What confluent-kafka reads, up to the end of every partition."""
    confluent = pytest.importorskip("confluent_kafka")
    name = milled.name(topic)
    consumer = confluent.Consumer(
        {"bootstrap.servers": milled.settings.kafka.bootstrap_servers, "group.id": f"confluent-{os.getpid()}",
         "enable.auto.commit": False, "enable.partition.eof": True}
    )  # fmt: skip
    found: Values = {}
    try:
        reading = set(consumer.list_topics(name, timeout=30).topics[name].partitions)
        consumer.assign([confluent.TopicPartition(name, one, confluent.OFFSET_BEGINNING) for one in reading])
        while reading:
            message = consumer.poll(30)
            assert message is not None, f"partitions {reading} do not end"
            if message.error() is None:
                found[message.partition(), message.offset()] = (
                    (message.key() or b"").decode(),
                    message.value(),
                )
            else:
                assert message.error().code() == confluent.KafkaError._PARTITION_EOF, message.error()
                reading.remove(message.partition())
    finally:
        consumer.close()
    return found


def _by_kcat(milled: Milled, topic: str) -> Values:
    """What kcat prints."""
    out = milled.kcat(
        "-C", "-t", milled.name(topic), "-o", "beginning", "-e", "-q", "-f", "%p %o %S %k %s\\n"
    )
    found: Values = {}
    for line in filter(None, out.split(b"\n")):
        partition, offset, size, rest = line.split(b" ", 3)
        length = max(0, int(size))  # -1 for a tombstone
        key, value = rest[: len(rest) - length - 1], rest[len(rest) - length :]
        found[int(partition), int(offset)] = (key.decode(), None if int(size) < 0 else value)
    return found


def _by_client(milled: Milled, topic: str) -> Records:
    """What the typed client gives, as JSON again."""
    with Consumer(topic, milled.settings, to_end=True) as records:  # type: ignore[call-overload]
        return {
            (one.partition, one.offset): (
                one.key,
                None if one.record is None else json.loads(encode(one.record)),
            )
            for one in records
        }


@pytest.fixture(scope="module")
def references(milled: Milled) -> dict[str, Records]:
    """What confluent-kafka reads of each topic."""
    return {topic: _decoded(_by_confluent(milled, topic)) for topic in TOPICS}


def test_every_page_of_every_tool_has_ended_once(milled: Milled, references: dict[str, Records]) -> None:
    ended = [
        record["url"]
        for topic in (topics.ENRICHED, topics.REJECTED)
        for _, record in references[topic].values()
    ]
    assert sorted(ended) == sorted(milled.urls)
    for start in (
        "http://127.0.0.1",
        "https://archive.example/",
        "https://lines.example/",
        "https://plain.example/",
    ):
        enriched = [
            record
            for _, record in references[topics.ENRICHED].values()
            if record["url"].startswith(start) and (record["title"] or "").startswith("Bridge")
        ]
        assert enriched, f"nothing of {start} came out"
        assert all(record["quotes"] and record["events"] and record["entities"] for record in enriched)


def test_scrapy_and_feed_key_pages_by_their_host(milled: Milled) -> None:
    raw = _by_confluent(milled, topics.RAW)
    keys = {key for key, _ in raw.values()}
    assert keys == {"", "127.0.0.1", "archive.example"}  # kcat gave none
    for host in ("127.0.0.1", "archive.example"):
        assert len({partition for (partition, _), (key, _) in raw.items() if key == host}) == 1


@pytest.mark.parametrize("topic", TOPICS)
def test_kcat_reads_the_same_records(milled: Milled, references: dict[str, Records], topic: str) -> None:
    assert references[topic]
    assert _decoded(_by_kcat(milled, topic)) == references[topic]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_typed_client_reads_the_same_records(
    milled: Milled, references: dict[str, Records], topic: str
) -> None:
    assert _by_client(milled, topic) == references[topic]


def _by_duckdb(milled: Milled, topic: str, folder: Path, form: str) -> list[dict[str, Any]]:
    """The rows that DuckDB reads of an export, by column."""
    duckdb = pytest.importorskip("duckdb")
    output = folder / ("lake" if form == "parquet" else "crawl.duckdb")
    kafka = milled.settings.kafka
    done = invoke(
        "--set", f"kafka.bootstrap_servers={kafka.bootstrap_servers}", "--set", f"kafka.topic_prefix={kafka.topic_prefix}",
        "--set", f"kafka.partitions={kafka.partitions}", "export", topic, "-o", str(output),
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    table = milled.name(topic).replace(".", "_")
    source = f"read_parquet('{output}/**/*.parquet')" if form == "parquet" else f'"{table}"'
    with duckdb.connect(str(output) if form == "duckdb" else ":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        cursor = connection.execute(f"SELECT * FROM {source}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("form", ["parquet", "duckdb"])
@pytest.mark.parametrize("topic", TOPICS)
def test_duckdb_reads_the_same_records_from_an_export(
    milled: Milled, references: dict[str, Records], tmp_path: Path, topic: str, form: str
) -> None:
    rows = _by_duckdb(milled, topic, tmp_path, form)
    assert {(row["_partition"], row["_offset"]) for row in rows} == set(references[topic])
    for row in rows:
        key, record = references[topic][row["_partition"], row["_offset"]]
        assert row["_key"] == key
        assert record is not None and not row["_deleted"]
        assert set(record) <= set(row)
        for name, value in record.items():
            assert _same(value, row[name]), (name, value, row[name])


def _same(value: Any, cell: Any) -> bool:
    """Whether a cell of a table has what JSON has: times as times, any JSON as text, absent fields as NULL."""
    match cell:
        case datetime.datetime():
            exact = datetime.datetime.fromisoformat(value)
            return abs(cell - exact) < datetime.timedelta(milliseconds=1)
        case decimal.Decimal():
            return decimal.Decimal(str(value)) == cell
        case dict():
            return set(value) <= set(cell) and all(
                _same(value.get(name), inner) for name, inner in cell.items()
            )
        case list():
            return len(value) == len(cell) and all(map(_same, value, cell))
        case str() if not isinstance(value, str):
            return bool(json.loads(cell) == value)
        case _:
            return bool(value == cell)


def test_facts_on_their_topics_are_those_of_the_pages(references: dict[str, Records]) -> None:
    pages = {record["id"]: record for _, record in references[topics.ENRICHED].values()}
    for topic, name, field in (
        (topics.QUOTES, "quotes", "quote"), (topics.EVENTS, "events", "event"), (topics.ENTITIES, "entities", "entity")
    ):  # fmt: skip
        facts = [record for _, record in references[topic].values()]
        found = sorted((fact["document_id"], msgspec.json.encode(fact[field])) for fact in facts)
        expected = sorted(
            (ident, msgspec.json.encode(one)) for ident, page in pages.items() for one in page[name]
        )
        assert found == expected, topic


def test_every_tool_reads_the_same_dead_letter(milled: Milled, tmp_path: Path) -> None:
    values = _by_confluent(milled, topics.DEADLETTER)
    assert [value for _, value in values.values()] == [tools_site.BROKEN]
    assert _by_kcat(milled, topics.DEADLETTER) == values
    (place,) = values
    ((where, (key, letter)),) = _by_client(milled, topics.DEADLETTER).items()
    (row,) = _by_duckdb(milled, topics.DEADLETTER, tmp_path, "duckdb")
    assert where == place == (row["_partition"], row["_offset"])
    assert key == values[place][0] == row["_key"]
    assert letter["reason"] == row["reason"] == "bad_record"
    assert letter["message"] == row["message"]
