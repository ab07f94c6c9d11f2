"""``crawlmill plan``: cores, workers, partitions, broker and state for a load, with the arithmetic."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
import numpy as np
from rich.table import Table

from streams import feeding, pipeline
from streams.cli import Lazy
from streams.cli.demo import samples
from streams.cli.terminal import Terminal
from streams.errors import BadInput, BadRecord
from streams.nlp import Models
from streams.plan import Load, Rates, plan
from streams.records import Candidate, Document, Message, Rejection
from streams.settings import Settings

_SCALES = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([kKmMgGbBtT]?)(?:[bB])?")
_DAYS = re.compile(r"(\d+(?:\.\d+)?)\s*(h|d|w)?")
_IN_DAYS = {"h": 1 / 24, "d": 1, "w": 7, None: 1}
_WARM = 3  # documents before the clock starts


class Amount(click.ParamType):
    """A number with a scale: 100M, 3B, 170kB."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; fails with an example."""
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
        """The days; fails with an example."""
        if isinstance(value, int | float):
            return float(value)
        found = _DAYS.fullmatch(value.strip())
        if found is None:
            self.fail(f"{value!r}: expected a time such as 30d, 12h or 4w", param, ctx)
        return float(found[1]) * _IN_DAYS[found[2]]


@click.command("plan")
@click.option(
    "--pages-per-day", type=Amount(), required=True, help="Such as 1M, 100M; three billion a month: 100M."
)
@click.option("--page-size", type=Amount(), default=170_000.0, show_default="170kB", help="Of a raw page.")
@click.option("--duplicates", type=float, default=0.4, show_default=True, help="Share of all pages.")
@click.option("--errors", type=float, default=0.1, show_default=True, help="Share of all pages.")
@click.option("--words", type=float, default=600.0, show_default=True, help="Of a document.")
@click.option("--window", type=Days(), default=30.0, show_default="30d", help="Of the doors' memory.")
@click.option("--peak", type=float, default=2.0, show_default=True, help="Highest hour over the mean.")
@click.option("--utilisation", type=float, default=0.7, show_default=True, help="Of the cores, at the peak.")
@click.option("--cores-per-worker", type=int, default=8, show_default=True)
@click.option("--replication", type=int, default=3, show_default=True)
@click.option("--raw-retention", type=Days(), default=3.0, show_default="3d")
@click.option("--output-retention", type=Days(), default=30.0, show_default="30d")
@click.option(
    "--rate", "given", multiple=True, metavar="NAME=VALUE", help="A rate you measured; may be repeated."
)
@click.option(
    "--measure", is_flag=True, help="Measure cleaning and enriching on this machine, in one process."
)
@click.option(
    "--pages", type=click.Path(path_type=Path), help="Pages to measure with instead of the samples."
)
@click.option("--json", "as_json", is_flag=True, help="The figures as a JSON object.")
@click.pass_obj
def command(
    obj: Lazy, pages_per_day: float, page_size: float, duplicates: float, errors: float, words: float, window: float,
    peak: float, utilisation: float, cores_per_worker: int, replication: int, raw_retention: float,
    output_retention: float, given: tuple[str, ...], measure: bool, pages: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """What a load needs, with the arithmetic: cores, workers, partitions, broker disk and network, state, recovery.

    \b
    Example: crawlmill plan --pages-per-day 100M --page-size 170kB --duplicates 0.4 --errors 0.1 --window 30d
             crawlmill plan --pages-per-day 1M --measure
             crawlmill plan --pages-per-day 1M --rate enrich_ms_per_word=0.2
    """
    load = Load(
        pages_per_day=pages_per_day, page_bytes=page_size, duplicates=duplicates, errors=errors, words=words,
        window_days=window, peak=peak, utilisation=utilisation, cores_per_worker=cores_per_worker,
        replication=replication, raw_days=raw_retention, output_days=output_retention,
    )  # fmt: skip
    rates = measured(Rates(), pages or samples(), obj.settings()) if measure else Rates()
    rates = _with(rates, given)
    found = plan(load, rates)
    if as_json:
        figures = msgspec.to_builtins(found) | {"rates": msgspec.to_builtins(rates)}
        click.echo(msgspec.json.encode(figures).decode())
        return
    table = Table("", "needed", "how it comes about", show_lines=False)
    for line in found.lines:
        table.add_row(
            line.name, line.value, line.arithmetic, style="bold" if line.name == "workers" else None
        )
    console = Terminal()
    console.print(table)
    origin = "cleaning and enriching measured here just now, the rest" if measure else "rates"
    console.print(f"{origin} of the machine in docs/performance.md; your own: --measure, --rate NAME=VALUE")


def _with(rates: Rates, given: Sequence[str]) -> Rates:
    """The rates with those that were given on the command line."""
    changes: dict[str, float] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or name not in Rates.__struct_fields__:
            raise BadInput(
                f"--rate {item}: expected NAME=VALUE with one of {', '.join(Rates.__struct_fields__)}"
            )
        try:
            changes[name] = float(value)
        except ValueError as error:
            raise BadInput(f"--rate {item}: {value!r} is not a number") from error
    return msgspec.structs.replace(rates, **changes)


def measured(rates: Rates, path: Path, settings: Settings) -> Rates:
    """The rates with what cleaning and enriching cost here: CPU time, a straight line through all pages by size."""
    sizes, costs, documents = _cleaned(path, settings)
    if len(sizes) < 10 or not documents:
        raise BadInput(
            f"{path}: {len(sizes)} pages and {len(documents)} documents are too few to measure with"
        )
    # Least squares weighted by 1/size: a page of 5 MB must not decide alone.
    weights = 1 / np.sqrt(np.array(sizes))
    rows = np.stack([np.ones(len(sizes)), np.array(sizes)], axis=1) * weights[:, None]
    (fixed, slope), *_ = np.linalg.lstsq(rows, np.array(costs) * weights, rcond=None)
    spent, words = _enriched(documents, Models.load(settings.nlp))
    if not words:
        raise BadInput(f"{path}: no page in a language with a model to measure enriching with")
    return msgspec.structs.replace(
        rates,
        clean_ms=round(max(0.0, float(fixed)), 2),
        clean_ms_per_kb=round(max(0.0, float(slope)), 4),
        enrich_ms_per_word=round(1_000 * spent / words, 4),
    )


def _cleaned(path: Path, settings: Settings) -> tuple[list[float], list[float], list[Document]]:
    """Size in kB and CPU milliseconds of each page that is kept, and the documents."""
    sizes, costs, documents = [], [], []
    messages = [item.message for item in feeding.read([path])]
    for message in messages:
        _outcome(message, settings)  # caches and what is loaded when first needed are no page's cost
    for message in messages:
        started = time.process_time()
        outcome = _outcome(message, settings)
        spent = 1_000 * (time.process_time() - started)
        if not isinstance(outcome, Candidate):
            continue
        sizes.append(len(message.value or b"") / 1_000)
        costs.append(spent)
        documents.append(outcome.document)
    return sizes, costs, documents


def _outcome(message: Message, settings: Settings) -> Candidate | Rejection | None:
    try:
        return pipeline.clean(message, settings)
    except BadRecord:
        return None


def _enriched(documents: list[Document], models: Models) -> tuple[float, int]:
    """CPU seconds of enriching the documents in languages with a model, and their words."""
    pipeline.enrich(documents[:_WARM], models)
    spent, words = 0.0, 0
    for document in documents:
        started = time.process_time()
        (enriched,) = pipeline.enrich([document], models)
        if "entities" in enriched.nlp_coverage:
            spent += time.process_time() - started
            words += len(document.text.split())
    return spent, words
