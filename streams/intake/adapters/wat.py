"""Records of Common Crawl's WAT files: what is known of a page, without the page. None can be read."""

from __future__ import annotations

from typing import NoReturn

from streams.errors import BadRecord
from streams.intake.fields import Object


def recognises(record: Object) -> bool:
    """Whether a JSON object is one."""
    envelope = record.get("Envelope")
    return isinstance(envelope, dict) and "WARC-Header-Metadata" in envelope


def read(record: Object) -> NoReturn:
    """Raises :class:`BadRecord` that names the files which have the page."""
    raise BadRecord("a WAT record, which has no page in it; expected the WARC file, or WET for its text")
