"""Reader of JSON files and streams: each record becomes a message, its bytes unchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from streams.feeding.item import Part
from streams.feeding.members import Damaged, opened
from streams.feeding.readers import json_lists
from streams.feeding.readers.json_records import JsonRecords
from streams.feeding.readers.utf16 import utf8
from streams.feeding.tally import Tally
from streams.feeding.window import Window
from streams.records import Message

_URL = re.compile(rb'"(?:url|response_url)"\s*:\s*"([^"\\]{1,2000})"')
_KEY_SEARCHED = (
    4_096  # bytes of a record in which its URL is searched for, to be the Kafka key: it only spreads the load
)


def read(path: Path, tally: Tally) -> Iterator[Part]:
    """Yield the records of a file, compressed or not."""
    with path.open("rb") as raw:
        for part in read_stream(raw, str(path), tally):
            yield part._replace(consumed=raw.tell())


def read_stream(raw: BinaryIO, name: str, tally: Tally) -> Iterator[Part]:
    """Yield the records of a stream. A part's number is its line, or its index where records are not lines."""
    try:
        window = utf8(Window(opened(raw, name)))
    except Damaged as damage:
        tally.damaged(name, damage.offset, damage.what)
        return
    reader = JsonRecords(window, name, tally)
    for record in reader.records():
        for value in json_lists.records(record):
            yield Part(Message(value=value, key=_key(value)), reader.number, window.position)
    if window.damage is not None:
        tally.damaged(name, window.damage.offset, window.damage.what)


def _key(value: bytes) -> bytes | None:
    """The Kafka key of a record: its URL where that is near the start, else none."""
    found = _URL.search(value, 0, _KEY_SEARCHED)
    return found.group(1) if found else None
