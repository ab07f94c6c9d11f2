"""What crawlers write -> RawPage. One adapter a file, recognised by shape; unknown fields are carried through."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from streams.errors import BadRecord
from streams.intake import extracted, fields, frontera, native, nutch, plain, scrapy_cluster, scrapy_item
from streams.records import Message, RawPage


class Adapter(Protocol):
    """What every adapter's module offers."""

    def recognises(self, record: dict[str, Any]) -> bool:
        """Whether a JSON object is of its shape."""

    def read(self, record: dict[str, Any]) -> RawPage:
        """The page in it. Raises :class:`BadRecord`."""


# The first that recognises a record reads it: the more particular shapes come first. Nutch's and Media Cloud's have a
# ``url`` and a ``status`` or a title as ours may have; an item of Scrapy's is whatever is left with an address and a body.
ADAPTERS: tuple[Adapter, ...] = (scrapy_cluster, frontera, nutch, extracted, native, scrapy_item)

_decoder = msgspec.json.Decoder()
_SCRAPY_CLUSTER_FAILED = b"json failed to parse"
_EXPECTED = (
    "expected a JSON object with a 'url' and one of 'html', 'body' (base64) or 'text', an item as a known crawler writes "
    "it (docs/intake.md), or a page's bytes with a Kafka header 'url'"
)


def read(message: Message) -> RawPage:
    """The page in a message. Raises :class:`BadRecord` that names the message, what was expected, and the remedy."""
    try:
        if plain.recognises(message):
            return plain.read(message)
        record = _object(message.value)
        for adapter in ADAPTERS:
            if adapter.recognises(record):
                return adapter.read(record)
        raise BadRecord(
            f"a JSON object with the fields {', '.join(sorted(record)[:12]) or '(none)'}; {_EXPECTED}"
        )
    except BadRecord as error:
        raise BadRecord(f"{_name(message)}: {error}", error.code) from error


def _object(value: bytes | None) -> dict[str, Any]:
    if not value or not value.strip():
        raise BadRecord(f"an empty message; {_EXPECTED}")
    if value.strip() == _SCRAPY_CLUSTER_FAILED:
        raise BadRecord(
            "scrapy-cluster's 'json failed to parse': its item could not be serialised; look into the crawler"
        )
    try:
        record = _decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRecord(f"not JSON in UTF-8 ({error}); {_EXPECTED}") from error
    if not isinstance(record, dict):
        raise BadRecord(f"JSON, but {fields.shown(record)}; {_EXPECTED}")
    return record


def _name(message: Message) -> str:
    return f"{message.topic}/{message.partition}/{message.offset}" if message.topic else "the message"


__all__ = ["read"]
