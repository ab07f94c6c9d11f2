"""``crawlmill feed``: files and streams onto pages.raw."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

import click

from streams import feeding
from streams.cli import Lazy
from streams.cli.progress import Advance, progress_bar
from streams.runtime import topics
from streams.runtime.producing import feed


@click.command("feed")
@click.argument("paths", nargs=-1, required=True)
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Pages a second at most.")
@click.pass_obj
def command(obj: Lazy, paths: tuple[str, ...], rate: float | None) -> None:
    """Put pages on pages.raw: JSONL, .jsonl.gz, .html, .txt, WARC, .warc.gz, folders, or - for JSON Lines on stdin.

    \b
    Example: crawlmill feed crawl-2026-11.warc.gz
             zcat pages.jsonl.gz | crawlmill feed --rate 50 -
    """
    settings = obj.settings()
    with progress_bar(feeding.total_bytes(paths), "fed") as advance:
        sent = asyncio.run(feed(settings, watched(feeding.read(paths), advance), rate))
    click.echo(f"{sent} pages are on {topics.full_name(settings, topics.RAW)}", err=True)


def watched(items: Iterable[feeding.Item], advance: Advance) -> Iterator[feeding.Item]:
    """The items, each reported to the progress bar."""
    for item in items:
        advance(item.consumed)
        yield item
