"""The summary that feed and process print at the end: a table on a terminal, else a line of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

import click
from rich.table import Table

from streams.cli.output.terminal import Terminal
from streams.feeding import Tally
from streams.runtime.observability.terminal import harmless


def warn(tally: Tally) -> None:
    """Print on stderr what could not be read or is too large, with the remedy."""
    for message in tally.messages():
        click.echo(harmless(f"crawlmill: {message}"), err=True)


def figures(tally: Tally) -> dict[str, Any]:
    """Skipped and damaged input, for JSON."""
    return {
        "skipped": {str(reason): number for reason, number in sorted(tally.skipped.items())},
        "damaged": [damage._asdict() for damage in tally.damages],
    }


def rows(table: Table, tally: Tally) -> None:
    """Add a row to ``table`` for each reason for which input was skipped."""
    for reason, number in sorted(tally.skipped.items()):
        table.add_row("skipped", str(reason), f"{number:,}")


def show(stream: IO[str], table: Table, result: Mapping[str, Any]) -> None:
    """Print ``table`` if ``stream`` is a terminal, else ``result`` as one line of JSON."""
    if stream.isatty():
        Terminal(file=stream).print(table)
    else:
        click.echo(json.dumps(result), file=stream)
