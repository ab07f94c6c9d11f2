"""Document -> is it a copy, and of what? Near-duplicates by doors: see docs/dedup.md."""

from streams.dedup.fingerprint import fingerprint
from streams.dedup.hearsay import note, remember
from streams.dedup.visit import Duplicate, Pass, Visit, visit
from streams.dedup.walk import Doors, door_key, next_step, notices

__all__ = [
    "Doors",
    "Duplicate",
    "Pass",
    "Visit",
    "door_key",
    "fingerprint",
    "next_step",
    "note",
    "notices",
    "remember",
    "visit",
]
