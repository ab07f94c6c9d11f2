"""Labels of who acts, what is acted upon, when and where, made by hand: ``role_labels.jsonl``, one verb a line, by key and without its text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

LABELS = Path(__file__).parent / "role_labels.jsonl"
ROLES = ("actor", "target", "time", "place")
_DIGITS = 8  # of the hash of a name


class Role(msgspec.Struct, frozen=True):
    """What plays a role; nothing does if it is empty."""

    spans: tuple[tuple[int, int], ...] = ()  # offsets into the title or the text, of what the sentence says
    names: tuple[str, ...] = ()  # hashes of names, by :func:`hash_of`

    @property
    def is_empty(self) -> bool:
        """Whether nothing plays the role."""
        return not (self.spans or self.names)

    def overlaps(self, start: int, end: int) -> bool:
        """Return whether ``text[start:end]`` overlaps what plays the role."""
        return any(a < end and start < b for a, b in self.spans)


class Label(msgspec.Struct, frozen=True):
    """What somebody who read the article says of a verb."""

    verb: str  # key of the verb
    site: str  # hash of its site
    event: bool  # whether it tells an action or a happening
    worth: bool  # whether that is worth a record
    roles: dict[str, Role]  # by :data:`ROLES`


def read(path: Path = LABELS) -> dict[str, Label]:
    """Return the labels by the key of the verb."""
    rows = (msgspec.json.decode(line, type=Label) for line in path.read_bytes().splitlines())
    return {row.verb: row for row in rows}


def write(labels: Iterable[Label], path: Path = LABELS) -> None:
    """Write labels, one a line, in the order of their keys."""
    lines = sorted(msgspec.json.encode(label) for label in labels)
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def hash_of(name: str) -> str:
    """Return the hash by which labels know a name: of its words, in lower case."""
    return hashlib.sha256(" ".join(name.lower().split()).encode()).hexdigest()[:_DIGITS]
