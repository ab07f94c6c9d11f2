"""Labels of candidates for events, made by hand: ``labels.jsonl``, one candidate a line, by key and without its text."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

LABELS = Path(__file__).parent / "labels.jsonl"
_DIGITS = 8  # of the hash of a site
_FAULT = re.compile(r"[a-z-]+")
#: Kinds of faults.
FAULTS = frozenset(
    {"actor", "target", "class", "modality", "time", "place", "left-out", "not-an-event", "duplicate", "habit", "background",
     "vague", "trivial"}
)  # fmt: skip


class Label(msgspec.Struct, frozen=True):
    """What somebody who read the article says of a candidate."""

    key: str  # of the candidate
    verb: str  # key of its verb, whatever its fields
    site: str  # hash of its site
    weight: float  # how many candidates of its document it stands for
    news: bool  # whether the page tells news
    kinds: tuple[str, ...]  # the classes that are right
    rest: bool  # whether, its class aside, no field is false and nothing is left out
    worth: bool  # whether it is worth a record, its fields put right
    main: bool  # whether it is one of up to five main facts of the article
    fault: str = ""  # what is wrong: the first kind of fault that was named

    def right(self, kind: str) -> bool:
        """Return whether the candidate is right in every field, with this class."""
        return self.rest and kind in self.kinds


def read(path: Path = LABELS) -> dict[str, Label]:
    """Return the labels by key."""
    rows = (msgspec.json.decode(line, type=Label) for line in path.read_bytes().splitlines())
    return {row.key: row for row in rows}


def collect(folder: Path) -> Iterator[Label]:
    """Yield the labels of sheets: of ``labels-*.jsonl`` and ``articles-*.jsonl`` in a folder, with the ``candidates.jsonl`` that
    were written with the sheets.

    A line of a label has ``id``, ``right``, ``worth``, ``main``, ``fault``, and what would be right instead: ``k`` a class, ``a`` an actor, ``t`` a
    target, ``m`` a modality, ``x`` anything else; each empty where nothing is wrong with it.
    """
    known = {row["id"]: row for row in _rows([folder / "candidates.jsonl"])}
    news = {row["article"]: row["news"] for row in _rows(sorted(folder.glob("articles-*.jsonl")))}
    for row in _rows(sorted(folder.glob("labels-*.jsonl"))):
        candidate = known[row["id"]]
        fault = next((word for word in _FAULT.findall(row["fault"]) if word in FAULTS), "")
        wrong = any(row[name] for name in ("a", "t", "m", "x"))
        yield Label(
            candidate["key"],
            candidate["verb"],
            hash_of(candidate["site"]),
            candidate["weight"],
            bool(news[int(row["id"].partition(".")[0])]),
            (row["k"] or candidate["kind"],),
            bool(row["right"] or row["k"]) and not wrong,
            bool(row["worth"]),
            bool(row["main"]),
            fault,
        )


def hash_of(site: str | None) -> str:
    """Return the hash by which labels know a site."""
    return hashlib.sha256((site or "").encode()).hexdigest()[:_DIGITS]


def write(labels: Iterable[Label], path: Path = LABELS) -> None:
    """Write labels, one a line, in the order of their keys."""
    lines = sorted(msgspec.json.encode(label) for label in labels)
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def _rows(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())
