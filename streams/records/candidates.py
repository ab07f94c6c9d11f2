"""Near-duplicate detection: a document with its fingerprint on pages.candidates."""

from __future__ import annotations

from typing import Annotated

import msgspec

from streams.records.base import CANDIDATE_VERSION, Record
from streams.records.documents import Document, Lineage
from streams.records.labels import Reason


class Fingerprint(Record, frozen=True, kw_only=True):
    """The fingerprint of a document's text for near-duplicate detection.

    ``signature``: 128 MinHash values of 16 bits, little-endian. ``bucket_keys``: keys of its LSH buckets in lookup order, the
    URL's first. ``digest``: a hash of the normalised text, equal for exact copies. ``shingles``: the number of distinct word
    n-grams.
    """

    signature: Annotated[bytes, msgspec.Meta(min_length=256, max_length=256)]
    bucket_keys: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    shingles: int


class Prior(Record, frozen=True):
    """The previous version of a revision, so that copies of that version do not make the revision a duplicate.

    ``signature``: of the newest older version. ``since``: when its URL first had that text or a similar one, milliseconds since
    the epoch.
    """

    signature: bytes
    since: int


class Copied(Record, frozen=True, kw_only=True):
    """The document of which a candidate is a copy, found in a later bucket than the one being corrected."""

    reason: Reason
    of_id: str
    of_url: str
    similarity: float
    cluster: str


class Candidate(Record, frozen=True, kw_only=True):
    """A document between lookups in its LSH buckets. ``bucket_index``: index in ``bucket_keys`` of the next bucket.

    ``seen``: when it was looked up in its first bucket, milliseconds since the epoch. A candidate with ``copied`` is a correction:
    it has no text, produces no output, and only updates a bucket in which the document was looked up before.
    """

    schema: int = CANDIDATE_VERSION

    document: Document
    fingerprint: Fingerprint
    bucket_index: int = 0
    lineage: Lineage = Lineage()
    prior: Prior | None = None
    seen: int = 0
    copied: Copied | None = None
