"""``crawlmill tail``: follows a topic, formatted on a terminal and as JSON Lines in a pipe."""

from __future__ import annotations

import asyncio
import sys

import click

from streams import topics
from streams.cli import LazySettings
from streams.cli.output.show import show_record
from streams.cli.output.terminal import Terminal
from streams.records import DeadLetter, Foreign, Record, Replayed, encode
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import topic_record


@click.command("tail")
@click.argument("topic", type=click.Choice(topics.NAMES))
@click.option("-n", "--count", type=click.IntRange(min=1), help="Stop after so many records.")
@click.option("--from-start", is_flag=True, help="From the oldest record instead of from now.")
@click.option(
    "--exit", "at_end", is_flag=True, help="Stop at the end of the topic instead of waiting for more."
)
@click.pass_obj
def command(obj: LazySettings, topic: str, count: int | None, from_start: bool, at_end: bool) -> None:
    """Follow a topic: readable on a terminal, JSON Lines when piped.

    \b
    Example: crawlmill tail pages.enriched
             crawlmill tail pages.rejected --from-start --exit | jq -r .reason | sort | uniq -c
    """
    asyncio.run(_tail(obj, topic, count, from_start, at_end))


async def _tail(obj: LazySettings, topic: str, count: int | None, from_start: bool, at_end: bool) -> None:
    console = Terminal() if sys.stdout.isatty() else None
    seen = 0
    async for message in follow(obj.settings(), [topic], from_start=from_start, at_end=at_end):
        record = topic_record(topic, message)
        if isinstance(record, Replayed):
            continue  # not a dead letter; crawlmill deadletters list shows which were replayed
        if console is not None:
            show_record(console, record, message.value or b"")
        else:
            click.echo(_json_line(record, message.value or b""))
        seen += 1
        if count is not None and seen >= count:
            return


def _json_line(record: Record | None, value: bytes) -> str:
    """The message as one line: its value, but the decoded record for dead letters (kept in headers) and foreign records."""
    if isinstance(record, DeadLetter | Foreign):
        return encode(record).decode()
    return value.decode("utf-8", "replace").replace("\n", " ").replace("\r", " ")
