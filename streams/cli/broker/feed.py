"""``crawlmill feed``: produces the pages in files and streams to pages.raw."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import click
import msgspec
from rich.table import Table

from streams import feeding, topics
from streams.cli import LazySettings, file_names
from streams.cli.output import summary
from streams.cli.output.progress import Advance, progress_bar
from streams.cli.output.show_preview import show_preview
from streams.errors import CrawlmillError
from streams.feeding.address import url_key
from streams.feeding.preview import Preview
from streams.feeding.resume import Changed, State, Target, state_path
from streams.feeding.selection import Selection, select
from streams.feeding.types import ContentType
from streams.runtime.kafka.feed import feed
from streams.settings import Settings
from streams.wording import counted, noun


class _Resuming(NamedTuple):
    """Where it is remembered how far files have been fed, and what becomes of files that have changed."""

    path: Path
    changed: Changed


class _Run(NamedTuple):
    """What the options say."""

    settings: Settings
    paths: tuple[str, ...]
    chosen: Selection
    key: str
    rate: float | None
    resuming: _Resuming | None
    tally: feeding.Tally

    @property
    def topic(self) -> str:
        return topics.full_name(self.settings, topics.RAW)

    def items(self, state: State | None) -> Iterator[feeding.Item]:
        """The chosen pages that earlier runs have not fed, with their keys."""
        if state is None:
            read = feeding.read(self.paths, self.tally)
        else:
            read = feeding.read_files(state.files, self.tally, state.done)
        found = select(read, self.chosen, self.tally)
        return found if self.key == "host" else _keyed_by_url(found)


def _share(ctx: click.Context, parameter: click.Parameter, value: str | None) -> float:
    """Parse ``0.1`` or ``10%``."""
    if value is None:
        return 1.0
    try:
        share = float(value[:-1]) / 100 if value.endswith("%") else float(value)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise click.BadParameter(f"{value!r}: expected a share above 0 and up to 1, such as 0.1 or 10%")
    return share


@click.command("feed")
@click.argument("paths", nargs=-1, required=True, shell_complete=file_names)
@click.option(
    "--type", "types", multiple=True, type=click.Choice([kind.value for kind in ContentType]),
    help="Only pages of this type, told by their bytes; may be repeated.",
)  # fmt: skip
@click.option(
    "--sample",
    metavar="SHARE",
    callback=_share,
    help="Only this share of the addresses, such as 0.1 or 10%; the same ones every time.",
)
@click.option("--limit", type=click.IntRange(min=1), help="So many pages at most.")
@click.option(
    "--rate", type=click.FloatRange(min=0, min_open=True), help="Pages a second at most, evenly spaced."
)
@click.option(
    "--key", type=click.Choice(["host", "url"]), default="host", show_default=True,
    help="Kafka key: by host, the pages of a site stay in order on one partition; by url they spread.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only count what would be fed; needs no broker.")
@click.option(
    "--resume",
    is_flag=True,
    help="Go on behind what the broker has acknowledged in earlier runs with --resume.",
)
@click.option(
    "--state", type=click.Path(path_type=Path, dir_okay=False),
    help="Where --resume remembers it; default: beside the first path (or one that has it there), under its name with .feed-state.",
)  # fmt: skip
@click.option(
    "--changed", type=click.Choice([choice.value for choice in Changed]), default=Changed.REFUSE.value, show_default=True,
    help="With --resume, what becomes of files that have changed since.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    types: tuple[str, ...],
    sample: float,
    limit: int | None,
    rate: float | None,
    key: str,
    dry_run: bool,
    resume: bool,
    state: Path | None,
    changed: str,
) -> None:
    """Put pages on pages.raw: JSON Lines, JSON, HAR, HTML, text, WARC, WACZ, folders, or - for JSON Lines on stdin.

    Files may be compressed (.gz, .zst, .bz2). What cannot be fed is skipped and counted by reason; at the end there is
    a table of it, or a line of JSON where standard output is not a terminal.

    \b
    Example: crawlmill feed --resume crawl-2026-11.warc.gz
             crawlmill feed --dry-run crawl/
             zcat pages.jsonl.gz | crawlmill feed --rate 50 -
    """
    lazy: LazySettings = ctx.obj
    resuming = _Resuming(state or state_path(paths), Changed(changed)) if resume or state else None
    if resuming is not None and feeding.STDIN in paths:
        raise click.UsageError(
            "--resume: standard input cannot be read again from where a run stopped; write it to a file first, and feed that"
        )
    if resuming is None and changed != Changed.REFUSE:
        raise click.UsageError("--changed: only with --resume")
    chosen = Selection(tuple(map(ContentType, types)), sample, limit)
    run = _Run(lazy.settings(), paths, chosen, key, rate, resuming, feeding.Tally())
    (_preview if dry_run else _feed)(run)
    if run.tally.failed:
        ctx.exit(1)


def _feed(run: _Run) -> None:
    """Feed, and print what was fed, also when that ends early."""
    total = feeding.total_bytes(run.paths)
    try:
        with _state(run) as state, progress_bar(total, "fed", run.chosen.limit) as advance:
            _send(run, state, advance)
    except (CrawlmillError, KeyboardInterrupt):
        if run.tally.fed or run.tally.skipped:
            _report(run)
            if run.resuming is not None:
                click.echo("the same command goes on behind these", err=True)
        raise
    _report(run)


def _send(run: _Run, state: State | None, advance: Advance) -> None:
    def acknowledged(items: Sequence[feeding.Item]) -> None:
        advance(items[-1].consumed, len(items))
        if state is not None:
            state.acknowledged(items)

    asyncio.run(feed(run.settings, run.items(state), run.rate, run.tally, acknowledged))
    if state is not None and run.chosen.limit is None:
        state.finish()


def _state(run: _Run, write: bool = True) -> contextlib.AbstractContextManager[State | None]:
    """The state of earlier runs; nothing without ``--resume``."""
    if run.resuming is None or not (write or run.resuming.path.exists()):
        return contextlib.nullcontext()
    files = feeding.files(run.paths, run.tally)
    cluster, topic_id = asyncio.run(_destination(run.settings, run.topic)) if write else ("", "")
    target = Target(cluster, run.topic, topic_id, run.chosen.description())
    state = State(run.resuming.path, target, files, run.resuming.changed, run.tally.unread, write=write)
    before = sum(done.parts for done in state.done.values())
    if before:
        click.echo(
            f"{counted(before, 'page')} of these files {noun(before, 'was', 'were')} dealt with in earlier runs",
            err=True,
        )
    return state


async def _destination(settings: Settings, topic: str) -> tuple[str, str]:
    """The ids of the cluster and of the topic. Raises :class:`~streams.errors.BrokerUnavailable`."""
    from streams.runtime.group.cluster_identity import identity

    found = await identity(settings, [topic])
    return found.cluster, found.topics.get(topic, "")


def _keyed_by_url(items: Iterable[feeding.Item]) -> Iterator[feeding.Item]:
    for item in items:
        yield item._replace(message=msgspec.structs.replace(item.message, key=url_key(item.url)))


def _report(run: _Run) -> None:
    """Print what was fed, by kind of record, and what was skipped."""
    tally = run.tally
    summary.warn(tally)
    click.echo(f"{counted(tally.fed, 'page')} {noun(tally.fed, 'is', 'are')} on {run.topic}", err=True)
    table = Table("", "what", "pages")
    for kind, number in tally.kinds.most_common():
        table.add_row("fed", str(kind), f"{number:,}")
    summary.rows(table, tally)
    table.add_row("fed", "in all", f"{tally.fed:,}", style="bold")
    kinds = {str(kind): number for kind, number in sorted(tally.kinds.items())}
    figures = {"topic": run.topic, "fed": tally.fed, "kinds": kinds, **summary.figures(tally)}
    summary.show(sys.stdout, table, figures)


def _preview(run: _Run) -> None:
    """Count what would be fed, and print it."""
    found = Preview(run.settings.kafka.max_message_bytes, run.tally)
    total = feeding.total_bytes(run.paths)
    with _state(run, write=False) as state, progress_bar(total, "read", run.chosen.limit) as advance:
        for item in run.items(state):
            found.add(item)
            advance(item.consumed)
    summary.warn(run.tally)
    show_preview(found, run.tally, run.topic)
