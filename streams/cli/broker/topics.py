"""``crawlmill topics``: creates the topics, checks them against their declaration, prints the access control list."""

from __future__ import annotations

import asyncio

import click

from streams import topics
from streams.cli import LazySettings
from streams.runtime.kafka import topic_admin, topic_check
from streams.runtime.kafka.acls import ROLES, commands


@click.group("topics")
def command() -> None:
    """Create or check the topics, or print the access list for them.

    \b
    Example: crawlmill topics create
             crawlmill --set kafka.partitions=32 topics check
    """


@command.command()
@click.pass_obj
def create(obj: LazySettings) -> None:
    """Create the missing topics. Existing ones are left unchanged.

    \b
    Example: crawlmill --set kafka.bootstrap_servers=kafka:9092 topics create
    """
    settings = obj.settings()
    created = set(asyncio.run(topic_admin.create(settings)))
    names = [topic.name for topic in topics.declared(settings)]
    counts = asyncio.run(topic_admin.partition_counts(settings, names))
    for name in names:
        click.echo(f"{'created' if name in created else 'exists':<8} {name}  partitions={counts[name]}")


@command.command()
@click.pass_obj
def check(obj: LazySettings) -> None:
    """Compare the broker's topics with their declaration; exit code 1 when something differs.

    \b
    Example: crawlmill topics check
    """
    settings = obj.settings()
    differences = asyncio.run(topic_check.check(settings))
    for difference in differences:
        click.echo(difference.text)
        if difference.remedy:
            click.echo(f"  {difference.remedy}")
    if differences:
        raise SystemExit(1)
    for note in asyncio.run(topic_check.other_counts(settings)):
        click.echo(note)
    click.echo("all topics are as declared")


@command.command()
@click.option(
    "--as",
    "principals",
    multiple=True,
    metavar="ROLE=PRINCIPAL",
    help=f"The principal of a role, if not User:ROLE; may be repeated. Roles: {', '.join(ROLES)}.",
)
@click.pass_obj
def acls(obj: LazySettings, principals: tuple[str, ...]) -> None:
    """Print the access control list as a script for Kafka's kafka-acls.sh: the fewest permissions for each role.

    \b
    Example: crawlmill topics acls --as worker=User:mill > acls.sh
    """
    named = dict(principal.partition("=")[::2] for principal in principals)
    wrong = [role for role, principal in named.items() if role not in ROLES or not principal.strip()]
    if wrong:
        raise click.BadParameter(
            f"{', '.join(wrong)}: expected ROLE=PRINCIPAL, such as worker=User:mill", param_hint="--as"
        )
    for line in commands(obj.settings(), named):
        click.echo(line)
