"""The route of a candidate through its LSH buckets, and an in-memory table of buckets for offline use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Protocol

import msgspec

from streams.dedup.corrections import note
from streams.dedup.lookup import Duplicate, Pass, visit
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
}


def bucket_key(candidate: Candidate) -> str:
    """The key of the bucket that the candidate stands before: Kafka's key, so that copies meet on one partition.

    Raises ``IndexError`` for a candidate that stands before no bucket.
    """
    if candidate.bucket_index < 0:
        raise IndexError(f"bucket {candidate.bucket_index}")
    return candidate.fingerprint.bucket_keys[candidate.bucket_index]


class Walked(NamedTuple):
    """How far a candidate came: what it is there, the notices to be sent, buckets visited, documents they had to forget."""

    step: Candidate | CleanDocument | Rejection
    notices: tuple[Candidate, ...]
    visits: int
    forgotten: int


class Memories(Protocol):
    """What the buckets within reach remember, by key."""

    def known(self, key: str) -> bytes:
        """What a bucket remembers; nothing where nobody has passed it."""

    def remember(self, key: str, value: bytes) -> None:
        """What it remembers from now on."""

    def reaches(self, key: str) -> bool:
        """Whether this bucket is within reach."""


def past(candidate: Candidate, buckets: Memories, now: int, options: Dedup) -> Walked:
    """Past the bucket that the candidate stands before, which is within reach, and those behind it as far as they are.

    Raises as :func:`bucket_key` and :func:`~streams.dedup.lookup.visit`.
    """
    key, visits, forgotten = bucket_key(candidate), 0, 0
    while True:
        outcome = visit(buckets.known(key), candidate, now, options)
        # Also when nothing changed: what is known may not be in the changelog yet, and this write comes behind it.
        buckets.remember(key, outcome.memory)
        visits, forgotten = visits + 1, forgotten + outcome.forgotten
        step = next_step(candidate, outcome.answer)
        if not isinstance(step, Candidate):
            return Walked(step, notices(candidate, outcome.answer), visits, forgotten)
        candidate, key = step, bucket_key(step)
        if not buckets.reaches(key):
            return Walked(step, (), visits, forgotten)


def tell(told: Iterable[Candidate], buckets: Memories, now: int, options: Dedup) -> tuple[Candidate, ...]:
    """Have the buckets that notices stand before take note of them, as far as they are within reach; the notices left over."""
    left = []
    for notice in told:
        if buckets.reaches(bucket_key(notice)):
            hear(notice, buckets, now, options)
        else:
            left.append(notice)
    return tuple(left)


def hear(notice: Candidate, buckets: Memories, now: int, options: Dedup) -> None:
    """The bucket that a notice stands before, which is within reach, takes note of it."""
    key = bucket_key(notice)
    buckets.remember(key, note(buckets.known(key), notice, now, options))


def next_step(candidate: Candidate, answer: Pass | Duplicate) -> Candidate | CleanDocument | Rejection:
    """Where a candidate goes with a bucket's answer: to its next bucket, out into pages.clean, or away."""
    if isinstance(answer, Duplicate):
        return _rejection(candidate, answer)
    if candidate.bucket_index + 1 < len(candidate.fingerprint.bucket_keys):
        return msgspec.structs.replace(
            candidate,
            bucket_index=candidate.bucket_index + 1,
            lineage=answer.lineage,
            prior=answer.prior,
            seen=answer.seen,
        )
    return CleanDocument.of(candidate.document, answer.lineage)


def notices(candidate: Candidate, answer: Pass | Duplicate) -> tuple[Candidate, ...]:
    """What the buckets that a copy had passed are to be told, one candidate with ``copied`` each; none for who passes.

    They hold the copy for an original: whoever is turned away by it would be given its id for a cluster.
    """
    if isinstance(answer, Pass):
        return ()
    document = candidate.document
    told = msgspec.structs.replace(
        candidate,
        document=Document(id=document.id, url=document.url, canonical_url=document.canonical_url, text=""),
        copied=Copied(
            reason=answer.reason,
            of_id=answer.of_id,
            of_url=answer.of_url,
            similarity=answer.similarity,
            cluster=answer.cluster,
        ),
    )
    return tuple(msgspec.structs.replace(told, bucket_index=index) for index in range(candidate.bucket_index))


def _rejection(candidate: Candidate, answer: Duplicate) -> Rejection:
    document = candidate.document
    detail = (
        f"{_WORDS[answer.reason]} as {answer.of_id} ({answer.of_url}), similarity {answer.similarity:.2f}"
    )
    return Rejection(
        **carry(document, _PAGE_FIELDS),
        stage=Stage.DEDUP,
        reason=answer.reason,
        evidence=(Evidence(signal="fingerprint", detail=detail, score=answer.similarity),),
        title=document.title,
        excerpt=document.text[:EXCERPT_CHARACTERS],
        duplicate_of=answer.of_id,
        duplicate_of_url=answer.of_url,
        similarity=answer.similarity,
        cluster=answer.cluster,
    )


class Deduplicator:
    """All buckets in memory, for one stream in one process: the same visits as on Kafka, with a dict for the table."""

    def __init__(self, options: Dedup) -> None:
        self._options = options
        self._table: dict[str, bytes] = {}
        self._last = 0
        self.forgotten = 0

    def walk(self, candidate: Candidate, now: int) -> CleanDocument | Rejection:
        """What becomes of a document that comes at ``now``, milliseconds since the epoch."""
        # A caller may read its clock once for a whole run: who came first must still be told apart.
        self._last = now = max(now, self._last + 1)
        walked = past(candidate, self, now, self._options)
        self.forgotten += walked.forgotten
        tell(walked.notices, self, now, self._options)
        if isinstance(walked.step, Candidate):
            raise AssertionError("all buckets are within reach")
        return walked.step

    def known(self, key: str) -> bytes:
        """See :class:`Memories`."""
        return self._table.get(key, b"")

    def remember(self, key: str, value: bytes) -> None:
        """See :class:`Memories`."""
        self._table[key] = value

    def reaches(self, key: str) -> bool:
        """All of them."""
        return True
