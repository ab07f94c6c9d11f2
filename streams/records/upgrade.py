"""Reads what an older release has left between the stages, as records of this one.

Candidates of layout 1 had other names for their buckets. Documents from before times had one shape have them as the page wrote
them, without a precision. Other records of layout 1 are read as they are: new fields have defaults.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from streams.records import times
from streams.records.base import CANDIDATE_VERSION
from streams.records.candidates import Candidate
from streams.records.codec import decode
from streams.records.documents import CleanDocument, Part

# The year 33658. A larger number, which no release writes, would stand before every later version of its page.
LATEST_VERSION = 10**15


def candidate(data: bytes) -> Candidate:
    """The candidate in ``data``, of this layout or of layout 1. Raises ``msgspec.MsgspecError`` that names the wrong field."""
    try:
        return decode(data, Candidate)
    except msgspec.ValidationError:
        renamed = _renamed(data)
        if renamed is None:
            raise
        return decode(renamed, Candidate)


def clean_document(data: bytes) -> CleanDocument:
    """The document in ``data``, its times in one shape. Raises ``msgspec.MsgspecError`` that names the wrong field."""
    document = decode(data, CleanDocument)
    if not 0 <= document.version <= LATEST_VERSION:
        raise msgspec.ValidationError(
            f"version {str(document.version)[:30]}: expected milliseconds since the epoch"
        )
    changed: dict[str, Any] = {}
    for name in ("published", "modified"):
        at = getattr(document, f"{name}_at")
        if at is not None and getattr(document, f"{name}_precision") is None:
            changed |= _stated(name, at)
    if any(part.time is not None and part.time_precision is None for part in document.parts):
        changed["parts"] = tuple(map(_part, document.parts))
    if document.fetched_at is not None and document.fetched_precision is None:
        changed |= times.of_clock(document.fetched_at)
    return replace(document, **changed) if changed else document


def _renamed(data: bytes) -> bytes | None:
    """A candidate of layout 1 with the names of this one; None for anything else."""
    found = msgspec.json.decode(data)
    marks = found.get("fingerprint") if isinstance(found, dict) else None
    if not isinstance(marks, dict) or "doors" not in marks or found.get("schema", 1) != 1:
        return None
    marks["bucket_keys"] = marks.pop("doors")
    found["bucket_index"] = found.pop("door", 0)
    found["schema"] = CANDIDATE_VERSION
    return msgspec.json.encode(found)


def _stated(name: str, at: str) -> dict[str, Any]:
    try:
        return times.fields(name, at)
    except ValueError:
        return times.fields(name, None)


def _part(part: Part) -> Part:
    if part.time is None or part.time_precision is not None:
        return part
    try:
        found = times.exact(part.time)
    except ValueError:
        return replace(part, time=None)
    return replace(part, time=found.at, time_precision=found.precision, time_offset=found.offset)
