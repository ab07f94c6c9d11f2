"""Near-duplicate detection by MinHash and LSH buckets: is a document a copy, and of which one? See docs/dedup.md.

A bucket holds the documents that share a URL or one band of their MinHash signature.
"""

from streams.dedup.bucket import decode_bucket, merge
from streams.dedup.corrections import correct, insert
from streams.dedup.fingerprint import fingerprint
from streams.dedup.lookup import Lookup, look_up
from streams.dedup.route import (
    Buckets,
    Deduplicator,
    Progress,
    advance,
    apply_correction,
    apply_corrections,
    bucket_key,
    corrections_for,
    next_step,
)
from streams.dedup.verdicts import Duplicate, Pass

__all__ = [
    "Buckets",
    "Deduplicator",
    "Duplicate",
    "Lookup",
    "Pass",
    "Progress",
    "advance",
    "apply_correction",
    "apply_corrections",
    "bucket_key",
    "correct",
    "corrections_for",
    "decode_bucket",
    "fingerprint",
    "insert",
    "look_up",
    "merge",
    "next_step",
]
