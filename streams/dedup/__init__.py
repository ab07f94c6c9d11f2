"""Document -> is it a copy, and of what? Near-duplicates by doors: see docs/dedup.md."""

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
