"""``crawlmill dedup``: empties the dedup table, or fills an empty one from pages.clean."""

from __future__ import annotations

import asyncio

import click

from streams.cli import LazySettings
from streams.runtime.state import rebuild
from streams.wording import counted, noun

_PROGRESS_EVERY = 1_000  # documents between two progress messages


@click.group("dedup")
def command() -> None:
    """Empty the dedup table, or fill an empty one. Stop the workers first.

    \b
    Example: crawlmill dedup forget --yes && crawlmill dedup warm
    """


_force = click.option("--force", is_flag=True, help="Go on even when the consumer group has members.")


@command.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@_force
@click.pass_obj
def forget(obj: LazySettings, yes: bool, force: bool) -> None:
    """Empty the dedup table: every page will count as new. Workers on other machines set their own tables aside.

    \b
    Example: crawlmill dedup forget --yes
    """
    settings = obj.settings()
    if not yes:
        click.confirm("Every page will count as new, also those processed before. Go on?", abort=True)
    asyncio.run(rebuild.forget(settings, force=force))
    click.echo("the dedup table is empty")


@command.command()
@_force
@click.pass_obj
def warm(obj: LazySettings, force: bool) -> None:
    """Fill an empty dedup table with the documents in pages.clean, so that copies of them are recognised again.

    \b
    Example: crawlmill dedup warm
    """

    def progress(count: int) -> None:
        if count % _PROGRESS_EVERY == 0:
            click.echo(counted(count, "document"), err=True)

    count = asyncio.run(rebuild.warm(obj.settings(), progress, force=force))
    click.echo(f"{counted(count, 'document')} {noun(count, 'is', 'are')} in the dedup table")
