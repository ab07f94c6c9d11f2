"""``crawlmill export``: a topic as Parquet files or as a table of a DuckDB database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from streams import topics
from streams.cli import LazySettings
from streams.cli.broker.selection import TopicName
from streams.errors import BadInput
from streams.settings import Settings
from streams.wording import counted, noun

if TYPE_CHECKING:
    from streams.export.duck import DuckSink
    from streams.export.parquet import ParquetSink

_BATCH = 2_000  # records a file, or a transaction, at most
_TOPICS = (topics.ENRICHED, topics.QUOTES, topics.EVENTS, topics.ENTITIES, topics.REJECTED, topics.DEADLETTER)
_NOT_EXPORTED = "only results are exported; crawlmill tail shows the others"


@click.command("export")
@click.argument("topic", type=TopicName(_TOPICS, _NOT_EXPORTED))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True,
    help="A folder for Parquet files, or a file that ends in .duckdb.",
)  # fmt: skip
@click.option("--follow", is_flag=True, help="Go on as records arrive instead of stopping at the end.")
@click.pass_obj
def command(obj: LazySettings, topic: str, output: Path, follow: bool) -> None:
    """Write a topic to Parquet or DuckDB, each record once. The next run goes on where this one stopped.

    TOPIC is pages.enriched, pages.quotes, pages.events, pages.entities, pages.rejected or pages.deadletter;
    kafka.topic_prefix is put before it.

    \b
    Example: crawlmill export pages.enriched -o lake/
             crawlmill export pages.quotes -o crawl.duckdb && duckdb crawl.duckdb 'select quote.speaker from pages_quotes_current'
    """
    written = asyncio.run(_export(obj.settings(), topic, output, follow))
    click.echo(said(written, topic, output), err=True)


class Written(NamedTuple):
    """How many records an export has written, how many of these delete a key, and how many messages it skipped.

    ``view``: the DuckDB view of the valid rows; empty for Parquet. ``notes``: those of replays among the dead letters, left out.
    """

    records: int = 0
    deleted: int = 0
    skipped: int = 0
    view: str = ""
    notes: int = 0


def said(written: Written, topic: str, output: Path) -> str:
    """The summary of an export, in up to four lines."""
    text = f"{counted(written.records, 'record')} of {topic} written to {output}"
    if written.deleted:
        text += f"\n{counted(written.deleted, 'row')} with _deleted = true: what these keys named is gone, and their older rows are outdated. "
        text += (
            f"The view {written.view} shows only what is valid now"
            if written.view
            else "Of each key, use only the newest row, and nothing if that one is deleted"
        )
    if written.notes:
        text += (
            f"\n{counted(written.notes, 'note')} of replayed dead letters left out: "
            "crawlmill deadletters list has them in replayed_to"
        )
    if written.skipped:
        text += f"\n{counted(written.skipped, 'message')} skipped: not {noun(written.skipped, 'a record', 'records')} of {topic}"
    return text


async def _export(settings: Settings, topic: str, output: Path, follow: bool) -> Written:
    from streams.client.reader import Options, Reader
    from streams.runtime.group.cluster_identity import identity

    full = topics.full_name(settings, topic)
    found = await identity(settings, [full])
    sink = _sink(output, full, topic, found.cluster, found.topics.get(full, ""))
    reader: Reader[Any] = Reader(settings, Options(topic, None, dict(sink.offsets), not follow))
    written = Written(view=getattr(sink, "view", ""))
    try:
        await reader.open()
        while (batch := await reader.batch(_BATCH)) is not None:
            await asyncio.to_thread(sink.write, batch)
            deleted = sum(received.record is None for received in batch)
            written = written._replace(
                records=written.records + len(batch), deleted=written.deleted + deleted
            )
    finally:
        await reader.close()
        sink.close()
    return written._replace(skipped=reader.skipped, notes=reader.notes)


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
