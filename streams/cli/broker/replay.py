"""``crawlmill replay``: sends documents through a stage once more, after an upgrade of its models."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec
from rich.progress import MofNCompleteColumn, Progress, TextColumn

from streams.cli import LazySettings
from streams.cli.broker.selection import since_ms
from streams.cli.output.terminal import Terminal
from streams.errors import BadInput
from streams.records import Stage
from streams.runtime.kafka.replay_plan import Plan, plan, resumable
from streams.runtime.kafka.stage_replay import Found, Pace, replay
from streams.settings import Settings
from streams.wording import counted, noun

_PROGRESS = "crawlmill-replay.json"


@click.command("replay")
@click.option(
    "--since", metavar="AGO|TIME", help="Documents cleaned since then: 2d, 12h, or a date and time."
)
@click.option("--stage", type=click.Choice([Stage.ENRICH.value]), default=Stage.ENRICH.value, show_default=True, help="The stage to run again.")  # fmt: skip
@click.option(
    "--rate", type=click.FloatRange(min=0.01), default=20.0, show_default=True,
    help="Documents a second. Enrichment goes before cleaning, so leave room for new pages.",
)  # fmt: skip
@click.option(
    "--ahead", type=click.IntRange(min=1), default=1_000, show_default=True,
    help="Wait while the workers have more documents than this before them.",
)  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), help="So many documents at most.")
@click.option("--dry-run", is_flag=True, help="Read and count; send nothing.")
@click.option("--resume", is_flag=True, help="Go on where an interrupted replay stopped.")
@click.option("--progress", type=click.Path(dir_okay=False, path_type=Path), default=_PROGRESS, show_default=True, help="File that remembers how far a replay is.")  # fmt: skip
@click.option("--partial", is_flag=True, help="Replay what is left where retention has deleted the rest.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(
    obj: LazySettings, since: str | None, stage: str, rate: float, ahead: int, limit: int | None, dry_run: bool, resume: bool,
    progress: Path, partial: bool, yes: bool,
) -> None:  # fmt: skip
    """Enrich documents of pages.clean again, as after an upgrade of a model or of crawlmill. Workers have to run.

    \b
    Example: crawlmill replay --since 2d --stage enrich --dry-run
             crawlmill replay --since 2d --stage enrich --rate 50 --yes
    """
    if (since is None) != resume:
        raise click.UsageError("one of --since and --resume is needed, and not both")
    settings = obj.settings()
    todo = asyncio.run(_plan(settings, since, progress, partial))
    with _bar(todo) as shown:
        if dry_run:
            found = asyncio.run(replay(settings, todo, None, limit=limit, advance=shown))
        else:
            if not yes and todo.offsets:
                click.confirm(
                    f"Enrich up to {counted(todo.offsets, 'document')} again?", abort=True, err=True
                )
            found = asyncio.run(_run(settings, todo, Pace(rate, ahead), limit, progress, shown))
            if not todo.offsets:
                progress.unlink(missing_ok=True)
    _summary(stage, found, todo, rate, dry_run)


async def _plan(settings: Settings, since: str | None, progress: Path, partial: bool) -> Plan:
    """The plan to carry out. Raises :class:`BadInput` for one that is unfinished and not resumed, and where there is none to resume."""
    stored = _stored(progress)
    if since is None:
        if stored is None:
            raise BadInput(f"{progress}: no replay was interrupted; begin one with --since")
        return await resumable(settings, stored, partial=partial)
    if stored is not None and stored.offsets:
        raise BadInput(
            f"{progress}: a replay of documents since {stored.since} was interrupted after {stored.documents:,} of them; go on with --resume, or delete "
            "the file to begin anew"
        )
    stamp = since_ms(since)
    if stamp > time.time() * 1_000:
        raise click.BadParameter(
            f"{since!r} is to come: no documents are from since then", param_hint="--since"
        )
    return await plan(settings, datetime.fromtimestamp(stamp / 1_000, UTC), partial=partial)


def _stored(progress: Path) -> Plan | None:
    try:
        stored = msgspec.json.decode(progress.read_bytes(), type=Plan)
        _ = stored.since_ms  # it is a time
        return stored
    except FileNotFoundError:
        return None
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise BadInput(
            f"{progress}: not the progress of a replay: {error}; name another file with --progress"
        ) from error


async def _run(
    settings: Settings, todo: Plan, pace: Pace, limit: int | None, progress: Path, shown: _Shown
) -> Found:
    remember(progress, todo)
    return await replay(
        settings, todo, pace, limit=limit, advance=shown, save=functools.partial(remember, progress)
    )


def remember(progress: Path, todo: Plan) -> None:
    """Replace the file of a replay's progress at once: a crash leaves the one before. Raises :class:`BadInput`."""
    new = progress.with_name(f"{progress.name}.new")
    try:
        new.write_bytes(msgspec.json.encode(todo) + b"\n")
        new.replace(progress)
    except OSError as error:
        raise BadInput(
            f"{progress}: cannot be written: {error.strerror}; name another file with --progress"
        ) from error


class _Shown:
    """Shows on stderr how far a replay is."""

    def __init__(self, bar: Progress, todo: Plan) -> None:
        self._bar = bar
        self._task = bar.add_task("documents", total=todo.offsets or None)

    def __call__(self, found: Found, waiting: int) -> None:
        text = f"waiting: the workers have {waiting:,} before them" if waiting else "documents"
        self._bar.update(
            self._task, completed=found.documents + found.appended + found.older, description=text
        )


@contextlib.contextmanager
def _bar(todo: Plan) -> Iterator[_Shown]:
    columns = (TextColumn("{task.description}"), MofNCompleteColumn())
    with Progress(*columns, console=Terminal(stderr=True), disable=not sys.stderr.isatty()) as bar:
        yield _Shown(bar, todo)


def _summary(stage: str, found: Found, todo: Plan, rate: float, dry_run: bool) -> None:
    left = (
        f"; {todo.offsets:,} {noun(todo.offsets, 'is', 'are')} left: --resume"
        if todo.offsets and not dry_run
        else ""
    )
    if found.appended:
        left += f"; {found.appended:,} of earlier replays passed over"
    if dry_run:
        minutes = found.documents / rate / 60
        click.echo(
            f"{counted(found.documents, 'document')} ({found.bytes / 1e6:,.1f} MB) since {todo.since} would be enriched again, at {rate:g} a second "
            f"in {counted(round(minutes), 'minute')}{left}"
        )
    else:
        click.echo(
            f"{counted(found.documents, 'document')} since {todo.since} sent to the stage {stage}{left}"
        )
