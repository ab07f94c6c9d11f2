"""Reader of JSON files and streams: each record becomes a message, its bytes unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from streams.feeding.address import address
from streams.feeding.item import Part
from streams.feeding.members import Damaged, opened
from streams.feeding.readers import json_lists
from streams.feeding.readers.json_records import JsonRecords
from streams.feeding.readers.utf16 import utf8
from streams.feeding.tally import Tally
from streams.feeding.window import Window
from streams.records import Message


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
            yield Part(Message(value=value), reader.number, window.position, address(value), reader.kind)
    if window.damage is not None:
        tally.damaged(name, window.damage.offset, window.damage.what)
