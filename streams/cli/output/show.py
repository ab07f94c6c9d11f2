"""Formats records for a terminal."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from streams.records import DeadLetter, Document, Enriched, Foreign, Record, Rejection, Tombstone, times
from streams.wording import counted

_SHOWN = 12  # entities, quotes and events of an article shown on a terminal
_RAW_SHOWN = 2_000  # bytes shown of a message that is not JSON
_TEXT_SHOWN = 1_500  # characters shown of an article's text
_STYLES = {
    "PERSON": "bold cyan",
    "ORG": "bold yellow",
    "GPE": "bold green",
    "LOC": "bold green",
    "FAC": "green",
}


def show_record(console: Console, record: Record | None, value: bytes) -> None:
    """Print one message of a topic. ``record`` is its decoded form (:func:`streams.runtime.kafka.topic_records.topic_record`)."""
    match record:
        case Enriched():
            console.print(article(record))
        case Rejection():
            console.print(rejection(record))
        case DeadLetter():
            console.print(dead_letter(record))
        case Tombstone():
            console.print(Text.assemble(("deleted", "dim"), f"  {record.key}"))
        case Foreign():
            console.print(foreign(record, value))
        case _:
            _show_json(console, value)


def _show_json(console: Console, value: bytes) -> None:
    try:
        console.print_json(value.decode("utf-8", "replace"))
    except (ValueError, RecursionError):  # Python's decoder allows less nesting than msgspec's
        console.print(Text(repr(value[:_RAW_SHOWN])))


def foreign(record: Foreign, value: bytes) -> RenderableType:
    """A record that does not belong on its topic: its position and the reason, then the beginning of its value."""
    shown = repr(value[:_RAW_SHOWN])
    return Text.assemble(("foreign", "red"), f"  {record.foreign}: {record.why[:_RAW_SHOWN]}\n  {shown}")


def rejection(record: Rejection) -> RenderableType:
    """A rejection: its reason and URL, title, original, and a line for each piece of evidence."""
    lines = [f"[red]rejected[/] [bold]{record.reason}[/]  {escape(record.url)}"]
    if record.title:
        lines.append(f"  [dim]{escape(record.title)}[/]")
    if record.duplicate_of:
        near = "" if record.similarity is None else f" (similarity {record.similarity:.2f})"
        lines.append(f"  copy of {escape(record.duplicate_of)} {escape(record.duplicate_of_url or '')}{near}")
    lines += [f"  {escape(item.signal)}: {escape(item.detail)}" for item in record.evidence]
    return "\n".join(lines)


def dead_letter(record: DeadLetter) -> RenderableType:
    """A dead letter on one line."""
    return f"[magenta]dead letter[/] [bold]{record.reason}[/] in {escape(record.stage)}  {escape(record.id)}: {escape(record.message)}"


def article(record: Enriched) -> RenderableType:
    """An enriched article: metadata, text with highlighted entities, keywords, entities, quotes, events, removed text."""
    parts: list[RenderableType] = [_head(record), *map(Text, details(record)), Text(), _text(record), Text()]
    if record.keywords:
        parts.append(Text.assemble(("keywords  ", "dim"), ", ".join(word.text for word in record.keywords)))
    for table in (_entities(record), _quotes(record), _events(record)):
        if table.row_count:
            parts.append(table)
    if record.residue:
        parts.append(Text("cut from the page", style="dim"))
        parts += [
            Text.assemble((f"  {piece.kind} ", "red"), (_short(piece.text, 140), "strike dim"))
            for piece in record.residue
        ]
    return Panel(Group(*parts), title=escape(record.site or record.url), border_style="blue")


def details(document: Document) -> list[str]:
    """Return a line about each of these that a document has: parts, product."""
    lines: list[str] = []
    if document.parts:
        authors = len({part.author for part in document.parts if part.author})
        stated = [times.shown(part.time, part.time_precision) for part in document.parts if part.time]
        when = f", {min(stated)} to {max(stated)}" if stated else ""
        lines.append(f"parts: {len(document.parts):,} by {counted(authors, 'author')}{when}")
    if document.product:
        price = " ".join(str(value) for value in (document.product.price, document.product.currency) if value)
        known = ", ".join(str(value) for value in (price, document.product.availability) if value)
        lines.append(f"product: {known}")
    return lines


def _head(record: Enriched) -> Text:
    by = f"by {', '.join(record.authors)}" if record.authors else ""
    published = times.shown(record.published_at or "", record.published_precision)
    about = "  ".join(
        part for part in (by, published, f"{record.language} {record.language_confidence:.0%}") if part
    )
    statistics = (
        f"{counted(record.statistics.words, 'word')}, {counted(record.statistics.sentences, 'sentence')}"
    )
    return Text.assemble(
        (record.title or "(no title)", "bold"),
        "\n",
        (f"{about}  {statistics}", "dim"),
        "\n",
        (record.url, "underline dim"),
    )


def _text(record: Enriched) -> Text:
    text = Text(record.text)
    for entity in record.entities:
        for mention in entity.mentions:
            text.stylize(_STYLES.get(entity.label, "magenta"), mention.start, mention.end)
    for quote in record.quotes:
        text.stylize("italic", quote.start, quote.end)
    if len(text) > _TEXT_SHOWN:
        text = text[:_TEXT_SHOWN]
        text.append(" [...]", style="dim")
    return text


def _entities(record: Enriched) -> Table:
    table = _table("entities", "label", "entity", "mentions", "salience")
    for entity in sorted(record.entities, key=lambda entity: -entity.salience)[:_SHOWN]:
        table.add_row(entity.label, escape(entity.text), str(len(entity.mentions)), f"{entity.salience:.2f}")
    return table


def _quotes(record: Enriched) -> Table:
    table = _table("quotes", "speaker", "cue", "quote")
    for quote in record.quotes[:_SHOWN]:
        table.add_row(escape(quote.speaker or "?"), escape(quote.cue or ""), escape(_short(quote.quote, 160)))
    return table


def _events(record: Enriched) -> Table:
    table = _table("events", "who", "did", "whom or what", "where", "when")
    for event in record.events[:_SHOWN]:
        action = f"{'not ' if event.negated else ''}{event.action} ({event.kind})"
        when = times.shown(event.time_normalised or event.time or "", event.time_precision)
        table.add_row(
            *(
                escape(_short(cell or "", 60))
                for cell in (event.actor, action, event.target, event.place, when)
            )
        )
    return table


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", title_style="dim", expand=True)


def _short(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
