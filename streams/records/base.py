"""The base class of all records, the evidence that many of them carry, and copying fields between records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

SCHEMA_VERSION = 1
CANDIDATE_VERSION = 2  # of Candidate alone: 1 had other names for its buckets


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records: immutable, keyword-only, validated when decoded, unknown fields ignored."""


class Evidence(Record, frozen=True, kw_only=True):
    """An observation that a decision is based on."""

    # Short stable name of what was observed: status, title_phrase, body_phrase, markup, shape ...
    signal: str
    detail: str  # What was seen, so that it can be checked against the page.
    score: float | None = None  # Weight in the decision, where it has one.


def carry(record: Record, names: Sequence[str]) -> dict[str, Any]:
    """The named fields of a record, to build the next record from. Raises ``AttributeError`` for an unknown one."""
    return {name: getattr(record, name) for name in names}
