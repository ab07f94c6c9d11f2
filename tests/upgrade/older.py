"""The files of older releases."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, NamedTuple

FILES = Path(__file__).parent / "files"
RELEASES = ("first", "layout1")


class Older(NamedTuple):
    """A record of an older release: its topic, its Kafka key, the name of its class, and its value."""

    topic: str
    key: bytes
    schema: str
    value: bytes

    @property
    def plain(self) -> dict[str, Any]:
        """The value, decoded."""
        found: dict[str, Any] = json.loads(self.value)
        return found


def records(release: str, *topics: str) -> list[Older]:
    """The records that a release wrote to these topics, or to all."""
    lines = map(json.loads, (FILES / f"{release}.jsonl").read_text("utf-8").splitlines())
    found = [
        Older(line["topic"], line["key"].encode(), line["schema"], json.dumps(line["value"]).encode())
        for line in lines
    ]
    return [record for record in found if not topics or record.topic in topics]


def table(release: str) -> dict[str, bytes]:
    """The values of a release's dedup table."""
    stored = json.loads((FILES / f"{release}-table.json").read_text("utf-8"))
    return {key: base64.b64decode(value) for key, value in stored.items()}
