"""Near-duplicate detection: a document with its fingerprint on pages.candidates."""

from __future__ import annotations

from typing import Annotated

import msgspec

from streams.records.base import Record
from streams.records.documents import Document, Lineage
from streams.records.labels import Reason


class Fingerprint(Record, frozen=True, kw_only=True):
    """What dedup needs to know of a document's text.

    ``signature``: 128 MinHash values of 16 bits, little-endian. ``doors``: door keys in the order in which they
    are visited, the URL's first. ``digest``: of the normalised text, equal for exact copies. ``shingles``: how
    many distinct word n-grams the text has.
    """

    signature: Annotated[bytes, msgspec.Meta(min_length=256, max_length=256)]
    doors: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
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
    """Whose copy a document turned out to be, at a door after the one that is told so."""

    reason: Reason
    of_id: str
    of_url: str
    similarity: float
    cluster: str


class Candidate(Record, frozen=True, kw_only=True):
    """A document on its way past the doors. ``door`` is the index of the one it stands before.

    ``seen`` is when it stood before the first, milliseconds since the epoch; that door sets it. ``copied`` makes it
    a notice to a door that the document passed, without its text: nothing comes of it but that the door knows.
    """

    document: Document
    fingerprint: Fingerprint
    door: int = 0
    lineage: Lineage = Lineage()
    prior: Prior | None = None
    seen: int = 0
    copied: Copied | None = None
