"""``crawlmill explain``: processes one page without Kafka and prints every step."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.rule import Rule

from streams import dedup, feeding, intake, pipeline
from streams.cleaning.decode.body import NotAPage, decode_body
from streams.cleaning.extract.explanation import Fate, block_fate, explain_blocks
from streams.cleaning.extract.fallback import SIGNAL as EXTRACTION
from streams.cli import LazySettings, file_names
from streams.cli.output.show import article, details, rejection
from streams.cli.output.terminal import Terminal
from streams.errors import BadInput, BadRecord
from streams.nlp import Models
from streams.records import Candidate, Document, Message, RawPage, Rejection
from streams.settings import Settings
from streams.wording import counted

_PREVIEW = 300  # characters of the text shown between the steps
_BLOCKS, _BLOCK_PREVIEW = 400, 60  # blocks shown, and characters of each

_LEGEND = (
    "in brackets what weighed most for it, of the block and the elements around it: t: an element, c: a class, i: an id, "
    "r: a role or itemprop, n: the inline element that begins the text, s: a word of a short text, l: of a long one, "
    "x: the whole of a very short one; above: the heading before it"
)


@click.command("explain")
@click.argument("path", shell_complete=file_names)
@click.option(
    "--id",
    "wanted",
    help="Of a file with many pages, the one with this id (or file:line); default: the first.",
)
@click.pass_obj
def command(obj: LazySettings, path: str, wanted: str | None) -> None:
    """One page through the core: every decision, its evidence, what was cut, what was found.

    PATH is a file or folder as feed takes it, or - for one record on standard input. Of several pages it is the first, unless
    --id names another.

    \b
    Example: crawlmill explain page.html
             crawlmill explain seeds/errors.jsonl --id err-soft404-de
    """
    console = Terminal(file=sys.stdout)
    message, origin, more = _pick(path, wanted)
    if more:
        click.echo(
            "crawlmill: the first of several pages; --id chooses another, by its id or as FILE:LINE", err=True
        )
    explain(console, message, origin, obj.settings())


def explain(console: Console, message: Message, origin: str, settings: Settings) -> None:
    """Process one page and print each step with its decision and evidence."""
    console.print(Rule("intake", align="left"))
    console.print(f"from {escape(origin)}, {counted(len(message.value or b''), 'byte')}")
    try:
        page = intake.read(message)
        _show_page(console, page)
        console.print(Rule("clean", align="left"))
        outcome = pipeline.clean(message, settings)
    except BadRecord as error:
        console.print(f"[magenta]dead letter[/] [bold]{error.code}[/]: {escape(str(error))}")
        return
    if isinstance(outcome, Rejection):
        console.print(rejection(outcome))
        if outcome.excerpt:
            console.print(f"its text began: [dim]{escape(outcome.excerpt[:_PREVIEW])}[/]")
        return
    _show_candidate(console, outcome)
    _show_blocks(console, page, outcome.document, settings)
    console.print(Rule("dedup", align="left"))
    console.print(
        f"{counted(outcome.fingerprint.shingles, 'distinct shingle')}; buckets in order, u: by URL, c1 to c3: by content: {', '.join(outcome.fingerprint.bucket_keys)}"
    )
    step = dedup.Deduplicator(settings.dedup).check(outcome, int(time.time() * 1_000))
    if isinstance(step, Rejection):
        console.print(rejection(step))
        return
    console.print("no copy of anything: explain looks pages up in an empty dedup table")
    console.print(Rule("enrich", align="left"))
    enriched = pipeline.enrich([step], Models.load(settings.nlp))[0]
    console.print(
        f"language {enriched.language} ({enriched.language_confidence:.0%}), declared {escape(enriched.declared_language or 'nothing')}"
    )
    console.print(f"model {enriched.provenance.model or 'none'}; covered: {', '.join(enriched.nlp_coverage)}")
    console.print(article(enriched))


def _show_page(console: Console, page: RawPage) -> None:
    console.print(f"recognised as [bold]{page.shape}[/], form {page.form}; id {escape(page.id)}")
    console.print(
        f"{escape(page.url)}{f' -> {escape(page.final_url)}' if page.final_url else ''}  status {page.status or 'not given'}"
    )
    if page.attrs:
        console.print(f"carried through as attrs: {escape(', '.join(page.attrs))}")


def _show_candidate(console: Console, candidate: Candidate) -> None:
    document = candidate.document
    console.print(
        f"[green]a document[/]: {counted(len(document.text), 'character')}; canonical URL {escape(document.canonical_url)}"
    )
    if document.page_type:
        console.print(f"  page type: {document.page_type} ({document.page_type_probability:.2f})")
    for name in (
        "title",
        "authors",
        "published_at",
        "published_precision",
        "modified_at",
        "modified_precision",
        "site_name",
        "section",
        "description",
        "image",
    ):
        value = getattr(document, name)
        if value:
            console.print(f"  {name}: {escape(', '.join(value) if isinstance(value, tuple) else str(value))}")
    for line in details(document):
        console.print(f"  {escape(line)}")
    for item in document.evidence:
        said = (
            "how it was read"
            if item.signal == EXTRACTION
            else f"spoke against it and did not win: {item.signal}"
        )
        console.print(f"  {escape(said)}: {escape(item.detail)}")
    for piece in document.residue:
        console.print(
            f"  cut at {piece.at} [red]{piece.kind}[/] ({escape(piece.evidence)}): [dim]{escape(piece.text[:_PREVIEW])}[/]"
        )
    if document.paywalled:
        console.print("  paywalled: only a lead is there, and it is real text")


def _show_blocks(console: Console, page: RawPage, document: Document, settings: Settings) -> None:
    """Print each text block of an HTML page: what became of it, its probability, where it is, the words that weighed most, and it."""
    body = decode_body(page, settings.cleaning.max_bytes)
    if isinstance(body, NotAPage) or body.tree is None:
        return
    choices = explain_blocks(body.tree, page.final_url or page.url)
    fates = [block_fate(choice, document) for choice in choices]
    console.print(
        f"  {sum(fate in (Fate.KEPT, Fate.PART) for fate in fates)} of {counted(len(choices), 'text block')} kept, by probability:"
    )
    console.print(f"  [dim]{_LEGEND}[/]")
    for choice, fate in zip(choices[:_BLOCKS], fates, strict=False):
        mark = f"[{'green' if fate is Fate.KEPT else 'yellow' if fate is Fate.PART else 'red'}]{fate:<4}[/]"
        said = f" ({', '.join(choice.words)})" if choice.words else ""
        text = " ".join(choice.text.split())[:_BLOCK_PREVIEW]
        console.print(f"    {mark} {choice.chance:.2f} {escape(choice.path + said)}: [dim]{escape(text)}[/]")
    if len(choices) > _BLOCKS:
        console.print(f"    … and {len(choices) - _BLOCKS} more")


def _pick(path: str, wanted: str | None) -> tuple[Message, str, bool]:
    """The page with that id or origin (``file:line``), or the first, its origin, and whether it is the first of several.

    Raises :class:`BadInput`.
    """
    if path != "-" and not Path(path).exists():
        raise BadInput(f"{path}: no such file or folder")
    items = feeding.read([path])
    for item in items:
        if wanted is None:
            return item.message, item.origin, path != "-" and next(items, None) is not None
        if wanted == item.origin or _id(item.message) == wanted:
            return item.message, item.origin, False
    raise BadInput(f"{path}: no page{f' with the id {wanted}' if wanted else ''} in it")


def _id(message: Message) -> str | None:
    try:
        return intake.read(message).id
    except BadRecord:
        return None  # an unreadable page has no id; it can be named by file:line
