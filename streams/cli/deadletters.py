"""``crawlmill deadletters``: what could not be processed, and putting it back."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from streams.cli import Lazy
from streams.cli.terminal import Terminal
from streams.errors import BadInput
from streams.records import Fault, encode
from streams.runtime.letters import Letter, Wanted, letters, newest, replay
from streams.runtime.terminal import harmless
from streams.settings import Settings

_SHOWN = 2_000  # bytes of a message shown on a terminal


def _choosing(command: Any) -> Any:
    """The options that say which letters."""
    for option in (
        click.option("--last", type=int, help="Highest offset on pages.deadletter, of each partition."),
        click.option("--first", type=int, default=0, help="Lowest offset on pages.deadletter, of each partition."),
        click.option("--stage", "stages", multiple=True, type=click.Choice(["clean", "dedup", "enrich"])),
        click.option("--reason", "reasons", multiple=True, type=click.Choice([str(fault) for fault in Fault])),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group("deadletters")
def command() -> None:
    """List, show and replay messages that could not be processed.

    \b
    Example: crawlmill deadletters list --reason timeout
             crawlmill deadletters replay --reason timeout --stage clean
    """


@command.command("list")
@_choosing
@click.pass_obj
def listing(
    obj: Lazy, reasons: tuple[str, ...], stages: tuple[str, ...], first: int, last: int | None
) -> None:
    """One line a letter: readable on a terminal, JSON Lines when piped.

    \b
    Example: crawlmill deadletters list --stage enrich
    """
    found = asyncio.run(_found(obj.settings(), _wanted(reasons, stages, first, last)))
    if not sys.stdout.isatty():
        for letter in found:
            click.echo(encode(letter.said).decode())
        return
    table = Table("id", "reason", "stage", "what happened")
    for letter in found:
        said = letter.said
        table.add_row(
            escape(said.id), said.reason, escape(said.stage), escape(f"{said.error}: {said.message}"[:300])
        )
    console = Terminal()
    console.print(table)
    console.print(f"{len(found)} dead letters")


@command.command("show")
@click.argument("ids", nargs=-1, required=True)
@click.pass_obj
def show(obj: Lazy, ids: tuple[str, ...]) -> None:
    """A letter's facts and its untouched message; ID is topic/partition/offset, as list prints it.

    \b
    Example: crawlmill deadletters show pages.raw/0/17
             crawlmill deadletters show pages.raw/0/17 > message.bin
    """
    found = asyncio.run(_found(obj.settings(), Wanted(ids=frozenset(ids))))
    missing = set(ids) - {letter.said.id for letter in found}
    if missing:
        raise BadInput(f"no dead letter {', '.join(sorted(missing))}; see: crawlmill deadletters list")
    for letter in found:
        value = letter.message.value or b""
        if not sys.stdout.isatty():
            sys.stdout.buffer.write(value + b"\n")
            continue
        click.echo(harmless(encode(letter.said).decode()))
        # As Python writes bytes: whatever a hostile page holds, the terminal gets no control characters.
        click.echo(repr(value[:_SHOWN]) + (f" ... {len(value)} bytes in all" if len(value) > _SHOWN else ""))


@command.command("replay")
@_choosing
@click.option("--id", "ids", multiple=True, help="Only this one; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Say how many there are and send nothing.")
@click.pass_obj
def replaying(
    obj: Lazy, reasons: tuple[str, ...], stages: tuple[str, ...], first: int, last: int | None,
    ids: tuple[str, ...], dry_run: bool,
) -> None:  # fmt: skip
    """Put the untouched messages back where they came from. Doing it twice changes nothing downstream.

    \b
    Example: crawlmill deadletters replay --reason crash --dry-run
             crawlmill deadletters replay --id pages.raw/0/17
    """
    wanted = _wanted(reasons, stages, first, last, ids)
    count = asyncio.run(_replay(obj.settings(), wanted, dry_run))
    click.echo(f"{count} dead letters {'would be ' if dry_run else ''}replayed", err=True)


async def _replay(settings: Settings, wanted: Wanted, dry_run: bool) -> int:
    # Of all that died, so that a letter's later death is known even where it is not asked for.
    last = {_place(letter) for letter in newest(await _found(settings, Wanted()))}
    due = [letter for letter in await _found(settings, wanted) if _place(letter) in last]
    return len(due) if dry_run else await replay(settings, due)


def _place(letter: Letter) -> tuple[int, int]:
    return letter.message.partition, letter.message.offset


async def _found(settings: Settings, wanted: Wanted) -> list[Letter]:
    return [letter async for letter in letters(settings, wanted)]


def _wanted(
    reasons: tuple[str, ...], stages: tuple[str, ...], first: int, last: int | None, ids: tuple[str, ...] = ()
) -> Wanted:
    return Wanted(frozenset(map(Fault, reasons)), frozenset(stages), frozenset(ids), first, last)
