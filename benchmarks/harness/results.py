"""Results of benchmarks as JSON, and the changes between two of them beyond the noise.

A result file is ``{"machine": {...}, "measures": {name: {"unit": ..., "better": ..., "values": [...]}}}`` with one
value a round. Usage: ``python -m benchmarks.harness.results OLD.json NEW.json``.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
from pathlib import Path
from typing import Literal

import msgspec
from rich.console import Console
from rich.table import Table

_LEAST = 0.05  # of the old median: less is noise on any shared machine


class Measure(msgspec.Struct):
    """One figure, measured once a round."""

    unit: str
    better: Literal["higher", "lower"]
    values: list[float]

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """Largest minus smallest."""
        return max(self.values) - min(self.values)


class Results(msgspec.Struct):
    """All measures of a run, and where it ran."""

    machine: dict[str, str] = msgspec.field(default_factory=dict)
    measures: dict[str, Measure] = msgspec.field(default_factory=dict)

    def add(self, name: str, value: float, unit: str, better: Literal["higher", "lower"]) -> None:
        """Note one round's value."""
        self.measures.setdefault(name, Measure(unit, better, [])).values.append(value)

    def __getitem__(self, name: str) -> float:
        return self.measures[name].median


def new() -> Results:
    """Empty results of this machine."""
    return Results(
        {
            "cores": str(os.cpu_count()),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
        }
    )


def table(results: Results) -> Table:
    """The measures as a table for a terminal: median, each round, ratios in bold."""
    made = Table("measure", "median", "of rounds", "unit")
    for name, measure in results.measures.items():
        rounds = " ".join(f"{value:,.3g}" for value in measure.values)
        style = "bold" if measure.unit == "x" else None
        made.add_row(name, f"{measure.median:,.3g}", rounds, measure.unit, style=style)
    return made


def save(results: Results, path: Path) -> None:
    """Write a result file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")


def read(path: Path) -> Results:
    """Read a result file. Raises :class:`SystemExit` with what is wrong with it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Results)
    except (OSError, msgspec.MsgspecError) as error:
        raise SystemExit(f"{path}: not a result file of a benchmark: {error}") from error


class Change(msgspec.Struct, frozen=True):
    """One figure in two results."""

    name: str
    old: Measure
    new: Measure

    @property
    def ratio(self) -> float:
        """New over old."""
        return self.new.median / self.old.median if self.old.median else float("inf")

    @property
    def moved(self) -> bool:
        """Whether the medians are further apart than the rounds of either, and than 5 %."""
        apart = abs(self.new.median - self.old.median)
        return apart > max(self.old.spread, self.new.spread, _LEAST * abs(self.old.median))

    @property
    def verdict(self) -> str:
        """``better``, ``worse`` or ``noise``."""
        if not self.moved:
            return "noise"
        return "better" if (self.ratio > 1) == (self.new.better == "higher") else "worse"


def compare(old: Results, new: Results) -> list[Change]:
    """Every figure that both have."""
    return [
        Change(name, measure, new.measures[name])
        for name, measure in old.measures.items()
        if name in new.measures
    ]


def main(arguments: list[str]) -> None:
    """Print a comparison; exit code 1 when something got worse."""
    if len(arguments) != 2:
        raise SystemExit("usage: python -m benchmarks.harness.results OLD.json NEW.json")
    changes = compare(read(Path(arguments[0])), read(Path(arguments[1])))
    shown = Table("measure", "unit", "old", "new", "new/old", "verdict")
    for change in changes:
        colour = {"better": "green", "worse": "red", "noise": "dim"}[change.verdict]
        shown.add_row(
            change.name,
            change.new.unit,
            f"{change.old.median:,.3g} ±{change.old.spread / 2:,.2g}",
            f"{change.new.median:,.3g} ±{change.new.spread / 2:,.2g}",
            f"{change.ratio:.2f}",
            f"[{colour}]{change.verdict}[/]",
        )
    Console().print(shown)
    raise SystemExit(1 if any(change.verdict == "worse" for change in changes) else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
