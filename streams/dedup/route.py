"""The route of a candidate through its LSH buckets, and an in-memory table of buckets for offline use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import msgspec

from streams.dedup.corrections import correct
from streams.dedup.lookup import look_up
from streams.dedup.verdicts import Duplicate, Pass
from streams.records import (
    EXCERPT_CHARACTERS,
    Candidate,
    CleanDocument,
    Copied,
    Document,
    Evidence,
    Page,
    Reason,
    Rejection,
    Stage,
    carry,
)
from streams.settings import Dedup

_PAGE_FIELDS = tuple(field.name for field in msgspec.structs.fields(Page))
_WORDS = {
    Reason.DUPLICATE_URL: "the same canonical URL with the same content",
    Reason.DUPLICATE_EXACT: "the same words in the same order",
    Reason.DUPLICATE_NEAR: "nearly the same text",
    Reason.ERROR_TEMPLATE: "a text that many addresses of the site have, under a title that is about none of them, the same",
}


def bucket_key(candidate: Candidate) -> str:
    """The key of the candidate's next bucket. It is the Kafka key as well, so that copies meet on one partition.

    Raises ``IndexError`` for a candidate whose ``bucket_index`` is out of range.
    """
    if candidate.bucket_index < 0:
        raise IndexError(f"bucket {candidate.bucket_index}")
    return candidate.fingerprint.bucket_keys[candidate.bucket_index]


class Progress(NamedTuple):
    """How far a candidate came: what it is now, corrections for earlier buckets, and counts of lookups and evictions."""

    step: Candidate | CleanDocument | Rejection
    corrections: tuple[Candidate, ...]
    lookups: int
    evicted: int


class Buckets(Protocol):
    """A table of buckets by key, of which some are local and the others are owned by other workers."""

    def get(self, key: str) -> bytes:
        """The value of a local bucket; empty for a new one."""

    def put(self, key: str, value: bytes) -> None:
        """Set the value of a local bucket."""

    def is_local(self, key: str) -> bool:
        """Whether this bucket may be read and written here."""


def advance(candidate: Candidate, buckets: Buckets, now: int, options: Dedup) -> Progress:
    """Look a candidate up in its next bucket, which is local, and in those after it as far as they are.

    Raises as :func:`bucket_key` and :func:`~streams.dedup.lookup.look_up`.
    """
    key, lookups, evicted = bucket_key(candidate), 0, 0
    while True:
        found = look_up(buckets.get(key), candidate, now, options)
        # Also when nothing changed: the value read may not be in the changelog yet, and this write comes after it.
        buckets.put(key, found.value)
        lookups, evicted = lookups + 1, evicted + found.evicted
        step = next_step(candidate, found.verdict)
        if not isinstance(step, Candidate):
            return Progress(step, corrections_for(candidate, found.verdict), lookups, evicted)
        candidate, key = step, bucket_key(step)
        if not buckets.is_local(key):
            return Progress(step, (), lookups, evicted)


def apply_corrections(
    corrections: Iterable[Candidate], buckets: Buckets, now: int, options: Dedup
) -> tuple[Candidate, ...]:
    """Apply corrections to local buckets; returns those for buckets of other workers."""
    left = []
    for correction in corrections:
        if buckets.is_local(bucket_key(correction)):
            apply_correction(correction, buckets, now, options)
        else:
            left.append(correction)
    return tuple(left)


def apply_correction(correction: Candidate, buckets: Buckets, now: int, options: Dedup) -> None:
    """Apply a correction to its bucket, which is local."""
    key = bucket_key(correction)
    buckets.put(key, correct(buckets.get(key), correction, now, options))


def next_step(candidate: Candidate, verdict: Pass | Duplicate) -> Candidate | CleanDocument | Rejection:
    """What a verdict makes of a candidate: for the next bucket, a clean document, or a rejection."""
    if isinstance(verdict, Duplicate):
        return _rejection(candidate, verdict)
    if candidate.bucket_index + 1 < len(candidate.fingerprint.bucket_keys):
        return msgspec.structs.replace(
            candidate,
            bucket_index=candidate.bucket_index + 1,
            lineage=verdict.lineage,
            prior=verdict.prior,
            seen=verdict.seen,
        )
    return CleanDocument.of(candidate.document, verdict.lineage, verdict.seen)


def corrections_for(candidate: Candidate, verdict: Pass | Duplicate) -> tuple[Candidate, ...]:
    """Corrections for the buckets that a copy passed before it was found out, as candidates with ``copied``; none for a pass.

    They have an entry for the copy as for any document, and would name it as the cluster of further copies.
    """
    if isinstance(verdict, Pass):
        return ()
    document = candidate.document
    correction = msgspec.structs.replace(
        candidate,
        document=Document(id=document.id, url=document.url, canonical_url=document.canonical_url, text=""),
        copied=Copied(
            reason=verdict.reason,
            of_id=verdict.of_id,
            of_url=verdict.of_url,
            similarity=verdict.similarity,
            cluster=verdict.cluster,
        ),
    )
    return tuple(
        msgspec.structs.replace(correction, bucket_index=index) for index in range(candidate.bucket_index)
    )


def _rejection(candidate: Candidate, verdict: Duplicate) -> Rejection:
    document = candidate.document
    detail = (
        f"{_WORDS[verdict.reason]} as {verdict.of_id} ({verdict.of_url}), similarity {verdict.similarity:.2f}"
    )
    return Rejection(
        **carry(document, _PAGE_FIELDS),
        stage=Stage.DEDUP,
        reason=verdict.reason,
        evidence=(Evidence(signal="fingerprint", detail=detail, score=verdict.similarity),),
        title=document.title,
        excerpt=document.text[:EXCERPT_CHARACTERS],
        duplicate_of=verdict.of_id,
        duplicate_of_url=verdict.of_url,
        similarity=verdict.similarity,
        cluster=verdict.cluster,
    )


class Deduplicator:
    """All buckets in memory, for one stream in one process: the same lookups as on Kafka, with a dict for the table."""

    def __init__(self, options: Dedup) -> None:
        self._options = options
        self._table: dict[str, bytes] = {}
        self._last = 0
        self.evicted = 0

    def check(self, candidate: Candidate, now: int) -> CleanDocument | Rejection:
        """The outcome for a candidate that arrives at ``now``, milliseconds since the epoch."""
        # A caller may read its clock once for a whole run: the order of arrival must still be told.
        self._last = now = max(now, self._last + 1)
        progress = advance(candidate, self, now, self._options)
        self.evicted += progress.evicted
        apply_corrections(progress.corrections, self, now, self._options)
        if isinstance(progress.step, Candidate):
            raise AssertionError("all buckets are local")
        return progress.step

    def get(self, key: str) -> bytes:
        """See :class:`Buckets`."""
        return self._table.get(key, b"")

    def put(self, key: str, value: bytes) -> None:
        """See :class:`Buckets`."""
        self._table[key] = value

    def is_local(self, key: str) -> bool:
        """True: all of them are."""
        return True
