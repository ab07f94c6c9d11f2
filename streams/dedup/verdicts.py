"""The verdicts of a lookup in one bucket."""

from __future__ import annotations

import msgspec

from streams.records import Lineage, Prior, Reason


class Pass(msgspec.Struct, frozen=True):
    """The document is no copy of one in this bucket. ``seen`` is when it reached its first bucket."""

    lineage: Lineage
    prior: Prior | None = None
    seen: int = 0


class Duplicate(msgspec.Struct, frozen=True):
    """The document is a copy, or shows its site's error template. ``cluster`` is the id at the end of the chain of copies, as far as this bucket knows."""

    reason: Reason
    of_id: str
    of_url: str
    similarity: float
    cluster: str
