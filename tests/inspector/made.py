"""Entries and records made for tests of the inspector."""

from __future__ import annotations

from typing import Any

from streams.inspector.entries import Entry, dead_letter_entry, page_entry
from streams.records import (
    DeadLetter,
    Enriched,
    Entity,
    Event,
    Evidence,
    Fault,
    Mention,
    Provenance,
    Quote,
    Reason,
    Rejection,
    Residue,
    ResidueKind,
    Stage,
    encode,
)

NOW = 1_800_000_000_000  # milliseconds since the epoch
TEXT = 'Ada Quill spoke in Lisbon.\n\n"The bridge will stay," Ada Quill said.'


def enriched(number: int = 0, **fields: Any) -> Enriched:
    """An enriched page with an entity, a quotation with its speaker, an event and a piece of residue."""
    values: dict[str, Any] = {
        "id": f"page-{number}",
        "url": f"https://news{number % 3}.example/{number}",
        "canonical_url": f"https://news{number % 3}.example/{number}",
        "site": f"news{number % 3}.example",
        "status": 200,
        "title": f"Story {number}",
        "text": TEXT,
        "language": "en",
        "page_type": "article",
        "provenance": Provenance(
            topic="pages.raw",
            partition=0,
            offset=number,
            timings={"clean": 0.05, "dedup": 0.0004, "enrich": 0.3},
        ),
        "residue": (Residue(kind=ResidueKind.SHARE, text="Share this", at=26, evidence="share bar"),),
        "entities": (
            Entity(
                text="Ada Quill",
                label="PERSON",
                mentions=(Mention(start=0, end=9), Mention(start=52, end=61)),
            ),
        ),
        "quotes": (
            Quote(
                quote="The bridge will stay,",
                start=29,
                end=50,
                speaker="Ada Quill",
                speaker_start=52,
                speaker_end=61,
                cue="said",
            ),
        ),
        "events": (
            Event(
                action="speak",
                kind="say",
                start=10,
                end=15,
                sentence_start=0,
                sentence_end=26,
                actor="Ada Quill",
            ),
        ),
    }
    return Enriched(**values | fields)


def rejection(number: int = 0, reason: Reason = Reason.SOFT_404, **fields: Any) -> Rejection:
    """A rejected page with one piece of evidence."""
    values: dict[str, Any] = {
        "id": f"page-{number}",
        "url": f"https://news{number % 3}.example/{number}",
        "site": f"news{number % 3}.example",
        "stage": Stage.DEDUP if reason.value.startswith("duplicate") else Stage.CLEAN,
        "reason": reason,
        "title": f"Gone {number}",
        "excerpt": TEXT[:40],
        "evidence": (
            Evidence(signal="shape", detail="hardly any text", score=0.2),
            Evidence(signal="title_phrase", detail="'not found'", score=0.9),
        ),
        "provenance": Provenance(topic="pages.raw", partition=0, offset=number, timings={"clean": 0.04}),
    }
    return Rejection(**values | fields)


def entry(record: Enriched | Rejection, at: int = NOW, arrived: int = 0) -> Entry:
    """The entry of a record that was written at ``at``."""
    topic = "pages.enriched" if isinstance(record, Enriched) else "pages.rejected"
    return page_entry(encode(record), at, f"{topic}/0/{record.provenance.offset}", arrived)


def letter(number: int = 0, value: bytes | None = b"not JSON", stage: str = "clean", at: int = NOW) -> Entry:
    """The entry of a dead letter."""
    record = DeadLetter(
        id=f"pages.raw/1/{number}", reason=Fault.BAD_RECORD, stage=stage, error="BadRecord", message="no JSON"
    )
    return dead_letter_entry(record, value, at, f"pages.deadletter/1/{number}")
