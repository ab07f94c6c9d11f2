"""Near-duplicate detection by MinHash and LSH buckets: is a document a copy, and of which one? See docs/dedup.md.

A bucket holds the documents that share a URL or one band of their MinHash signature.
"""

from streams.dedup.bucket import merge
from streams.dedup.bucket import read as read_memory
from streams.dedup.corrections import note, remember
from streams.dedup.fingerprint import fingerprint
from streams.dedup.lookup import Duplicate, Pass, Visit, visit
from streams.dedup.route import (
    Deduplicator,
    Memories,
    Walked,
    bucket_key,
    hear,
    next_step,
    notices,
    past,
    tell,
)

__all__ = [
    "Deduplicator",
    "Duplicate",
    "Memories",
    "Pass",
    "Visit",
    "Walked",
    "bucket_key",
    "fingerprint",
    "hear",
    "merge",
    "next_step",
    "note",
    "notices",
    "past",
    "read_memory",
    "remember",
    "tell",
    "visit",
]
