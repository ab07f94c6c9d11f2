"""``crawlmill deadletters``: what could not be processed, and putting it back."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import click
import msgspec
from rich.markup import escape
from rich.table import Table

from streams.cli import Lazy
from streams.cli.terminal import Terminal
from streams.errors import BadInput
from streams.records import Fault, Stage, encode
from streams.runtime.kafka.dead_letters import (
    Found,
    Letter,
    Listed,
    Outcome,
    Wanted,
    find,
    message_of,
    read,
    replay,
)
from streams.runtime.observability.terminal import harmless
from streams.settings import Settings

_SHOWN = 2_000  # bytes of a message shown on a terminal


def _choosing(command: Any) -> Any:
    """The options that say which letters."""
    for option in (
        click.option("--last", type=click.IntRange(min=0), help="Highest offset on pages.deadletter, of each partition."),
        click.option("--first", type=click.IntRange(min=0), default=0, help="Lowest offset on pages.deadletter, of each partition."),
        click.option("--stage", "stages", multiple=True, type=click.Choice([stage.value for stage in Stage])),
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
    """One line a letter: readable on a terminal, JSON Lines when piped. Where it was replayed to is in the line.

    Records on pages.deadletter that are no letters are listed behind them.

    \b
    Example: crawlmill deadletters list --stage enrich
             crawlmill deadletters list | jq 'select(.replayed_to == null)'
    """
    wanted = _wanted(reasons, stages, first, last)
    found = asyncio.run(find(obj.settings()))
    chosen = [letter for letter in found.letters if wanted.matches(letter)]
    if sys.stdout.isatty():
        _show_table(found, chosen)
        return
    for letter in chosen:
        mark = found.replayed.get(letter.place)
        line = msgspec.to_builtins(letter.said) | {"replayed_to": mark.to if mark else None}
        click.echo(msgspec.json.encode(line).decode())
    for record in found.foreign:
        click.echo(encode(record).decode())


def _show_table(found: Found, chosen: list[Listed]) -> None:
    table = Table("id", "reason", "stage", "what happened", "replayed to")
    for letter in chosen:
        said, mark = letter.said, found.replayed.get(letter.place)
        table.add_row(
            escape(said.id), said.reason, escape(said.stage), escape(f"{said.error}: {said.message}"[:300]),
            escape(mark.to) if mark else "",
        )  # fmt: skip
    console = Terminal()
    console.print(table)
    for record in found.foreign:
        console.print(f"[red]no dead letter[/] {escape(record.foreign)}: {escape(record.why[:300])}")
    console.print(f"{len(chosen)} dead letters")


@command.command("show")
@click.argument("ids", nargs=-1, required=True)
@click.pass_obj
def show(obj: Lazy, ids: tuple[str, ...]) -> None:
    """A letter's facts and its untouched message; ID is topic/partition/offset, as list prints it.

    \b
    Example: crawlmill deadletters show pages.raw/0/17
             crawlmill deadletters show pages.raw/0/17 > message.bin
    """
    asyncio.run(_show(obj.settings(), frozenset(ids)))


async def _show(settings: Settings, ids: frozenset[str]) -> None:
    missing = set(ids)
    async for letter in read(settings):
        if not isinstance(letter, Letter) or letter.said.id not in ids:
            continue
        missing.discard(letter.said.id)
        if sys.stdout.isatty():
            click.echo(harmless(encode(letter.said).decode()))
        message = await message_of(settings, letter)
        if message is None:
            raise BadInput(
                f"{letter.said.id}: the letter has no value, and its topic does not hold the message any more"
            )
        value = message.value or b""
        if not sys.stdout.isatty():
            sys.stdout.buffer.write(value + b"\n")
            continue
        # As Python writes bytes: whatever a hostile page holds, the terminal gets no control characters.
        click.echo(repr(value[:_SHOWN]) + (f" ... {len(value)} bytes in all" if len(value) > _SHOWN else ""))
    if missing:
        raise BadInput(f"no dead letter {', '.join(sorted(missing))}; see: crawlmill deadletters list")


@command.command("replay")
@_choosing
@click.option("--id", "ids", multiple=True, help="Only this one; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Say how many there are and send nothing.")
@click.option("--again", is_flag=True, help="Those that were replayed before, too.")
@click.option("--yes", is_flag=True, help="Do not ask, where nothing says which ones.")
@click.pass_obj
def replaying(
    obj: Lazy, reasons: tuple[str, ...], stages: tuple[str, ...], first: int, last: int | None,
    ids: tuple[str, ...], dry_run: bool, again: bool, yes: bool,
) -> None:  # fmt: skip
    """Put the untouched messages back where they came from, each once: a second replay leaves out what was replayed.

    Without a filter it asks first. Exit code 1 when some could not be sent.

    \b
    Example: crawlmill deadletters replay --reason crash --dry-run
             crawlmill deadletters replay --id pages.raw/0/17
    """
    wanted = _wanted(reasons, stages, first, last, ids)
    everything = wanted == Wanted()
    if everything and not (dry_run or yes or sys.stdin.isatty()):
        raise click.UsageError(
            "this would replay every dead letter: say which with --reason, --stage, --first, --last or --id, or give --yes"
        )
    asyncio.run(_replay(obj.settings(), wanted, dry_run=dry_run, again=again, ask=everything and not yes))


async def _replay(settings: Settings, wanted: Wanted, *, dry_run: bool, again: bool, ask: bool) -> None:
    found = await find(settings)
    chosen = [letter for letter in found.letters if wanted.matches(letter)]
    due = found.due(chosen, again=again)
    if not again and (before := len(found.due(chosen, again=True)) - len(due)):
        click.echo(f"{before} were replayed before: --again replays them too", err=True)
    if found.foreign:
        click.echo(
            f"{len(found.foreign)} records are no dead letters: see crawlmill deadletters list", err=True
        )
    if dry_run:
        click.echo(f"{len(due)} dead letters would be replayed", err=True)
        return
    if ask and due:
        click.confirm(f"Replay all {len(due)} dead letters?", abort=True, err=True)
    outcome = await replay(settings, due) if due else Outcome(0, ())
    for line in outcome.refused:
        click.echo(harmless(f"not replayed: {line}"), err=True)
    click.echo(f"{outcome.sent} dead letters replayed", err=True)
    if outcome.refused:
        raise SystemExit(1)


def _wanted(
    reasons: tuple[str, ...], stages: tuple[str, ...], first: int, last: int | None, ids: tuple[str, ...] = ()
) -> Wanted:
    return Wanted(frozenset(map(Fault, reasons)), frozenset(stages), frozenset(ids), first, last)
