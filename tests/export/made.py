"""Records for tests of exports."""

from __future__ import annotations

import datetime
from typing import Any

from streams.client import Received
from streams.records import Enriched, Entity, Mention, Statistics

DAY = datetime.datetime(2026, 5, 1, 23, 59, 59, tzinfo=datetime.UTC)


def page(number: int) -> Enriched:
    """A page with something in many of its fields."""
    return Enriched(
        id=f"p{number}", url=f"https://a.example/{number}", site="a.example", text=f"Text {number}", title="A \u0000 ☃",
        published_at="2026-04-30T10:00:00Z", attrs={"a": [1, {"b": None}]}, authors=("Ada", "Bo"),
        entities=(Entity(id="e1", text="Lisbon", label="GPE", mentions=(Mention(start=0, end=6),)),),
        statistics=Statistics(words=number),
    )  # fmt: skip


def received(
    number: int, partition: int = 0, at: datetime.datetime = DAY, record: Any = None
) -> Received[Any]:
    """A page as it comes from its topic."""
    kept = page(number) if record is None else record
    return Received(kept, f"p{number}", "pages.enriched", partition, number, at)


def tombstone(number: int) -> Received[Any]:
    """What says that a key is gone."""
    return Received(None, f"p{number}", "pages.enriched", 0, number, DAY)
