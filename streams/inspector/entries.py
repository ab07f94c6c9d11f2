"""What the inspector keeps of one page's disposition: the fields that lists and filters need, and the record's bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from streams.records import DeadLetter, Disposition, Evidence, Stage

LONGEST = 2_000  # characters kept of a URL, an id or a title; the whole one is in the record
_LONGEST_WHY = 300  # characters kept of the one-line reason
_LARGEST_RAW = 1_000_000  # bytes of a dead letter's message in which a URL is looked for


class _Provenance(msgspec.Struct, frozen=True):
    topic: str = ""
    partition: int = -1
    offset: int = -1
    timings: dict[str, float] = {}


class _Statistics(msgspec.Struct, frozen=True):
    characters: int | None = None


class _Head(msgspec.Struct):
    """The few fields of an ``Enriched`` or a ``Rejection`` that are read at once. msgspec passes over the others without building them."""

    id: str
    url: str
    disposition: Disposition
    canonical_url: str = ""
    final_url: str | None = None
    site: str = ""
    status: int | None = None
    fetched_at: str | None = None
    title: str | None = None
    stage: str = Stage.ENRICH.value
    reason: str = ""
    evidence: list[Evidence] = []
    page_type: str | None = None
    language: str | None = None
    declared_language: str | None = None
    duplicate_of: str | None = None
    similarity: float | None = None
    cluster: str | None = None
    revision_of: str | None = None
    statistics: _Statistics = _Statistics()
    provenance: _Provenance = _Provenance()


class _Address(msgspec.Struct):
    """What a dead letter's message may say of its page, whatever its type."""

    url: Any = None
    response_url: Any = None
    id: Any = None
    document: Any = None


_heads = msgspec.json.Decoder(_Head)
_addresses = msgspec.json.Decoder(_Address)


@dataclass(slots=True, eq=False)
class Entry:
    """One disposition. ``at`` and ``arrived`` are milliseconds since the epoch, ``arrived`` 0 where it is not known.

    ``raw`` and ``position`` are the places of the raw message and of this record: topic/partition/offset. ``value`` is the record's JSON, None
    once it was dropped from memory; ``size`` is its length all the same.
    """

    id: str
    url: str
    disposition: Disposition
    at: int
    reason: str = ""  # empty for enriched pages
    stage: str = ""
    why: str = ""  # the reason on one line: the strongest evidence
    canonical_url: str = ""
    final_url: str | None = None
    site: str = ""
    status: int | None = None
    title: str | None = None
    page_type: str | None = None
    language: str | None = None
    duplicate_of: str | None = None
    similarity: float | None = None
    cluster: str | None = None
    revision_of: str | None = None
    characters: int | None = None
    clean_seconds: float = 0.0
    enrich_seconds: float = 0.0
    raw: str = ""
    position: str = ""
    arrived: int = 0
    size: int = 0
    value: bytes | None = None

    @property
    def label(self) -> str:
        """The reason, or ``enriched``."""
        return self.reason or str(self.disposition)


def page_entry(value: bytes, at: int, position: str = "", arrived: int = 0) -> Entry:
    """The entry of a record of pages.enriched or pages.rejected. Raises ``msgspec.MsgspecError`` for one that is neither."""
    head = _heads.decode(value)
    rejected = head.disposition == Disposition.REJECTED
    strongest = max(head.evidence, key=lambda item: item.score or 0.0, default=None) if rejected else None
    source = head.provenance
    return Entry(
        id=head.id[:LONGEST],
        url=head.url[:LONGEST],
        disposition=head.disposition,
        at=at,
        reason=head.reason[:_LONGEST_WHY],
        stage=head.stage[:_LONGEST_WHY],
        why="" if strongest is None else f"{strongest.signal}: {strongest.detail}"[:_LONGEST_WHY],
        canonical_url=_other(head.canonical_url, head.url),
        final_url=_other(head.final_url or "", head.url) or None,
        site=head.site[:_LONGEST_WHY],
        status=head.status,
        title=head.title and head.title[:_LONGEST_WHY],
        page_type=head.page_type,
        language=(head.language or head.declared_language or "")[:20] or None,
        duplicate_of=head.duplicate_of and head.duplicate_of[:LONGEST],
        similarity=head.similarity,
        cluster=head.cluster and head.cluster[:LONGEST],
        revision_of=head.revision_of and head.revision_of[:LONGEST],
        characters=head.statistics.characters,
        clean_seconds=source.timings.get(Stage.CLEAN, 0.0),
        enrich_seconds=source.timings.get(Stage.ENRICH, 0.0),
        raw=f"{source.topic}/{source.partition}/{source.offset}" if source.topic else "",
        position=position,
        arrived=arrived,
        size=len(value),
        value=value,
    )


def _other(url: str, than: str) -> str:
    """The URL where it differs from the page's: most are the same, and are not kept twice."""
    return "" if url == than else url[:LONGEST]


def dead_letter_entry(
    letter: DeadLetter, value: bytes | None, at: int, position: str = "", arrived: int = 0
) -> Entry:
    """The entry of a dead letter, with the URL and the id that its unchanged message names, where it is JSON and names them."""
    found = _address(value)
    document = found.document if isinstance(found.document, dict) else {}
    url = letter.url or _text(found.url) or _text(found.response_url) or _text(document.get("url"))
    # Before a page is read its id is not known; its place stands for it.
    page_id = "" if letter.stage == Stage.CLEAN else _text(found.id) or _text(document.get("id"))
    return Entry(
        id=(page_id or letter.id)[:LONGEST],
        url=url,
        disposition=Disposition.DEADLETTER,
        at=at,
        reason=str(letter.reason),
        stage=letter.stage[:_LONGEST_WHY],
        why=f"{letter.error}: {letter.message}"[:_LONGEST_WHY],
        raw=letter.id[:LONGEST],
        position=position,
        arrived=arrived,
        size=len(value or b""),
        value=value,
    )


def _address(value: bytes | None) -> _Address:
    if value is None or len(value) > _LARGEST_RAW:
        return _Address()
    try:
        return _addresses.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Address()  # what cannot be read is the reason why it is a dead letter


def _text(value: object) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""
