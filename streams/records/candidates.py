"""Near-duplicate detection: a document with its fingerprint on pages.candidates."""

from __future__ import annotations

from typing import Annotated

import msgspec

from streams.records.base import CANDIDATE_VERSION, Record
from streams.records.documents import Document, Lineage
from streams.records.labels import Reason


class Fingerprint(Record, frozen=True, kw_only=True):
    """The fingerprint of a document's text for near-duplicate detection."""

    # 128 MinHash values of 16 bits, little-endian.
    signature: Annotated[bytes, msgspec.Meta(min_length=256, max_length=256)]
    # Keys of the LSH buckets in lookup order, the URL's first.
    bucket_keys: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    # Hash of the normalised text, equal for exact copies.
    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    shingles: int  # Number of distinct word n-grams.


class Prior(Record, frozen=True):
    """The previous version of a revision, so that copies of that version do not make the revision a duplicate."""

    signature: bytes  # Of the newest older version.
    since: int  # When its URL first had that text or a similar one, milliseconds since the epoch.


class Copied(Record, frozen=True, kw_only=True):
    """The document of which a candidate is a copy, found in a later bucket than the one being corrected."""

    reason: Reason  # The kind of duplicate.
    of_id: str  # Id of the document that is copied.
    of_url: str  # Its canonical URL.
    similarity: float  # Share of equal signature values, 0 to 1.
    cluster: str  # Id at the end of the chain of copies.


class Candidate(Record, frozen=True, kw_only=True):
    """A document between lookups in its LSH buckets.

    A candidate with ``copied`` is a correction: it has no text, produces no output, and only updates a bucket in which the
    document was looked up before.
    """

    schema: int = CANDIDATE_VERSION  # Version of this record.

    document: Document  # The cleaned document; without its text in a correction.
    fingerprint: Fingerprint  # Fingerprint of its text.
    bucket_index: int = 0  # Index in `bucket_keys` of the next bucket.
    lineage: Lineage = Lineage()  # What the buckets looked up so far have found.
    prior: Prior | None = None  # The previous version, if this is a revision.
    seen: int = 0  # When it was looked up in its first bucket, milliseconds since the epoch.
    copied: Copied | None = None  # In a correction, the document of which this one is a copy.
