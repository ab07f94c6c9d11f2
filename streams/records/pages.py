"""Input records: a Kafka message, and the page that intake reads from it."""

from __future__ import annotations

from typing import Any

from streams.records.base import Evidence, Record

# Bytes of the largest page or record that is read at all, uncompressed: a bound on memory, since
# a few compressed kilobytes can unpack to any size. kafka.max_message_bytes and cleaning.max_bytes are far below it.
MAX_PAGE_BYTES = 64_000_000


class Message(Record, frozen=True, kw_only=True):
    """A Kafka message, or a line of a file dressed as one."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    topic: str = ""
    partition: int = -1
    offset: int = -1


class Metadata(Record, frozen=True, kw_only=True):
    """What a page says about itself. Times are ISO 8601, with a zone where the page gives one."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    modified_at: str | None = None
    description: str | None = None
    image: str | None = None
    site_name: str | None = None
    section: str | None = None
    language: str | None = None
    canonical_url: str | None = None


class RawPage(Record, frozen=True, kw_only=True):
    """A page as fetched, in the one form that cleaning knows. Made by :func:`streams.intake.read`.

    ``content`` is undecoded bytes, or a string when the crawler decoded it. ``form`` says what the crawler
    claims it to be; ``"unknown"`` leaves it to the bytes. ``headers`` have lower-case names; a header that came
    as a list is joined with ``", "``. ``given`` is metadata a crawler extracted itself: it wins over the page's.
    """

    id: str
    url: str
    content: bytes | str
    form: str = "unknown"  # "html" | "text" | "unknown"
    final_url: str | None = None
    status: int | None = None
    headers: dict[str, str] = {}
    fetched_at: str | None = None  # ISO 8601, UTC
    content_type: str | None = None
    encoding: str | None = None
    shape: str = "native"  # the adapter that recognised it
    given: Metadata = Metadata()
    source: dict[str, Any] = {}
    attrs: dict[str, Any] = {}
    notes: tuple[Evidence, ...] = ()  # what of the record was replaced or left out to read it
