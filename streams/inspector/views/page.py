"""One page: its way through the stages with evidence and times, its text, its original and copies, its revisions, its record."""

from __future__ import annotations

import shlex
from typing import Any, NamedTuple

import msgspec

from streams.inspector.diff import Difference, difference
from streams.inspector.entries import Entry
from streams.inspector.marked_text import Stretch, marked
from streams.inspector.store import Store
from streams.records import Disposition, Enriched, Evidence, Rejection, Stage
from streams.wording import counted, noun

_LARGEST_SHOWN = 300_000  # characters of a raw record on the page
_MORE = 500  # characters of an original beyond twice the length of a copy that are compared with it
_MOST_RELATED = 50  # copies and revisions listed


class Step(NamedTuple):
    """One stage of a page's way. ``verdict`` is what the stage decided, ``seconds`` its CPU time, None where it is not known."""

    stage: str
    verdict: str
    passed: bool
    seconds: float | None
    evidence: tuple[Evidence, ...] = ()
    note: str = ""


class Comparison(NamedTuple):
    """The text of this page beside that of another one."""

    other: Entry
    difference: Difference | None
    note: str  # what is compared, or why nothing is


class PageView(NamedTuple):
    """Everything known of one page. ``document`` is there for enriched pages, ``rejection`` for rejected ones."""

    entry: Entry
    steps: list[Step]
    latency: float | None  # seconds from arrival to this record
    document: Enriched | None
    rejection: Rejection | None
    text: list[Stretch]
    original: Entry | None
    comparisons: list[Comparison]
    copies: list[Entry]
    revisions: list[Entry]
    raw: str
    raw_cut: bool
    replay: str  # the command that replays a dead letter
    where: str  # the command that finds its records on the topics


def page_view(store: Store, entry: Entry, value: bytes | None, other_value: bytes | None = None) -> PageView:
    """The view of an entry whose record is ``value``; ``other_value`` is the record of :func:`counterpart`."""
    record = _record(entry, value)
    document = record if isinstance(record, Enriched) else None
    rejection = record if isinstance(record, Rejection) else None
    raw = _pretty(value)
    dead = entry.disposition == Disposition.DEADLETTER
    return PageView(
        entry,
        _steps(entry, record),
        (entry.at - entry.arrived) / 1_000 if entry.arrived else None,
        document,
        rejection,
        [] if document is None else marked(document),
        store.find(entry.duplicate_of) if entry.duplicate_of else None,
        _comparisons(store, entry, record, other_value),
        store.copies_of(entry.id)[:_MOST_RELATED],
        [other for other in store.revisions(entry.canonical_url or entry.url) if other is not entry][
            -_MOST_RELATED:
        ],
        raw[:_LARGEST_SHOWN],
        len(raw) > _LARGEST_SHOWN,
        f"crawlmill deadletters replay --id {shlex.quote(entry.raw)}" if dead else "",
        f"crawlmill where {shlex.quote(entry.id)}",
    )


def counterpart(store: Store, entry: Entry) -> Entry | None:
    """The entry with which a page is compared: its original, or what it revises; None where it is not known."""
    name = entry.duplicate_of or entry.revision_of
    found = store.find(name) if name else None
    return None if found is entry else found


def _record(entry: Entry, value: bytes | None) -> Enriched | Rejection | None:
    """The whole record; None for a dead letter, and where it is gone or was written by a later version in another shape."""
    if value is None or entry.disposition == Disposition.DEADLETTER:
        return None
    kind: type[Any] = Enriched if entry.disposition == Disposition.ENRICHED else Rejection
    try:
        found: Enriched | Rejection = msgspec.json.decode(value, type=kind)
    except (msgspec.MsgspecError, RecursionError):
        return None
    return found


def _steps(entry: Entry, record: Enriched | Rejection | None) -> list[Step]:
    """The stages that the page went through, and what the last one decided."""
    order = [Stage.CLEAN, Stage.DEDUP, Stage.ENRICH]
    last = order.index(Stage(entry.stage)) if entry.stage in order else 0
    lookups = None if record is None else record.provenance.timings.get(Stage.DEDUP)
    seconds = {
        Stage.CLEAN: entry.clean_seconds or None,
        Stage.DEDUP: lookups,
        Stage.ENRICH: entry.enrich_seconds or None,
    }
    evidence = () if record is None else record.evidence
    steps = []
    for stage in order[: last + 1]:
        ends = stage == order[last] and entry.disposition != Disposition.ENRICHED
        verdict, note = (entry.label, entry.why) if ends else _passed(stage, entry, record)
        against = evidence if ends or (stage == Stage.CLEAN and isinstance(record, Enriched)) else ()
        if entry.disposition == Disposition.DEADLETTER:
            against = ()
        steps.append(
            Step(stage.value, verdict, not ends, seconds.get(stage), against, "" if against else note)
        )
    return steps


def _passed(stage: Stage, entry: Entry, record: Enriched | Rejection | None) -> tuple[str, str]:
    """What a stage found of a page that it let pass."""
    if stage == Stage.CLEAN:
        kind = entry.page_type or "document"
        cut = len(record.residue) if isinstance(record, Enriched) else 0
        return kind, f"{counted(cut, 'piece')} of residue cut" if cut else ""
    if stage == Stage.DEDUP:
        return ("revision", f"revises {entry.revision_of}") if entry.revision_of else ("no copy", "")
    if isinstance(record, Enriched):
        return "enriched", (
            f"{record.language or 'no language'}; {counted(len(record.entities), 'entity', 'entities')}, {counted(len(record.quotes), 'quotation')}, "
            f"{counted(len(record.events), 'event')}"
        )
    return "enriched", ""


def _comparisons(
    store: Store, entry: Entry, record: Enriched | Rejection | None, other_value: bytes | None
) -> list[Comparison]:
    other = counterpart(store, entry)
    if other is None or record is None:
        return []
    theirs = _record(other, other_value)
    if theirs is None:
        return [
            Comparison(other, None, "The other record is no longer in memory and was not found on its topic.")
        ]
    mine, whole = _text(record)
    text, _ = _text(theirs)
    if not whole:
        kept = counted(len(mine), "character")
        note = (
            f"A rejected page keeps the first {kept} of its text (cleaning.excerpt_characters): "
            f"{noun(len(mine), 'it is', 'they are')} compared with the beginning of the other text."
        )
        # A little more of the original, since the copy may lack something at its beginning.
        compared = text[: 2 * len(mine) + _MORE]
        return [Comparison(other, difference(compared, mine, beginning=True), note)]
    return [Comparison(other, difference(text, mine), "")]


def _text(record: Enriched | Rejection) -> tuple[str, bool]:
    """The text of a record, and whether it is all of it."""
    return (record.text, True) if isinstance(record, Enriched) else (record.excerpt, False)


def _pretty(value: bytes | None) -> str:
    if value is None:
        return ""
    try:
        return msgspec.json.format(value, indent=2).decode("utf-8", "replace")
    except (msgspec.MsgspecError, RecursionError):
        return value.decode("utf-8", "replace")
