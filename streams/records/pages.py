"""Input records: a Kafka message, and the page that intake reads from it."""

from __future__ import annotations

from typing import Any

from streams.records.base import Evidence, Record
from streams.records.labels import TimePrecision
from streams.records.times import Time

# Bytes of the largest page or record that is read, uncompressed: a bound on memory, since a few compressed kilobytes can
# decompress to any size. The defaults of kafka.max_message_bytes and cleaning.max_bytes are far below it.
MAX_PAGE_BYTES = 64_000_000


class Message(Record, frozen=True, kw_only=True):
    """A Kafka message, or a page read from a file in the same form."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    topic: str = ""
    partition: int = -1
    offset: int = -1


class Metadata(Record, frozen=True, kw_only=True):
    """The metadata that a page declares. Times have the three fields of :class:`StatedTime`."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: Time | None = None
    published_precision: TimePrecision | None = None
    published_offset: int | None = None
    modified_at: Time | None = None
    modified_precision: TimePrecision | None = None
    modified_offset: int | None = None
    description: str | None = None
    image: str | None = None
    site_name: str | None = None
    section: str | None = None
    language: str | None = None
    canonical_url: str | None = None


class RawPage(Record, frozen=True, kw_only=True):
    """A fetched page, the input of cleaning. Built by :func:`streams.intake.read`.

    ``content``: undecoded bytes, or a string where the crawler decoded it. ``form``: what the crawler declares it to be;
    ``"unknown"`` leaves that to detection. ``headers``: lower-case names; several values are joined with ``", "``. ``given``:
    metadata that the crawler extracted, which takes precedence over the page's.
    """

    id: str
    url: str
    content: bytes | str
    form: str = "unknown"  # "html" | "text" | "unknown"
    final_url: str | None = None
    status: int | None = None
    headers: dict[str, str] = {}
    fetched_at: Time | None = None
    fetched_precision: TimePrecision | None = None
    content_type: str | None = None
    encoding: str | None = None
    shape: str = "native"  # the adapter that recognised it
    given: Metadata = Metadata()
    source: dict[str, Any] = {}
    attrs: dict[str, Any] = {}
    notes: tuple[Evidence, ...] = ()  # what of the record was replaced or left out to read it
