"""``crawlmill deadletters``: lists, shows and replays messages that could not be processed."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import click
import msgspec
from rich.markup import escape
from rich.table import Table

from streams.cli import LazySettings
from streams.cli.output.terminal import Terminal
from streams.errors import BadInput
from streams.records import Fault, Stage, encode
from streams.runtime.kafka.dead_letters import (
    Filter,
    Index,
    IndexEntry,
    StoredDeadLetter,
    find,
    message_of,
    read,
)
from streams.runtime.kafka.replay import ReplayResult, replay
from streams.runtime.observability.terminal import harmless
from streams.settings import Settings
from streams.wording import counted, noun

_SHOWN = 2_000  # bytes of a message shown on a terminal


def _filter_options(command: Any) -> Any:
    """Add the options that select dead letters."""
    for option in (
        click.option("--last", type=click.IntRange(min=0), help="Highest offset on pages.deadletter, of each partition."),
        click.option("--first", type=click.IntRange(min=0), default=0, help="Lowest offset on pages.deadletter, of each partition."),
        click.option("--stage", "stages", multiple=True, type=click.Choice([stage.value for stage in Stage]), help="Only those of this stage; may be repeated."),
        click.option("--reason", "reasons", multiple=True, type=click.Choice([str(fault) for fault in Fault]), help="Only those with this reason; may be repeated."),
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
@_filter_options
@click.pass_obj
def listing(
    obj: LazySettings, reasons: tuple[str, ...], stages: tuple[str, ...], first: int, last: int | None
) -> None:
    """One line for each dead letter, with where it was replayed to: a table on a terminal, JSON Lines when piped.

    Records on pages.deadletter that are not dead letters are listed after them.

    \b
    Example: crawlmill deadletters list --stage enrich
             crawlmill deadletters list | jq 'select(.replayed_to == null)'
    """
    selection = _filter(reasons, stages, first, last)
    index = asyncio.run(find(obj.settings()))
    chosen = [letter for letter in index.letters if selection.matches(letter)]
    if sys.stdout.isatty():
        _show_table(index, chosen)
        return
    for letter in chosen:
        replay_record = index.replayed.get(letter.position)
        line = msgspec.to_builtins(letter.details) | {
            "replayed_to": replay_record.to if replay_record else None
        }
        click.echo(msgspec.json.encode(line).decode())
    for record in index.foreign:
        click.echo(encode(record).decode())


def _show_table(index: Index, chosen: list[IndexEntry]) -> None:
    """Print the chosen dead letters, and the foreign records after them, for a terminal."""
    table = Table("id", "reason", "stage", "what happened", "replayed to")
    for letter in chosen:
        details, replay_record = letter.details, index.replayed.get(letter.position)
        table.add_row(
            escape(details.id), details.reason, escape(details.stage), escape(f"{details.error}: {details.message}"[:300]),
            escape(replay_record.to) if replay_record else "",
        )  # fmt: skip
    console = Terminal()
    console.print(table)
    for record in index.foreign:
        console.print(f"[red]no dead letter[/] {escape(record.foreign)}: {escape(record.why[:300])}")
    console.print(f"{len(chosen)} dead letters")


@command.command("show")
@click.argument("ids", nargs=-1, required=True)
@click.pass_obj
def show(obj: LazySettings, ids: tuple[str, ...]) -> None:
    """Show a dead letter's details and its unchanged message; ID is topic/partition/offset, as list prints it.

    \b
    Example: crawlmill deadletters show pages.raw/0/17
             crawlmill deadletters show pages.raw/0/17 > message.bin
    """
    asyncio.run(_show(obj.settings(), frozenset(ids)))


async def _show(settings: Settings, ids: frozenset[str]) -> None:
    """Print details and message of each dead letter. Raises :class:`BadInput` for an unknown id or a lost message."""
    missing = set(ids)
    async for letter in read(settings):
        if not isinstance(letter, StoredDeadLetter) or letter.details.id not in ids:
            continue
        missing.discard(letter.details.id)
        if sys.stdout.isatty():
            click.echo(harmless(encode(letter.details).decode()))
        message = await message_of(settings, letter)
        if message is None:
            raise BadInput(
                f"{letter.details.id}: the dead letter was cut, and its topic no longer holds the message"
            )
        value = message.value or b""
        if not sys.stdout.isatty():
            sys.stdout.buffer.write(value + b"\n")
            continue
        # repr: no control characters of a hostile page reach the terminal.
        click.echo(
            repr(value[:_SHOWN])
            + (f" ... {counted(len(value), 'byte')} in all" if len(value) > _SHOWN else "")
        )
    if missing:
        raise BadInput(f"no dead letter {', '.join(sorted(missing))}; see: crawlmill deadletters list")


@command.command("replay")
@_filter_options
@click.option("--id", "ids", multiple=True, help="Only this one; may be repeated.")
@click.option("--dry-run", is_flag=True, help="Print how many there are and send nothing.")
@click.option("--again", is_flag=True, help="Also those that were replayed before.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation when no filter is given.")
@click.pass_obj
def replaying(
    obj: LazySettings, reasons: tuple[str, ...], stages: tuple[str, ...], first: int, last: int | None,
    ids: tuple[str, ...], dry_run: bool, again: bool, yes: bool,
) -> None:  # fmt: skip
    """Send the unchanged messages back to their topics, each once: a second replay skips those already replayed.

    Without a filter it asks for confirmation. Exit code 1 if some could not be sent.

    \b
    Example: crawlmill deadletters replay --reason crash --dry-run
             crawlmill deadletters replay --id pages.raw/0/17
    """
    selection = _filter(reasons, stages, first, last, ids)
    everything = selection == Filter()
    if everything and not (dry_run or yes or sys.stdin.isatty()):
        raise click.UsageError(
            "this would replay every dead letter: select some with --reason, --stage, --first, --last or --id, or give --yes"
        )
    asyncio.run(_replay(obj.settings(), selection, dry_run=dry_run, again=again, ask=everything and not yes))


async def _replay(settings: Settings, selection: Filter, *, dry_run: bool, again: bool, ask: bool) -> None:
    """Replay the selected dead letters and report on stderr; exits with 1 where some could not be sent."""
    index = await find(settings)
    chosen = [letter for letter in index.letters if selection.matches(letter)]
    due = index.due(chosen, again=again)
    if not again and (before := len(index.due(chosen, again=True)) - len(due)):
        click.echo(
            f"{before} {noun(before, 'was', 'were')} replayed before: --again replays {noun(before, 'it', 'them')} too",
            err=True,
        )
    if index.foreign:
        click.echo(f"{_no_letters(len(index.foreign))}: see crawlmill deadletters list", err=True)
    if dry_run:
        click.echo(f"{counted(len(due), 'dead letter')} would be replayed", err=True)
        return
    if ask and due:
        click.confirm(f"Replay all dead letters, {len(due):,} of them?", abort=True, err=True)
    outcome = await replay(settings, due) if due else ReplayResult(0, ())
    for line in outcome.refused:
        click.echo(harmless(f"not replayed: {line}"), err=True)
    click.echo(f"{counted(outcome.sent, 'dead letter')} replayed", err=True)
    if outcome.refused:
        raise SystemExit(1)


def _no_letters(count: int) -> str:
    return f"{counted(count, 'record')} {noun(count, 'is no dead letter', 'are no dead letters')}"


def _filter(
    reasons: tuple[str, ...], stages: tuple[str, ...], first: int, last: int | None, ids: tuple[str, ...] = ()
) -> Filter:
    return Filter(frozenset(map(Fault, reasons)), frozenset(stages), frozenset(ids), first, last)
