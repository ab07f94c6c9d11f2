"""Near-duplicate detection: a document with its fingerprint on pages.candidates."""

from __future__ import annotations

from typing import Annotated

import msgspec

from streams.records.base import CANDIDATE_VERSION, Record
from streams.records.documents import Document, Lineage
from streams.records.labels import Reason


class Fingerprint(Record, frozen=True, kw_only=True):
    """What dedup needs to know of a document's text.

    ``signature``: 128 MinHash values of 16 bits, little-endian. ``bucket_keys``: keys of its LSH buckets in the
    order in which they are looked up, the URL's first. ``digest``: of the normalised text, equal for exact copies. ``shingles``: how
    many distinct word n-grams the text has.
    """

    signature: Annotated[bytes, msgspec.Meta(min_length=256, max_length=256)]
    bucket_keys: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    shingles: int


class Prior(Record, frozen=True):
    """What a revision carries of its own past, so that copies of its older versions do not count against it.

    ``signature`` is of the newest older version; ``since`` is when its URL first showed that text or one like it,
    milliseconds since the epoch.
    """

    signature: bytes
    since: int


class Copied(Record, frozen=True, kw_only=True):
    """Which document a candidate was found to be a copy of, in a later bucket than the one being corrected."""

    reason: Reason
    of_id: str
    of_url: str
    similarity: float
    cluster: str


class Candidate(Record, frozen=True, kw_only=True):
    """A document on its way through its LSH buckets. ``bucket_index`` is the next bucket's index in ``bucket_keys``.

    ``seen`` is when it reached its first bucket, milliseconds since the epoch; the lookup there sets it. A candidate with
    ``copied`` is a correction: it has no text, produces no output, and only updates a bucket that the document passed.
    """

    schema: int = CANDIDATE_VERSION

    document: Document
    fingerprint: Fingerprint
    bucket_index: int = 0
    lineage: Lineage = Lineage()
    prior: Prior | None = None
    seen: int = 0
    copied: Copied | None = None
