"""Compares a partition's local state with its changelog, and says what recovery must do where they do not match.

The changelog is what counts; the state on disk is a copy of it, up to an offset. It can happen that the copy has more than
the original: the topic was deleted and made anew, its end was lost with a broker's disk, or the broker lost everything. Then
what the copy knows is the only memory there is of documents that are still downstream, and it is written back; unless they
are gone as well, or somebody has said that the buckets shall forget (``crawlmill dedup forget``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

# The first record of each partition of a changelog that was emptied on purpose.
FORGET_KEY = b"__crawlmill\0forgotten__"


class Verdict(StrEnum):
    """What was found; the values are labels of the metric ``crawlmill_state_events_total``."""

    FITS = "fits"
    AHEAD = "written_back"
    GONE = "documents_gone"
    FORGOTTEN = "forgotten"
    GAP = "gap"
    LOST = "lost"


class Copy(NamedTuple):
    """A partition's state: the offset up to which it is a copy (None: it is empty), of which topic, written when.

    ``log_id`` is the id of the changelog topic and ``documents_id`` that of pages.clean; both are empty where unknown.
    """

    offset: int | None
    log_id: str = ""
    documents_id: str = ""
    written: float = 0.0


class Log(NamedTuple):
    """A changelog's partition: offsets of its first record and behind its last one, and the ids as of now.

    ``emptied`` says that it begins with :data:`FORGET_KEY`; ``candidates`` is what the group has committed of pages.candidates
    on the same partition.
    """

    start: int
    end: int
    log_id: str = ""
    documents_id: str = ""
    emptied: bool = False
    candidates: int = 0


def compare(copy: Copy, log: Log, now: float, window: float) -> Verdict:
    """How a local state relates to its changelog; ``now`` and ``window`` in seconds."""
    if copy.offset is None:
        # Whatever passes a bucket leaves a change there: candidates that went by cannot have left an empty log.
        return Verdict.LOST if not log.end and log.candidates else Verdict.FITS
    replaced = _differ(copy.log_id, log.log_id)
    if replaced and _differ(copy.documents_id, log.documents_id):
        return Verdict.GONE
    if replaced or copy.offset >= log.end:
        return Verdict.FORGOTTEN if log.emptied else Verdict.AHEAD
    # What another worker wrote after this state was, and the changelog has no more, is younger than the state.
    if copy.offset + 1 < log.start and now - copy.written < window:
        return Verdict.GAP
    return Verdict.FITS


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other
