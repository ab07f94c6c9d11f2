"""Entries of a door's memory: made of candidates, and dropped when their window is over."""

from __future__ import annotations

from typing import Protocol

import msgspec
import xxhash

from streams.dedup.bucket import Memory, Passed, Turned, address, identity, short
from streams.records import Candidate, Lineage, Reason
from streams.settings import Dedup

_HOUR = 3_600_000  # milliseconds


class Verdict(Protocol):
    """Whose copy somebody is."""

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
    """The entry of a document that goes through. Only the URL's door, the first, remembers what it revises."""
    document, first = candidate.document, candidate.door == 0
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
    """The entry of a copy that is turned away."""
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
    """The hash of its canonical URL."""
    document = candidate.document
    return xxhash.xxh3_64_digest((document.canonical_url or document.url).encode("utf-8", "surrogatepass"))


def digest(candidate: Candidate) -> bytes:
    """Half of its text's digest: enough within one door."""
    return bytes.fromhex(candidate.fingerprint.digest)[:8]
