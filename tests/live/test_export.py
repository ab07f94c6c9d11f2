"""``crawlmill export`` against a broker: everything once, over several runs, as DuckDB and PyArrow read it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from cli.run import invoke
from live.test_client import _page, _produce

from streams import topics
from streams.records import Entity, EntityFact, encode
from streams.runtime.kafka import clients, topic_admin
from streams.settings import Kafka, Settings

duckdb = pytest.importorskip("duckdb")
pytestmark = pytest.mark.live
APACHE_AGAIN = True


@pytest.mark.parametrize("form", ["parquet", "duckdb"])
def test_each_record_is_exported_once_over_several_runs(broker: str, tmp_path: Path, form: str) -> None:
    settings = Settings(kafka=Kafka(bootstrap_servers=broker, topic_prefix=f"x{form}.", partitions=2))
    asyncio.run(topic_admin.create(settings))
    output = tmp_path / ("lake" if form == "parquet" else "crawl.duckdb")
    options = (
        "--set", f"kafka.bootstrap_servers={broker}", "--set", f"kafka.topic_prefix={settings.kafka.topic_prefix}",
        "--set", "kafka.partitions=2", "export", "pages.enriched", "-o", str(output),
    )  # fmt: skip
    for run in range(3):
        asyncio.run(_produce(settings, [_page(10 * run + number) for number in range(5)]))
        done = invoke(*options)
        assert done.exit_code == 0, done.output
        assert done.stderr.startswith("5 records")
    assert invoke(*options).stderr.startswith("0 records")
    source = f"read_parquet('{output}/**/*.parquet')" if form == "parquet" else "x" + form + "_pages_enriched"
    with duckdb.connect(str(output) if form == "duckdb" else ":memory:") as connection:
        rows = connection.execute(f"SELECT count(*), count(DISTINCT id), min(title) FROM {source}").fetchall()
    assert rows == [(15, 15, "Title 0")]


@pytest.mark.parametrize("form", ["parquet", "duckdb"])
def test_a_key_that_was_deleted_is_counted_and_gone_from_the_view(
    broker: str, tmp_path: Path, form: str
) -> None:
    settings = Settings(kafka=Kafka(bootstrap_servers=broker, topic_prefix=f"g{form}.", partitions=2))
    asyncio.run(topic_admin.create(settings))
    fact = EntityFact(
        key="p:entity:1", document_id="p", url="u", canonical_url="u", entity=Entity(text="A", label="ORG", mentions=())
    )  # fmt: skip
    asyncio.run(_send(settings, [(fact.key, encode(fact)), ("p:entity:2", encode(fact)), (fact.key, None)]))
    output = tmp_path / ("lake" if form == "parquet" else "crawl.duckdb")
    done = invoke(
        "--set", f"kafka.bootstrap_servers={broker}", "--set", f"kafka.topic_prefix={settings.kafka.topic_prefix}",
        "--set", "kafka.partitions=2", "export", "pages.entities", "-o", str(output),
    )  # fmt: skip
    assert done.stderr.startswith("3 records"), done.output
    assert "1 row with _deleted = true" in done.stderr
    if form == "duckdb":
        with duckdb.connect(str(output)) as connection:
            rows = connection.execute(f"SELECT _key FROM g{form}_pages_entities_current").fetchall()
        assert rows == [("p:entity:2",)]


async def _send(settings: Settings, records: list[tuple[str, bytes | None]]) -> None:
    async with AIOKafkaProducer(**clients.producer_options(settings)) as producer:
        for key, value in records:
            await producer.send_and_wait(topics.full_name(settings, topics.ENTITIES), value, key=key.encode())
