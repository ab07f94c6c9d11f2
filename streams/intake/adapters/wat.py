"""Records of Common Crawl's WAT files. They hold only metadata, so each is an error that names the right file."""

from __future__ import annotations

from typing import NoReturn

from streams.errors import BadRecord
from streams.intake.fields import Object


def recognises(record: Object) -> bool:
    """Whether a record has WAT's ``Envelope``."""
    envelope = record.get("Envelope")
    return isinstance(envelope, dict) and "WARC-Header-Metadata" in envelope


def read(record: Object) -> NoReturn:
    """Always raises :class:`BadRecord`, with the kinds of file that hold the page."""
    raise BadRecord("a WAT record, which has no page in it; expected the WARC file, or WET for its text")
