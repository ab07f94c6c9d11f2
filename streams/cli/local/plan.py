"""``crawlmill plan``: capacity planning for a load, with the arithmetic."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.table import Table

from streams import feeding
from streams.cli import LazySettings
from streams.cli.local.demo import samples
from streams.cli.output.terminal import Terminal
from streams.errors import BadInput, SettingsError
from streams.planning.load import Load, Rates, check
from streams.planning.plan import NOTES, plan
from streams.settings import Settings

_SCALES = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([kKmMgGbBtT]?)(?:[bB])?")
_DAYS = re.compile(r"(\d+(?:\.\d+)?)\s*(h|d|w)?")
_IN_DAYS = {"h": 1 / 24, "d": 1, "w": 7, None: 1}
_MONTH = 30  # days


class Amount(click.ParamType):
    """A number with a scale: 100M, 3B, 170kB."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Fails with an example of the syntax."""
        if isinstance(value, int | float):
            return float(value)
        found = _NUMBER.fullmatch(value.strip().replace(",", ""))
        if found is None:
            self.fail(f"{value!r}: expected a number such as 1M, 100M, 3B or 170kB", param, ctx)
        return float(found[1]) * _SCALES[found[2].lower()]


class Days(click.ParamType):
    """A time in days: 30d, 12h, 4w."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number of days. Fails with an example of the syntax."""
        if isinstance(value, int | float):
            return float(value)
        found = _DAYS.fullmatch(value.strip())
        if found is None:
            self.fail(f"{value!r}: expected a time such as 30d, 12h or 4w", param, ctx)
        return float(found[1]) * _IN_DAYS[found[2]]


@click.command("plan")
@click.option("--pages-per-day", type=Amount(), help="Such as 1M, 100M.")
@click.option("--pages-per-month", type=Amount(), help="Instead: of 30 days, such as 3G.")
@click.option("--page-size", type=Amount(), default=170_000.0, show_default="170kB", help="Of a raw page.")
@click.option("--duplicates", type=float, default=0.4, show_default=True, help="Share of all pages.")
@click.option("--errors", type=float, default=0.1, show_default=True, help="Share of all pages.")
@click.option("--words", type=float, default=600.0, show_default=True, help="Of a document.")
@click.option(
    "--window",
    type=Days(),
    default=30.0,
    show_default="30d",
    help="Of the dedup table; it is kept for --output-retention if that is longer.",
)
@click.option("--peak", type=float, default=2.0, show_default=True, help="Highest hour over the mean.")
@click.option("--utilisation", type=float, default=0.7, show_default=True, help="Of the cores, at the peak.")
@click.option(
    "--cores-per-worker", type=int, default=8, show_default=True, help="Cores that one worker has to itself."
)
@click.option("--replication", type=int, default=3, show_default=True, help="Copies of each topic.")
@click.option("--readers", type=float, default=1.0, show_default=True, help="Of everything that comes out.")
@click.option(
    "--broker-network", type=Amount(), default=1.25e9, show_default="1.25GB", help="A second, each way."
)
@click.option("--broker-disk", type=Amount(), default=8e12, show_default="8TB", help="Of one broker.")
@click.option(
    "--raw-retention", type=Days(), default=3.0, show_default="3d", help="Of pages.raw and pages.candidates."
)
@click.option(
    "--output-retention",
    type=Days(),
    default=30.0,
    show_default="30d",
    help="Of documents, results and rejections.",
)
@click.option(
    "--rate", "given", multiple=True, metavar="NAME=VALUE", help="A rate you measured; may be repeated."
)
@click.option(
    "--measure",
    is_flag=True,
    help="Measure on this machine, in one process, what pages cost and what they become.",
)
@click.option(
    "--pages", type=click.Path(path_type=Path), help="Pages to measure with instead of the samples."
)
@click.option("--json", "as_json", is_flag=True, help="The figures as a JSON object.")
@click.pass_obj
def command(
    obj: LazySettings, pages_per_day: float | None, pages_per_month: float | None, page_size: float, duplicates: float, errors: float, words: float, window: float,
    peak: float, utilisation: float, cores_per_worker: int, replication: int, readers: float, broker_network: float,
    broker_disk: float, raw_retention: float, output_retention: float, given: tuple[str, ...], measure: bool, pages: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """What a load needs, with the arithmetic: cores, workers, partitions, broker disk and network, state, recovery.

    \b
    Example: crawlmill plan --pages-per-day 100M --page-size 170kB --duplicates 0.4 --errors 0.1 --window 30d
             crawlmill plan --pages-per-month 3G
             crawlmill plan --pages-per-day 1M --measure
             crawlmill plan --pages-per-day 1M --rate enrich_ms_per_word=0.2
    """
    load = Load(
        pages_per_day=_per_day(pages_per_day, pages_per_month), page_bytes=page_size, duplicates=duplicates, errors=errors, words=words,
        window_days=window, peak=peak, utilisation=utilisation, cores_per_worker=cores_per_worker,
        replication=replication, raw_days=raw_retention, output_days=output_retention,
        readers=readers, broker_network=broker_network, broker_disk=broker_disk,
    )  # fmt: skip
    try:
        check(load)
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    rates = _with_overrides(
        asyncio.run(_measured(pages or samples(), obj.settings())) if measure else Rates(), given
    )
    found = plan(load, rates, obj.settings().worker)
    if as_json:
        figures = msgspec.to_builtins(found) | {"rates": msgspec.to_builtins(rates)}
        click.echo(msgspec.json.encode(figures).decode())
        return
    table = Table("", "needed", "how it comes about", show_lines=False)
    for row in found.lines:
        table.add_row(row.name, row.value, row.arithmetic, style="bold" if row.name == "workers" else None)
    console = Terminal()
    console.print(table)
    for note in NOTES:
        console.print(f"- {note}", style="dim", highlight=False)
    origin = "what pages cost and become was measured here just now, the rest is" if measure else "rates are"
    console.print(f"{origin} of the machine in docs/performance.md; your own: --measure, --rate NAME=VALUE")


def _per_day(day: float | None, month: float | None) -> float:
    """Pages a day from the one of two options that was given. Raises ``UsageError`` for both or none."""
    if (day is None) == (month is None):
        raise click.UsageError("give --pages-per-day or --pages-per-month, such as --pages-per-day 100M")
    return day if day is not None else (month or 0.0) / _MONTH


def _with_overrides(rates: Rates, given: Sequence[str]) -> Rates:
    """The rates with the ``NAME=VALUE`` options applied. Raises ``UsageError`` for an unknown name or a value that is no number."""
    changes: dict[str, float] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or name not in Rates.__struct_fields__:
            raise click.UsageError(
                f"--rate {item}: expected NAME=VALUE with one of {', '.join(Rates.__struct_fields__)}"
            )
        try:
            changes[name] = float(value)
        except ValueError as error:
            raise click.UsageError(f"--rate {item}: {value!r} is not a number") from error
    return msgspec.structs.replace(rates, **changes)


async def _measured(path: Path, settings: Settings) -> Rates:
    """Rates measured with the pages at ``path``. Raises :class:`BadInput` where they are too few."""
    # Imported here: it takes seconds, and the arithmetic does without.
    from streams.planning.measure import Meter

    messages = [item.message for item in feeding.read([path])]
    async with Meter(settings) as meter:
        await meter.warm(messages)
        await meter.measure(messages)
    try:
        return meter.rates(Rates())
    except BadInput as error:
        raise BadInput(f"{path}: {error}") from error
