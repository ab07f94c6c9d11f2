"""Figures of a plan in words: a value with its unit, beside the arithmetic that led to it."""

from __future__ import annotations

import msgspec

from streams.planning.traffic import Flow


class Figure(msgspec.Struct, frozen=True):
    """One figure of a plan: its name, its value with a unit, and the arithmetic that led to it."""

    name: str
    value: str
    arithmetic: str


def flow_figure(name: str, flow: Flow, share: float) -> Figure:
    """A topic's traffic; ``share`` is the traffic of one partition at the peak over the mean of the topic."""
    arithmetic = (
        f"mean; {bytes_text(flow.wire)}/s on the wire; a partition at the peak {bytes_text(flow.wire * share)}/s, "
        f"{flow.records * share:,.2g} records/s"
    )
    if name == "pages.candidates" and not flow.records:
        arithmetic = "the only worker has all buckets, and sends nothing from one to the next"
    return Figure(f"  {name}", f"{bytes_text(flow.bytes)}/s, {flow.records:,.0f} records/s", arithmetic)


def bytes_text(number: float) -> str:
    """A number of bytes with a decimal unit and three digits: ``1.25 GB``."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(number) < 999.5:
            return f"{number:,.3g} {unit}"
        number /= 1_000
    return f"{number:,.3g} PB"


def duration_text(seconds: float) -> str:
    """A duration in seconds, minutes or hours."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"
