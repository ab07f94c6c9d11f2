"""``crawlmill topics``: create the topics, or check them against their declaration."""

from __future__ import annotations

import asyncio

import click

from streams.cli import Lazy
from streams.runtime import topics


@click.group("topics")
def command() -> None:
    """Create or check the topics.

    \b
    Example: crawlmill topics create
             crawlmill --set kafka.partitions=32 topics check
    """


@command.command()
@click.pass_obj
def create(obj: Lazy) -> None:
    """Create what is missing. What exists is left as it is.

    \b
    Example: crawlmill --set kafka.bootstrap_servers=kafka:9092 topics create
    """
    settings = obj.settings()
    created = set(asyncio.run(topics.create(settings)))
    for topic in topics.declared(settings):
        click.echo(
            f"{'created' if topic.name in created else 'exists':<8} {topic.name}  partitions={topic.partitions}"
        )


@command.command()
@click.pass_obj
def check(obj: Lazy) -> None:
    """Compare the broker's topics with their declaration; exit code 1 when something differs.

    \b
    Example: crawlmill topics check
    """
    problems = asyncio.run(topics.check(obj.settings()))
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    click.echo("all topics are as declared")
