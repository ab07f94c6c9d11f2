"""Reads a crawler's message into a :class:`~streams.records.RawPage`: :func:`read`.

Each crawler's record format has an adapter module in :mod:`streams.intake.adapters`, chosen by the fields of the record.
Unknown fields are kept in ``attrs``.
"""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from streams.errors import BadRecord
from streams.intake import fields, lenient_json
from streams.intake.adapters import (
    apify,
    crawl4ai,
    firecrawl,
    frontera,
    har,
    katana,
    native,
    nutch,
    pre_extracted,
    raw_bytes,
    scrapy_cluster,
    scrapy_item,
    wat,
    zyte,
)
from streams.records import Evidence, Message, RawPage


class Adapter(Protocol):
    """The functions of an adapter module."""

    def recognises(self, record: dict[str, Any]) -> bool:
        """Whether the adapter can read this JSON object."""

    def read(self, record: dict[str, Any]) -> RawPage:
        """The page in the record. Raises :class:`BadRecord`."""


# A record is read by the first adapter that recognises it, so formats with distinctive fields come first: records of Nutch and
# Media Cloud also look like native ones, and scrapy_item recognises whatever else has a URL and a body.
ADAPTERS: tuple[Adapter, ...] = (
    scrapy_cluster,
    frontera,
    nutch,
    katana,
    har,
    firecrawl,
    crawl4ai,
    zyte,
    apify,
    wat,
    pre_extracted,
    native,
    scrapy_item,
)

_SCRAPY_CLUSTER_FAILED = b"json failed to parse"
_NAMES_SHOWN = 12  # field names in an error message
_HEAD = 64  # characters of a JSON string in which the brace of a doubly encoded record is searched for
_EXPECTED = (
    "expected a JSON object with a 'url' and one of 'html', 'body' (base64) or 'text', an item as a known crawler writes "
    "it (docs/intake.md), or a page's bytes with a Kafka header 'url'"
)


def read(message: Message) -> RawPage:
    """The page in a message. Raises :class:`BadRecord` that names the message, what was expected, and the remedy."""
    try:
        declared = raw_bytes.declared_kind(message)
        if declared is raw_bytes.ValueKind.PAGE:
            return raw_bytes.read(message)
        if declared is raw_bytes.ValueKind.UNKNOWN and not _is_record(message.value):
            return raw_bytes.read(message)
        return _page(_object(message.value))
    except BadRecord as error:
        raise BadRecord(f"{_name(message)}: {error}", error.code) from error


def _is_record(value: bytes | None) -> bool:
    """Whether a value of undeclared kind is a crawler's record rather than a crawled JSON document."""
    try:
        return _adapter(_object(value).value) is not None
    except BadRecord:
        return False


def _page(decoded: lenient_json.Decoded) -> RawPage:
    adapter = _adapter(decoded.value)
    if adapter is None:
        shown = ", ".join(name[:40] for name in sorted(decoded.value)[:_NAMES_SHOWN])
        raise BadRecord(f"a JSON object with the fields {shown or '(none)'}; {_EXPECTED}")
    page = adapter.read(decoded.value)
    if decoded.single_byte and isinstance(page.content, str):
        # Restore the bytes that the crawler received: cleaning determines the charset.
        page = msgspec.structs.replace(page, content=lenient_json.as_bytes(page.content) or page.content)
    notes = tuple(Evidence(signal="record", detail=note) for note in decoded.notes)
    return msgspec.structs.replace(page, notes=notes) if notes else page


def _adapter(record: dict[str, Any]) -> Adapter | None:
    return next((adapter for adapter in ADAPTERS if adapter.recognises(record)), None)


def _object(value: bytes | None) -> lenient_json.Decoded:
    """The JSON object in a message. Raises :class:`BadRecord`."""
    if not value or not value.strip():
        raise BadRecord(f"an empty message; {_EXPECTED}")
    if value.strip() == _SCRAPY_CLUSTER_FAILED:
        raise BadRecord(
            "scrapy-cluster's 'json failed to parse': its item could not be serialised; look into the crawler"
        )
    try:
        decoded = lenient_json.decode(value)
        if isinstance(decoded.value, str) and decoded.value[:_HEAD].lstrip().startswith("{"):
            inner = lenient_json.decode(decoded.value.encode("utf-8", "replace"))
            notes = (*decoded.notes, "a record encoded as JSON twice", *inner.notes)
            decoded = inner._replace(notes=notes)
    except ValueError as error:
        raise BadRecord(f"not JSON in UTF-8 ({error}); {_EXPECTED}") from error
    if not isinstance(decoded.value, dict):
        raise BadRecord(f"JSON, but {fields.shown(decoded.value)}; {_EXPECTED}")
    return decoded


def _name(message: Message) -> str:
    return f"{message.topic}/{message.partition}/{message.offset}" if message.topic else "the message"


__all__ = ["read"]
