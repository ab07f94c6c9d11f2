"""JSON Lines: each line is a message, passed on untouched. Broken ones too: the mill dead-letters them."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from streams.errors import BadInput
from streams.feeding.item import Part
from streams.records import Message

LONGEST = 64_000_000  # bytes of a line; more is no page, and would fill the memory
_URL = re.compile(rb'"(?:url|response_url)"\s*:\s*"([^"\\]{1,2000})"')
_HEAD = 4_096  # bytes looked at for the URL that becomes the key: it only spreads the load


def read(path: Path) -> Iterator[Part]:
    """The lines of a file, gzipped or not. Raises :class:`BadInput` naming it."""
    with path.open("rb") as raw:
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if path.name.lower().endswith(".gz") else raw
        try:
            for part in read_stream(stream, str(path)):
                yield part._replace(consumed=raw.tell())
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BadInput(f"{path}: damaged or cut short: {error}") from error


def read_stream(stream: BinaryIO, name: str = "stdin") -> Iterator[Part]:
    """The lines of a stream that are not blank. Raises :class:`BadInput` for one longer than ``LONGEST``."""
    number = consumed = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        consumed += len(line)
        if len(line) > LONGEST:
            raise BadInput(
                f"{name}:{number}: a line of more than {LONGEST} bytes; is it JSON Lines, one record a line?"
            )
        value = line.rstrip(b"\r\n")
        if value.strip():
            yield Part(Message(value=value, key=_key(value)), number, consumed)


def _key(value: bytes) -> bytes | None:
    found = _URL.search(value, 0, _HEAD)
    return found.group(1) if found else None
