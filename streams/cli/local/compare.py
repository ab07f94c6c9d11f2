"""``crawlmill compare``: what two versions, or two settings, make of the same pages."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.text import Text

from streams.cli.output.terminal import Terminal
from streams.errors import BadInput
from streams.offline.compare import Change, Comparison, compare
from streams.wording import counted


@click.command("compare")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--samples",
    type=click.IntRange(min=0),
    default=3,
    show_default=True,
    help="Pages shown of each kind of change.",
)
@click.option("--json", "as_json", is_flag=True, help="All changes as one JSON object.")
def command(old: Path, new: Path, samples: int, as_json: bool) -> None:
    """Compare two outputs of process over the same pages; exit code 1 when something differs.

    \b
    Example: crawlmill process pages.jsonl -o old.jsonl
             crawlmill --set dedup.similarity=0.8 process pages.jsonl -o new.jsonl
             crawlmill compare old.jsonl new.jsonl
    """  # fmt: skip
    found = compare(_lines(old), _lines(new), (str(old), str(new)))
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    else:
        _show(Terminal(), found, samples)
    if not found.is_same:
        sys.exit(1)


def _lines(path: Path) -> Iterator[bytes]:
    """The lines of a file, gzip'd or not. Raises :class:`BadInput`, naming it."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            yield from file
    except (OSError, EOFError) as error:
        raise BadInput(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _show(console: Console, found: Comparison, samples: int) -> None:
    if found.is_same:
        console.print(f"{counted(found.pages, 'page')}, all the same")
        return
    console.print(counted(found.pages, "page"))
    for name, ids in (("only in the old run", found.only_old), ("only in the new run", found.only_new)):
        if ids:
            console.print(Text.assemble((f"{len(ids):>6,}  ", "bold"), f"{name}: {', '.join(ids[:samples])}"))
    _table(console, "outcomes", found.outcomes, samples)
    _table(console, "fields of pages with the same outcome", found.fields, samples)


def _table(console: Console, title: str, changes: Mapping[str, list[Change]], samples: int) -> None:
    if changes:
        console.print(Text(f"\n{title}", style="dim"))
    for name, some in sorted(changes.items(), key=lambda item: (-len(item[1]), item[0])):
        console.print(Text.assemble((f"{len(some):>6,}  ", "bold"), (name, "cyan")))
        for change in some[:samples]:
            console.print(Text(f"        {change.url or change.id}  {change.title}"))
            console.print(Text(f"          - {change.old}", style="red"))
            console.print(Text(f"          + {change.new}", style="green"))
