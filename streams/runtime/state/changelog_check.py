"""Compares a partition's local state with its changelog, and tells recovery how they relate.

The changelog is authoritative; the state on disk is a copy of it up to an offset. The copy can have more than the
changelog: the topic was deleted and created again, or a broker's disk was lost with the topic's end or all of it. The copy is
then the only record of documents that are still in pages.clean, and it is written back. It is not when pages.clean was lost
as well, or when the table was emptied on purpose (``crawlmill dedup forget``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

# The first record of each partition of a changelog that was emptied on purpose.
FORGET_KEY = b"__crawlmill\0forgotten__"


class Verdict(StrEnum):
    """How state and changelog relate. The values are labels of the metric ``crawlmill_state_events_total``."""

    FITS = "fits"
    AHEAD = "written_back"  # the state has more than the changelog
    GONE = "documents_gone"  # changelog and pages.clean were both created again
    FORGOTTEN = "forgotten"  # the changelog was emptied by `crawlmill dedup forget`
    GAP = (
        "gap"  # the changelog has deleted records that the state does not have and that are within the window
    )
    LOST = "lost"  # there is no state, and the changelog is empty although candidates were processed


class Copy(NamedTuple):
    """A partition's state on disk. ``offset`` is that of the last changelog record it has; None for an empty state.

    ``log_id`` is the topic id of its changelog and ``documents_id`` that of pages.clean, empty where unknown. ``written`` is when
    it was last written, seconds since the epoch.
    """

    offset: int | None
    log_id: str = ""
    documents_id: str = ""
    written: float = 0.0


class Log(NamedTuple):
    """A partition of the changelog: the offset of its first record and the one after its last, and the current topic ids.

    ``emptied`` is whether it begins with :data:`FORGET_KEY`; ``candidates`` is the group's committed offset of the same
    partition of pages.candidates.
    """

    start: int
    end: int
    log_id: str = ""
    documents_id: str = ""
    emptied: bool = False
    candidates: int = 0


def compare(copy: Copy, log: Log, now: float, window: float) -> Verdict:
    """How a local state relates to its changelog; ``now`` and ``window`` (``dedup.window_hours``) in seconds."""
    if copy.offset is None:
        # Every lookup writes a change, so the changelog cannot be empty once candidates were processed.
        return Verdict.LOST if not log.end and log.candidates else Verdict.FITS
    replaced = _differ(copy.log_id, log.log_id)
    if replaced and _differ(copy.documents_id, log.documents_id):
        return Verdict.GONE
    if replaced or copy.offset >= log.end:
        return Verdict.FORGOTTEN if log.emptied else Verdict.AHEAD
    # Records deleted from the changelog that the state lacks were written after it; while they may be within the window,
    # copies of their documents will be missed.
    if copy.offset + 1 < log.start and now - copy.written < window:
        return Verdict.GAP
    return Verdict.FITS


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other
