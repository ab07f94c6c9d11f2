"""How far an export has come: the next offset of each partition, in a file that changes in one step."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from streams.errors import BadInput


class Progress(msgspec.Struct, frozen=True):
    """``topic``: its full name. ``cluster``: of the broker, so that another one's offsets are not taken for this one's.

    ``topic_id``: empty where the broker gives none, or where an older release wrote it.
    """

    topic: str
    cluster: str
    offsets: dict[int, int]
    topic_id: str = ""


def load(path: Path, topic: str, cluster: str, topic_id: str = "") -> dict[int, int]:
    """The next offset of each partition; none for a new export. Raises :class:`BadInput` for another topic's or cluster's file."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        found = msgspec.json.decode(text, type=Progress)
    except msgspec.MsgspecError as error:
        raise BadInput(f"{path}: not the progress of an export: {error}; export to another folder") from error
    if (found.topic, found.cluster) != (topic, cluster):
        raise BadInput(
            f"{path}: an export of {found.topic} on cluster {found.cluster or '?'} is there; export to another folder"
        )
    require_same(path, topic, found.topic_id, topic_id)
    return found.offsets


def require_same(output: Path, topic: str, then: str, now: str) -> None:
    """Raise :class:`BadInput` for a topic that has another id than when it was exported: its offsets begin anew."""
    if then and now and then != now:
        raise BadInput(
            f"{output}: {topic} was deleted and created anew since it was exported to there; export to another place"
        )


def unwritten(output: Path, why: str) -> str:
    """The message for an output that could be opened and cannot be written, as on a full disk."""
    return f"{output}: cannot be written: {why}; when that is mended, the next run goes on where this one stopped"


def save(path: Path, progress: Progress) -> None:
    """Write it, so that the file is the old or the new one whatever happens."""
    beside = path.with_suffix(".new")
    with beside.open("wb") as file:
        file.write(msgspec.json.encode(progress))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
