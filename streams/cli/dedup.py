"""``crawlmill dedup``: empty the memory of near-duplicates, or fill an empty one from pages.clean."""

from __future__ import annotations

import asyncio

import click

from streams.cli import Lazy
from streams.runtime.state import rebuild

_EVERY = 1_000  # documents between two lines of progress


@click.group("dedup")
def command() -> None:
    """Empty the memory of near-duplicates, or fill an empty one. Stop the workers first.

    \b
    Example: crawlmill dedup forget --yes && crawlmill dedup warm
    """


_force = click.option("--force", is_flag=True, help="Even though the consumer group has members.")


@command.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@_force
@click.pass_obj
def forget(obj: Lazy, yes: bool, force: bool) -> None:
    """Start with an empty memory: every page is new. On other machines, remove worker.data_dir as well.

    \b
    Example: crawlmill dedup forget --yes
    """
    settings = obj.settings()
    if not yes:
        click.confirm("Every page that was seen before will count as new. Go on?", abort=True)
    asyncio.run(rebuild.forget(settings, force=force))
    click.echo("the buckets are empty")


@command.command()
@_force
@click.pass_obj
def warm(obj: Lazy, force: bool) -> None:
    """Fill an empty memory with the documents in pages.clean: copies of them are recognised again.

    \b
    Example: crawlmill dedup warm
    """

    def tell(count: int) -> None:
        if count % _EVERY == 0:
            click.echo(f"{count:,} documents", err=True)

    count = asyncio.run(rebuild.warm(obj.settings(), tell, force=force))
    click.echo(f"{count:,} documents are remembered")
