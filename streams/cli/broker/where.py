"""``crawlmill where``: the way of one page, from its records on the topics."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import Any

import click
import msgspec
from rich.markup import escape
from rich.table import Table

from streams import topics
from streams.cli import LazySettings
from streams.cli.output.show import dead_letter, rejection
from streams.cli.output.terminal import Terminal
from streams.errors import BadInput
from streams.records import Candidate, CleanDocument, DeadLetter, Enriched, Fact, Rejection
from streams.runtime.inspector.search import Found, search
from streams.settings import Settings
from streams.wording import counted

_COPIES = 20  # shown on a terminal


@click.command("where")
@click.argument("page")
@click.pass_obj
def command(obj: LazySettings, page: str) -> None:
    """Where a page went: every record about it on the topics, with reasons and evidence.

    PAGE is its id, any of its URLs, or the topic/partition/offset of its raw message. A URL with another fragment, scheme, tracking
    parameter or the like is a URL of the same page. All topics but pages.raw are read from their beginning, which may take minutes on a large cluster; the inspector answers from memory.
    Piped, it prints one JSON object a record. Exit code 1 if there is none.

    \b
    Example: crawlmill where https://news.example/2026/harbour
             crawlmill where pages.raw/3/1742 | jq .record.evidence
    """
    page = page.strip().encode("utf-8", "replace").decode()  # as typed or pasted; records are UTF-8
    if not page:
        raise click.UsageError("PAGE is empty: name an id, a URL, or topic/partition/offset")
    found = asyncio.run(_found(obj.settings(), page))
    if not found:
        raise BadInput(
            f"no record on the topics is about {page}: it has not been read yet, or its records are past their retention"
        )
    if sys.stdout.isatty():
        _show(found)
    else:
        for one in found:
            click.echo(msgspec.json.encode(_line(one)).decode())


async def _found(settings: Settings, page: str) -> list[Found]:
    """The records in the order of the stages."""
    found = [one async for one in search(settings, page)]
    order = {name: number for number, name in enumerate(topics.NAMES)}
    return sorted(found, key=lambda one: (one.copy, order[one.topic]))


def _line(one: Found) -> dict[str, Any]:
    return {"topic": one.topic, "position": one.position, "copy": one.copy, "record": one.record}


def _show(found: list[Found]) -> None:
    console = Terminal()
    own, copies = [one for one in found if not one.copy], [one for one in found if one.copy]
    for source in dict.fromkeys(_source(one.record) for one in own):
        if source:
            console.print(f"[dim]{escape(source)}[/]  read")
    facts: Counter[str] = Counter()
    for one in own:
        if isinstance(one.record, Fact):
            facts[one.topic] += 1
            continue
        console.print(f"[dim]{escape(one.position)}[/]", end="  ")
        console.print(_summary(one))
    for topic, number in facts.items():
        console.print(f"[dim]{topic}[/]  {counted(number, 'record')}")
    if copies:
        table = Table(
            "copy",
            "reason",
            "similarity",
            "URL",
            title=f"{counted(len(copies), 'copy', 'copies')} of it",
            title_justify="left",
        )
        for one in copies[:_COPIES]:
            if isinstance(record := one.record, Rejection):
                near = "" if record.similarity is None else f"{record.similarity:.2f}"
                table.add_row(escape(record.id), record.reason, near, escape(record.url))
        console.print(table)


def _source(record: Any) -> str:
    """The place of a record's raw message; empty where it names none."""
    page = record.document if isinstance(record, Candidate) else record
    source = getattr(page, "provenance", None)
    return f"{source.topic}/{source.partition}/{source.offset}" if source is not None and source.topic else ""


def _summary(one: Found) -> Any:
    """What one record says of the page."""
    match one.record:
        case Rejection():
            return rejection(one.record)
        case DeadLetter():
            return dead_letter(one.record)
        case Candidate():
            if one.record.copied is not None:
                return f"a bucket learns that it is a copy of {escape(one.record.copied.of_id)}"
            return f"clean let it pass; on its way to bucket {one.record.bucket_index + 1}"
        case CleanDocument():
            revised = one.record.lineage.revision_of
            return "dedup found no copy" + (f"; it revises {escape(revised)}" if revised else "")
        case Enriched():
            return _enriched(one.record)
        case _:
            return type(one.record).__name__


def _enriched(record: Enriched) -> str:
    timings = ", ".join(
        f"{escape(stage)} {seconds:.3f} s" for stage, seconds in record.provenance.timings.items()
    )
    kind = record.page_type or "document"
    return (
        f"[green]enriched[/] [bold]{escape(record.title or record.url)}[/]\n  {kind}, {escape(record.language or 'no language')}, "
        f"{counted(record.statistics.words, 'word')}, {counted(len(record.entities), 'entity', 'entities')}, {counted(len(record.quotes), 'quotation')}, "
        f"{counted(len(record.events), 'event')}, {counted(len(record.residue), 'piece')} cut\n  [dim]CPU: {timings}[/]"
    )
