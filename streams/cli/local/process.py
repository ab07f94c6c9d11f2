"""``crawlmill process``: cleans, deduplicates and enriches the pages in files without Kafka."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click
from rich.table import Table

from streams import feeding
from streams.cli import LazySettings, file_names
from streams.cli.output import summary
from streams.cli.output.progress import progress_bar
from streams.cli.termination import end_at_sigterm
from streams.errors import BadInput
from streams.execution import jobs
from streams.execution.fork_server import models_of
from streams.execution.pool import Pool
from streams.offline.process import Outcome, process
from streams.records import Message, Stage
from streams.settings import Settings
from streams.settings.installed import require_models

_NO_REASON = "none"  # as in the metric crawlmill_pages_total


@click.command("process")
@click.argument("inputs", nargs=-1, required=True, shell_complete=file_names)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="File for JSON Lines; default: standard output."
)
@click.option(
    "--stage",
    "last",
    type=click.Choice([Stage.CLEAN.value, Stage.ENRICH.value]),
    default=Stage.ENRICH.value,
    show_default=True,
    help="The last stage: with clean, nothing but cleaning, without models.",
)
@click.pass_context
def command(ctx: click.Context, inputs: tuple[str, ...], output: Path | None, last: str) -> None:
    """Clean, deduplicate and enrich pages without Kafka: one JSON object a page, in input order, on all cores.

    INPUTS are what feed takes: JSON Lines, JSON, HAR, HTML, text, WARC, WACZ, folders, or - for JSON Lines on stdin. What
    cannot be read is skipped and counted; the exit code is 1 then.

    \b
    Example: crawlmill process pages.jsonl.gz -o out.jsonl
             crawlmill process article.html | jq .entities
    """
    lazy: LazySettings = ctx.obj
    settings = lazy.settings()
    stage = Stage(last) if settings.nlp.enabled else Stage.CLEAN
    if stage is Stage.ENRICH:
        require_models(settings.nlp)
    total = feeding.total_bytes(inputs)
    if output is not None:
        _require_apart(output, inputs)
    tally = feeding.Tally()
    counts: collections.Counter[tuple[str, str | None]] = collections.Counter()

    # The input bytes up to each page that is read and not yet written: pages are written in input order.
    consumed: collections.deque[int] = collections.deque()

    def write(outcome: Outcome) -> None:
        file.write(outcome.line + b"\n")
        advance(consumed.popleft())
        counts[outcome.disposition, outcome.reason] += 1

    try:
        with _writing(output) as file, progress_bar(total, "processed") as advance:
            asyncio.run(_process(settings, _noting(feeding.read(inputs, tally), consumed), write, stage))
    finally:
        if counts or tally.skipped:
            _report(counts, tally)
    if tally.failed:
        ctx.exit(1)


async def _process(
    settings: Settings,
    messages: Iterable[tuple[str, Message]],
    write: Callable[[Outcome], None],
    last: Stage,
) -> None:
    worker = settings.worker
    pool = Pool(
        worker.processes, jobs.prepare, (settings,), worker.recycle_after, worker.process_memory_bytes,
        preload=models_of(settings) if last is Stage.ENRICH else None, wall_factor=worker.wall_factor,
    )  # fmt: skip
    end_at_sigterm()
    try:
        await process(messages, settings, pool, write, last)
    finally:
        pool.stop()


def _noting(items: Iterable[feeding.Item], consumed: collections.deque[int]) -> Iterator[tuple[str, Message]]:
    """Yield (origin, message) of the items, and append to ``consumed`` the input bytes up to each."""
    for item in items:
        consumed.append(item.consumed)
        yield item.origin, item.message


def _require_apart(output: Path, inputs: Iterable[str]) -> None:
    """Raise :class:`BadInput` where the output is among the files that are read, or would come to be."""
    place = output.resolve()
    for given in inputs:
        read = Path(given).resolve()
        if given != feeding.STDIN and (read == place or (read.is_dir() and read in place.parents)):
            raise BadInput(f"{output}: is among what is read ({given}); write elsewhere")


@contextlib.contextmanager
def _writing(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        with output.open("wb") as file:
            yield file
    except OSError as error:  # a missing folder, a full disk
        raise BadInput(f"{output}: cannot be written: {error.strerror or error}") from error


def _report(counts: collections.Counter[tuple[str, str | None]], tally: feeding.Tally) -> None:
    """Print the counts on stderr, since standard output may be the records."""
    summary.warn(tally)
    table = Table("disposition", "reason", "pages")
    pages: dict[str, dict[str, int]] = {}
    for (disposition, reason), number in sorted(counts.items(), key=lambda item: (item[0][0], -item[1])):
        table.add_row(disposition, reason or "", f"{number:,}")
        pages.setdefault(disposition, {})[reason or _NO_REASON] = number
    summary.rows(table, tally)
    table.add_row("", "total", f"{sum(counts.values()):,}", style="bold")
    summary.show(sys.stderr, table, {"pages": pages, **summary.figures(tally)})
