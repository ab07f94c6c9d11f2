"""Bucket entries: built from candidates, and dropped when they are older than ``dedup.window_hours``."""

from __future__ import annotations

from typing import Protocol

import msgspec
import xxhash

from streams.dedup.bucket import Bucket, CopyEntry, DocumentEntry, short_id, short_signature, short_url
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


def document_entry(candidate: Candidate, lineage: Lineage, seen: int) -> DocumentEntry:
    """The entry of a document that is not a copy. Only the URL's bucket, the first, records what it revises."""
    document, first = candidate.document, candidate.bucket_index == 0
    name = short_id(document.id)
    cluster = short_id(lineage.cluster or document.id)
    return DocumentEntry(
        when=seen,
        id=name,
        url=short_url(document.url),
        url_hash=url_hash(candidate),
        signature=short_signature(candidate.fingerprint.signature),
        digest=digest(candidate),
        cluster=None if cluster == name else cluster,
        revision_of=short_id(lineage.revision_of) if first and lineage.revision_of else None,
        revision_similarity=lineage.revision_similarity if first else None,
    )


def copy_entry(candidate: Candidate, verdict: Verdict, now: int, mark: bytes = b"") -> CopyEntry:
    """The entry of a rejected copy; ``now`` is milliseconds since the epoch."""
    return CopyEntry(
        when=now,
        id=short_id(candidate.document.id),
        reason=verdict.reason,
        of_id=short_id(verdict.of_id),
        of_url=short_url(verdict.of_url),
        similarity=verdict.similarity,
        cluster=short_id(verdict.cluster),
        digest=digest(candidate),
        mark=mark,
    )


def unexpired(bucket: Bucket, now: int, options: Dedup) -> Bucket:
    """The bucket without entries older than the window; ``now`` is milliseconds since the epoch."""
    oldest = now - options.window_hours * _HOUR
    return msgspec.structs.replace(
        bucket,
        documents=tuple(entry for entry in bucket.documents if entry.when >= oldest),
        copies=tuple(entry for entry in bucket.copies if entry.when >= oldest),
    )


def url_hash(candidate: Candidate) -> bytes:
    """The 8-byte hash of a candidate's canonical URL, or of its URL where it has none."""
    document = candidate.document
    return xxhash.xxh3_64_digest((document.canonical_url or document.url).encode("utf-8", "surrogatepass"))


def digest(candidate: Candidate) -> bytes:
    """The first 8 bytes of the text's digest: enough to tell texts apart within one bucket."""
    return bytes.fromhex(candidate.fingerprint.digest)[:8]
