"""``crawlmill report``: one HTML file on a crawl, from the output of process or from the topics."""

from __future__ import annotations

import asyncio
import gzip
import re
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import click
import msgspec

from streams.cli import LazySettings
from streams.errors import BadInput
from streams.inspector.entries import Entry, dead_letter_entry, page_entry
from streams.inspector.report import Report
from streams.records import DeadLetter
from streams.settings import Settings
from streams.wording import counted

_PERIOD = re.compile(r"([0-9]{1,6})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


class _Disposition(msgspec.Struct):
    disposition: str = ""


@click.command("report")
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--since",
    "period",
    metavar="PERIOD",
    help="From the topics, what became of pages in so long: 30m, 2h, 7d.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("report.html"),
    show_default=True,
    help="File for the report.",
)
@click.option("--title", help="Title of the report; default: where its pages are from.")
@click.pass_obj
def command(
    obj: LazySettings, inputs: tuple[Path, ...], period: str | None, output: Path, title: str | None
) -> None:
    """Write a report on a crawl: shares by outcome, site, page type and language, samples with evidence, clusters of copies, time.

    INPUTS are files that process wrote, or - for standard input. The report is one HTML file that needs nothing else.

    \b
    Example: crawlmill process pages.jsonl.gz -o out.jsonl; crawlmill report out.jsonl -o report.html
             crawlmill report --since 2h -o last-two-hours.html
    """
    if bool(inputs) == bool(period):
        raise click.UsageError("name either files that process wrote, or a time with --since")
    _require_writable(output, inputs)
    report = Report()
    if period:
        asyncio.run(_from_topics(obj.settings(), report, _seconds(period)))
    else:
        for entry in _from_files(inputs):
            _add(report, entry)
    if report.unread and not report.tally.pages:
        raise BadInput("no line is an output of crawlmill process")
    shown = title or (
        f"Crawl of the last {period}" if period else f"Crawl in {', '.join(path.name for path in inputs)}"
    )
    try:
        # A name of a file need not be text.
        output.write_bytes(report.html(shown).encode("utf-8", "replace"))
    except OSError as error:
        raise BadInput(f"{output}: cannot be written: {error.strerror or error}") from error
    click.echo(f"{output}: {counted(report.tally.pages, 'page')}", err=True)


def _require_writable(output: Path, inputs: Iterable[Path]) -> None:
    """Raise :class:`BadInput`, before anything is read, where the report has no folder or would replace what it is about."""
    if not output.parent.is_dir():
        raise BadInput(f"{output}: cannot be written: there is no folder {output.parent}")
    if output.resolve() in {path.resolve() for path in inputs if str(path) != "-"}:
        raise BadInput(f"{output}: is among what is read; write elsewhere")


def _seconds(period: str) -> int:
    found = _PERIOD.fullmatch(period)
    if found is None:
        raise click.UsageError(f"--since {period}: expected a number and s, m, h or d, such as 2h")
    return int(found[1]) * _SECONDS[found[2]]


def _add(report: Report, entry: Entry | None) -> None:
    if entry is None:
        report.unread += 1
    else:
        report.add(entry)


async def _from_topics(settings: Settings, report: Report, seconds: int) -> None:
    from streams.runtime.inspector.history import since  # files are read without Kafka's libraries

    async for entry in since(settings, max(0, int((time.time() - seconds) * 1_000))):
        _add(report, entry)


def _from_files(inputs: tuple[Path, ...]) -> Iterator[Entry | None]:
    """Yield the entry of each line; None for one that is no output of process. Raises :class:`BadInput` for a damaged file."""
    for path in inputs:
        with _opened(path) as file:
            try:
                for line in file:
                    if line.strip():
                        yield _entry(line.strip())
            except (OSError, EOFError, zlib.error) as error:
                raise BadInput(f"{path}: damaged or cut off: {error}") from error


def _opened(path: Path) -> BinaryIO:
    if str(path) == "-":
        return click.get_binary_stream("stdin")
    try:
        return cast(BinaryIO, gzip.open(path)) if path.suffix == ".gz" else path.open("rb")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from error


def _entry(line: bytes) -> Entry | None:
    try:
        if msgspec.json.decode(line, type=_Disposition).disposition == "deadletter":
            return dead_letter_entry(msgspec.json.decode(line, type=DeadLetter), None, 0)
        return page_entry(line, 0)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
