"""What became of the input of a verb, at its end: a table for people, a line of JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

import click
from rich.table import Table

from streams.cli.terminal import Terminal
from streams.feeding import Tally
from streams.runtime.observability.terminal import harmless


def warn(tally: Tally) -> None:
    """Say on stderr what could not be read or does not fit, and what to do."""
    for message in tally.messages():
        click.echo(harmless(f"crawlmill: {message}"), err=True)


def figures(tally: Tally) -> dict[str, Any]:
    """What was left out, for programs."""
    return {
        "skipped": {str(reason): number for reason, number in sorted(tally.skipped.items())},
        "damaged": [damage._asdict() for damage in tally.damages],
    }


def rows(table: Table, tally: Tally) -> None:
    """What was left out, for people."""
    for reason, number in sorted(tally.skipped.items()):
        table.add_row("skipped", str(reason), f"{number:,}")


def show(stream: IO[str], table: Table, told: Mapping[str, Any]) -> None:
    """The table where somebody watches, else one line of JSON."""
    if stream.isatty():
        Terminal(file=stream).print(table)
    else:
        click.echo(json.dumps(told), file=stream)
