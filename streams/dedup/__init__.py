"""Near-duplicate detection by MinHash and LSH buckets: is a document a copy, and of which one? See docs/dedup.md.

A door, in the names here, is an LSH bucket: the documents that share one band of their signature, or a URL.
"""

from streams.dedup.bucket import merge
from streams.dedup.bucket import read as read_memory
from streams.dedup.corrections import note, remember
from streams.dedup.fingerprint import fingerprint
from streams.dedup.lookup import Duplicate, Pass, Visit, visit
from streams.dedup.route import Doors, Memories, Walked, door_key, hear, next_step, notices, past, tell

__all__ = [
    "Doors",
    "Duplicate",
    "Memories",
    "Pass",
    "Visit",
    "Walked",
    "door_key",
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
