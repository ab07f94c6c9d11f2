"""WARC files: each HTTP response is a page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import msgspec
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from streams.errors import BadInput
from streams.feeding.item import Part
from streams.records import Message


def read(path: Path) -> Iterator[Part]:
    """The responses of a WARC file, gzipped or not, as native records. Raises :class:`BadInput` for one without any."""
    number = 0
    size = path.stat().st_size
    with path.open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True):
            number += 1
            yield Part(_message(record), number, stream.tell())
    if number == 0 and size > 0:
        raise BadInput(f"{path}: no HTTP response in it; is it a WARC file?")


def _message(record: WarcRecord) -> Message:
    url = record.headers.get("WARC-Target-URI") or ""
    http = record.http_headers
    native = {
        "url": url,
        "status": http.status_code if http is not None else None,
        "headers": _headers(http),
        "fetched_at": record.headers.get("WARC-Date"),
        "body": base64.b64encode(record.reader.read()).decode("ascii"),
        "source": {"warc_record_id": record.record_id},
    }
    return Message(value=msgspec.json.encode(native), key=url.encode())


def _headers(http: object) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in getattr(http, "astuples", lambda: ())():
        grouped.setdefault(name.lower(), []).append(value)
    return grouped
