"""``crawlmill export`` against a broker: everything once, over several runs, as DuckDB and PyArrow read it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from cli.run import invoke
from live.test_client import _page, _produce

from streams.runtime.kafka import topic_admin
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
