"""``crawlmill feed``: produces the pages in files and streams to pages.raw."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator

import click
from rich.table import Table

from streams import feeding, topics
from streams.cli import LazySettings
from streams.cli.output import summary
from streams.cli.output.progress import Advance, progress_bar
from streams.errors import CrawlmillError
from streams.runtime.kafka.feed import feed


@click.command("feed")
@click.argument("paths", nargs=-1, required=True)
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Pages a second at most.")
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], rate: float | None) -> None:
    """Put pages on pages.raw: JSON Lines, JSON, HAR, HTML, text, WARC, WACZ, folders, or - for JSON Lines on stdin.

    Files may be compressed (.gz, .zst, .bz2). What cannot be fed is skipped and counted by reason; at the end there is
    a table of it, or a line of JSON where standard output is not a terminal.

    \b
    Example: crawlmill feed crawl-2026-11.warc.gz
             zcat pages.jsonl.gz | crawlmill feed --rate 50 -
    """
    lazy: LazySettings = ctx.obj
    settings = lazy.settings()
    total = feeding.total_bytes(paths)
    tally = feeding.Tally()
    topic = topics.full_name(settings, topics.RAW)
    try:
        with progress_bar(total, "fed") as advance:
            asyncio.run(feed(settings, with_progress(feeding.read(paths, tally), advance), rate, tally))
    except (CrawlmillError, KeyboardInterrupt):
        if tally.fed or tally.skipped:
            _report(tally, topic)
        raise
    _report(tally, topic)
    if tally.failed:
        ctx.exit(1)


def _report(tally: feeding.Tally, topic: str) -> None:
    """Print what was fed and what was skipped."""
    summary.warn(tally)
    click.echo(f"{tally.fed:,} pages are on {topic}", err=True)
    table = Table("", "reason", "pages")
    table.add_row("fed", "", f"{tally.fed:,}")
    summary.rows(table, tally)
    summary.show(sys.stdout, table, {"topic": topic, "fed": tally.fed, **summary.figures(tally)})


def with_progress(items: Iterable[feeding.Item], advance: Advance) -> Iterator[feeding.Item]:
    """Yield the items, reporting each to the progress bar."""
    for item in items:
        advance(item.consumed)
        yield item
