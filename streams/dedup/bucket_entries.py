"""Bucket entries: built from candidates, and dropped when their window is over."""

from __future__ import annotations

from typing import Protocol

import msgspec
import xxhash

from streams.dedup.bucket import Memory, Passed, Turned, address, identity, short
from streams.records import Candidate, Lineage, Reason
from streams.settings import Dedup

_HOUR = 3_600_000  # milliseconds


class Verdict(Protocol):
    """Which document a copy is a copy of, and how similar the two are."""

    @property
    def reason(self) -> Reason: ...
    @property
    def of_id(self) -> str: ...
    @property
    def of_url(self) -> str: ...
    @property
    def similarity(self) -> float: ...
    @property
    def cluster(self) -> str: ...


def passed(candidate: Candidate, lineage: Lineage, seen: int) -> Passed:
    """The entry of a document that is not a copy. Only the URL's bucket, the first, records what it revises."""
    document, first = candidate.document, candidate.bucket_index == 0
    name = identity(document.id)
    cluster = identity(lineage.cluster or document.id)
    return Passed(
        when=seen,
        id=name,
        url=address(document.url),
        place=place(candidate),
        signature=short(candidate.fingerprint.signature),
        digest=digest(candidate),
        cluster=None if cluster == name else cluster,
        revision_of=identity(lineage.revision_of) if first and lineage.revision_of else None,
        revision_similarity=lineage.revision_similarity if first else None,
    )


def turned(candidate: Candidate, verdict: Verdict, now: int) -> Turned:
    """The entry of a rejected copy; ``now`` is milliseconds since the epoch."""
    return Turned(
        when=now,
        id=identity(candidate.document.id),
        reason=verdict.reason,
        of_id=identity(verdict.of_id),
        of_url=address(verdict.of_url),
        similarity=verdict.similarity,
        cluster=identity(verdict.cluster),
        digest=digest(candidate),
    )


def unexpired(known: Memory, now: int, options: Dedup) -> Memory:
    """What of a memory is within the window; ``now`` is milliseconds since the epoch."""
    oldest = now - options.window_hours * _HOUR
    return msgspec.structs.replace(
        known,
        passed=tuple(entry for entry in known.passed if entry.when >= oldest),
        turned=tuple(entry for entry in known.turned if entry.when >= oldest),
    )


def place(candidate: Candidate) -> bytes:
    """The 8-byte hash of a candidate's canonical URL, or of its URL where it has none."""
    document = candidate.document
    return xxhash.xxh3_64_digest((document.canonical_url or document.url).encode("utf-8", "surrogatepass"))


def digest(candidate: Candidate) -> bytes:
    """The first 8 bytes of the text's digest: enough to tell texts apart within one bucket."""
    return bytes.fromhex(candidate.fingerprint.digest)[:8]
