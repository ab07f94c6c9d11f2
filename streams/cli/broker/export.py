"""``crawlmill export``: a topic as Parquet files or as a table of a DuckDB database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from streams import topics
from streams.cli import LazySettings
from streams.errors import BadInput
from streams.settings import Settings

if TYPE_CHECKING:
    from streams.export.duck import DuckSink
    from streams.export.parquet import ParquetSink

_BATCH = 2_000  # records a file, or a transaction, at most
_TOPICS = (topics.ENRICHED, topics.QUOTES, topics.EVENTS, topics.ENTITIES, topics.REJECTED, topics.DEADLETTER)


@click.command("export")
@click.argument("topic", type=click.Choice(_TOPICS))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True,
    help="A folder for Parquet files, or a file that ends in .duckdb.",
)  # fmt: skip
@click.option("--follow", is_flag=True, help="Go on as records arrive instead of stopping at the end.")
@click.pass_obj
def command(obj: LazySettings, topic: str, output: Path, follow: bool) -> None:
    """Write a topic to Parquet or DuckDB, each record once. The next run goes on where this one stopped.

    \b
    Example: crawlmill export pages.enriched -o lake/
             crawlmill export pages.quotes -o crawl.duckdb && duckdb crawl.duckdb 'select quote.speaker from pages_quotes'
    """
    written = asyncio.run(_export(obj.settings(), topic, output, follow))
    click.echo(f"{written:,} records of {topic} written to {output}", err=True)


async def _export(settings: Settings, topic: str, output: Path, follow: bool) -> int:
    from streams.client.reader import Options, Reader
    from streams.runtime.group.cluster_identity import identity

    full = topics.full_name(settings, topic)
    found = await identity(settings, [full])
    sink = _sink(output, full, topic, found.cluster, found.topics.get(full, ""))
    reader: Reader[Any] = Reader(settings, Options(topic, None, dict(sink.offsets), not follow))
    written = 0
    try:
        await reader.open()
        while (batch := await reader.batch(_BATCH)) is not None:
            await asyncio.to_thread(sink.write, batch)
            written += len(batch)
    finally:
        await reader.close()
        sink.close()
    return written


def _sink(output: Path, full: str, topic: str, cluster: str, topic_id: str) -> ParquetSink | DuckSink:
    """Where to write. Raises :class:`BadInput` where the libraries are missing or the output cannot be used."""
    from streams.client.received import RECORDS

    try:
        from streams.export.duck import DuckSink
        from streams.export.parquet import ParquetSink
    except ImportError as error:
        raise BadInput(f"export needs {error.name}: pip install 'crawlmill[export]'") from error
    try:
        if output.suffix == ".duckdb":
            return DuckSink(output, full, RECORDS[topic], cluster, topic_id)
        return ParquetSink(output, full, RECORDS[topic], cluster, topic_id)
    except OSError as error:
        raise BadInput(f"{output}: {error.strerror or error}") from error
