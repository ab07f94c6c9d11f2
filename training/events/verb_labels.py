"""Labels of verbs, made by hand: the class of what each tells; ``verb_labels.tsv``, one verb a line, by key and without its text."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

LABELS = Path(__file__).parent / "verb_labels.tsv"
NO_CLASS = "-"


class VerbLabel(NamedTuple):
    """What somebody who read the sentence and the title says of a verb."""

    verb: str  # its key
    site: str  # hash of its site
    kind: str  # a class of events, "none" for no event
    also: str  # another class that is as right, or NO_CLASS
    actor: bool  # whether the actor was right, and the target, as they were when it was labelled
    target: bool
    apart: bool  # whether its site was kept apart while lists and frames were made

    @property
    def kinds(self) -> tuple[str, ...]:
        """The classes that are right."""
        return (self.kind,) if self.also == NO_CLASS else (self.kind, self.also)


def read(path: Path = LABELS) -> dict[str, VerbLabel]:
    """Return the labels by key."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {
            row["verb"]: VerbLabel(
                row["verb"],
                row["site"],
                row["kind"],
                row["also"],
                row["actor"] == "1",
                row["target"] == "1",
                row["apart"] == "1",
            )
            for row in csv.DictReader(lines, delimiter="\t")
        }
