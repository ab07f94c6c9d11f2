"""``crawlmill tail``: follows a topic, formatted on a terminal and as JSON Lines in a pipe."""

from __future__ import annotations

import asyncio
import csv
import datetime
import io
import sys
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

import click
import msgspec
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from streams import topics
from streams.cli import LazySettings
from streams.cli.broker.selection import Condition, TopicName, condition, require_field, since_ms
from streams.cli.output.show import show_record
from streams.cli.output.terminal import Terminal
from streams.records import DeadLetter, Foreign, Message, Record, Replayed, Tombstone, encode
from streams.runtime.kafka.follow import Span, follow
from streams.runtime.kafka.topic_records import record_kinds, topic_record

FORMATS = ("auto", "text", "json", "table", "csv")
_CELL = 60  # terminal columns of a table's last cell, which is not padded
_WIDTH = 12  # of other cells, in terminal columns, unless they have their own width or a longer name
_WIDTHS = {
    "partition": 9, "offset": 10, "key": 26, "id": 26, "document_id": 26, "document.id": 26, "site": 20, "document.site": 20,
    "published_at": 25, "event.time_normalised": 25, "title": 40, "quote.speaker": 20, "entity.text": 24, "event.actor": 20,
    "event.target": 24, "event.place": 16, "reason": 16, "error": 20,
}  # fmt: skip
# Columns of tables and CSV, by topic: field paths as in --filter.
_COLUMNS: dict[str, tuple[str, ...]] = {
    topics.ENRICHED: ("id", "site", "language", "page_type", "published_at", "title", "url"),
    topics.CLEAN: ("id", "site", "page_type", "published_at", "title", "url"),
    topics.REJECTED: ("id", "site", "stage", "reason", "title", "url"),
    topics.ENTITIES: ("document_id", "site", "language", "entity.label", "entity.text", "entity.salience"),
    topics.QUOTES: ("document_id", "site", "language", "quote.speaker", "quote.quote"),
    topics.EVENTS: ("document_id", "site", "event.actor", "event.action", "event.target", "event.place", "event.time_normalised"),
    topics.DEADLETTER: ("id", "stage", "reason", "error", "message"),
    topics.CANDIDATES: ("document.id", "document.site", "bucket_index", "document.title"),
}  # fmt: skip
_PLACE = ("partition", "offset", "key")  # of every table, and all that pages.raw has


@click.command("tail")
@click.argument("topic", type=TopicName(topics.NAMES))
@click.option("-n", "--count", type=click.IntRange(min=0), help="Stop after so many records.")
@click.option("--from-start", is_flag=True, help="From the oldest record instead of from now.")
@click.option("--since", metavar="TIME", help="From a time: 2h, 30m, 7d ago, or 2026-05-01T12:00, in UTC unless it ends in a zone (+02:00).")  # fmt: skip
@click.option("--partition", type=click.IntRange(min=0), help="Only this partition.")
@click.option(
    "--offset", type=int, help="From this offset of each partition; -5: from the fifth before the end."
)
@click.option(
    "--exit", "at_end", is_flag=True, help="Stop at the end of the topic instead of waiting for more."
)
@click.option(
    "--filter", "conditions", multiple=True, metavar="FIELD=VALUE",
    help="Only records with this value: language=fr, reason=soft_404, entities.text~Syria (~: contains), site!=a.example. Repeated: all must hold.",
)  # fmt: skip
@click.option("--key", help="Only records with this key.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="auto",
    help="text for people, json (one line a record), table, csv; auto: text on a terminal, json in a pipe.",
)  # fmt: skip
@click.pass_obj
def command(
    obj: LazySettings, topic: str, count: int | None, from_start: bool, since: str | None, partition: int | None, offset: int | None,
    at_end: bool, conditions: Sequence[str], key: str | None, form: str,
) -> None:  # fmt: skip
    """Follow a topic: readable on a terminal, JSON Lines when piped.

    TOPIC is pages.raw, pages.candidates, pages.clean, pages.enriched, pages.quotes, pages.events, pages.entities,
    pages.rejected or pages.deadletter; kafka.topic_prefix is put before it.

    \b
    Example: crawlmill tail pages.enriched --since 2h --filter language=fr --filter entities.text~Syria
             crawlmill tail pages.rejected --from-start --exit | jq -r .reason | sort | uniq -c
    """
    span = Span(partition, offset, None if since is None else since_ms(since))
    wanted = [condition(one) for one in conditions]
    for one in wanted:
        require_field(one, topic, record_kinds(topic))
    if count == 0:
        return
    show = printer(topic, form, sys.stdout.isatty())
    asyncio.run(_tail(obj, topic, count, from_start, at_end, span, wanted, key, show))


Printer = Callable[[Message, Record | None], None]


async def _tail(
    obj: LazySettings, topic: str, count: int | None, from_start: bool, at_end: bool, span: Span,
    wanted: Sequence[Condition], key: str | None, show: Printer,
) -> None:  # fmt: skip
    seen = 0
    async with aclosing(
        follow(obj.settings(), [topic], from_start=from_start, at_end=at_end, span=span)
    ) as found:
        async for message in found:
            if key is not None and (message.key or b"") != key.encode():
                continue
            record = topic_record(topic, message)
            if isinstance(record, Replayed):
                continue  # not a dead letter; crawlmill deadletters list shows which were replayed
            if wanted and not all(one.holds(_plain(record, message)) for one in wanted):
                continue
            show(message, record)
            seen += 1
            if count is not None and seen >= count:
                return


def printer(topic: str, form: str, is_terminal: bool) -> Printer:
    """Return what prints the messages of a topic in a format of :data:`FORMATS`."""
    if form == "auto":
        form = "text" if is_terminal else "json"
    if form == "json":
        return lambda message, record: click.echo(_json_line(record, message.value or b""))
    if form == "text":
        console = Terminal()
        return lambda message, record: show_record(console, record, message.value or b"")
    return _rows(topic, form)


def _rows(topic: str, form: str) -> Printer:
    """Print one line a record with the columns of its topic: CSV with a header, or aligned cells."""
    names = (*_PLACE, *_COLUMNS.get(topic, ()))
    console: Console = Terminal()
    widths = [max(_WIDTHS.get(name, _WIDTH), len(name)) for name in names]

    def line(cells: Sequence[str]) -> None:
        if form == "csv":
            out = io.StringIO()
            csv.writer(out, lineterminator="\n").writerow(cells)
            click.echo(out.getvalue(), nl=False)
        else:
            aligned = [_fitted(cell, width) for cell, width in zip(cells[:-1], widths[:-1], strict=True)]
            last = _shortened(cells[-1], _CELL)
            console.print(Text("  ".join((*aligned, last))), highlight=False, soft_wrap=True)

    line(names)

    def show(message: Message, record: Record | None) -> None:
        plain = _plain(record, message)
        place = [str(message.partition), str(message.offset), (message.key or b"").decode("utf-8", "replace")]
        line([*place, *(_cell(plain, name) for name in _COLUMNS.get(topic, ()))])

    return show


def _fitted(cell: str, width: int) -> str:
    """The cell in exactly so many terminal columns, which are half as many characters of Chinese, Japanese and Korean."""
    shown = _shortened(cell, width)
    return shown + " " * (width - cell_len(shown))


def _shortened(cell: str, width: int) -> str:
    """The cell in at most so many terminal columns: its beginning and its end, since keys differ at both.

    >>> _shortened("https://news.example/2026/05/story-17", 20)
    'https://ne…/story-17'
    """
    if cell_len(cell) <= width:
        return cell
    end = (width - 1) // 2
    head = set_cell_size(cell, width - 1 - end).rstrip(" ") if end else ""
    tail = set_cell_size(cell[::-1], end)[::-1].lstrip(" ")
    return f"{head}…{tail}"


def _cell(plain: Any, path: str) -> str:
    for part in path.split("."):
        plain = plain.get(part) if isinstance(plain, dict) else None
    if plain is None:
        return ""
    if isinstance(plain, datetime.datetime):
        return plain.isoformat()
    return " ".join(str(plain).split())


def _plain(record: Record | None, message: Message) -> Any:
    """The record as dictionaries and lists; the decoded value where a topic has no record class."""
    if record is not None:
        return msgspec.to_builtins(record)
    try:
        return msgspec.json.decode(message.value or b"")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _json_line(record: Record | None, value: bytes) -> str:
    """The message as one line: its value, but the decoded record for dead letters (kept in headers), tombstones and foreign records."""
    if isinstance(record, DeadLetter | Foreign | Tombstone):
        return encode(record).decode()
    return value.decode("utf-8", "replace").replace("\n", " ").replace("\r", " ")
