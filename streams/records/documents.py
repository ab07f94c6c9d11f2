"""The outcomes of cleaning and deduplication: a document, or a rejection with its reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from streams.records.base import SCHEMA_VERSION, Evidence, Record, carry
from streams.records.labels import Availability, Disposition, PageType, Reason, ResidueKind, TimePrecision
from streams.records.times import Time

# Code points of a rejected page's text in its record. For pages that cleaning rejects, cleaning.excerpt_characters overrides it.
EXCERPT_CHARACTERS = 500


class Residue(Record, frozen=True, kw_only=True):
    """Text that was removed from a document: ``text`` was at code point ``at`` of the document's text."""

    kind: ResidueKind
    text: str
    at: int
    evidence: str


class Part(Record, frozen=True, kw_only=True):
    """A post of a thread or an entry of a live blog: ``text[start:end]`` of its document. Parts do not overlap.

    ``time`` is to the second in UTC where the page states a zone (``time_offset``, minutes east of UTC, which give the local
    time); without one it is the page's local time.
    """

    author: str | None = None
    time: Time | None = None
    time_precision: TimePrecision | None = None
    time_offset: int | None = None
    start: int
    end: int


class Product(Record, frozen=True, kw_only=True):
    """What a page declares of its product. ``currency`` is a code of ISO 4217. A field on which declarations differ is None."""

    price: Decimal | None = None
    currency: str | None = None
    availability: Availability | None = None


class Provenance(Record, frozen=True, kw_only=True):
    """The origin of a record: its source message, the versions that produced it, and ``timings`` in seconds by stage."""

    topic: str = ""
    partition: int = -1
    offset: int = -1
    crawlmill: str = ""
    model: str | None = None
    model_version: str | None = None
    timings: dict[str, float] = {}
    trace: str | None = None  # W3C traceparent of the source message


class Page(Record, frozen=True, kw_only=True):
    """The fields of every record about a page, whatever its outcome."""

    schema: int = SCHEMA_VERSION
    id: str
    url: str
    canonical_url: str = ""
    final_url: str | None = None
    site: str = ""  # registered domain
    status: int | None = None
    fetched_at: Time | None = None
    source: dict[str, Any] = {}
    attrs: dict[str, Any] = {}
    provenance: Provenance = Provenance()


class Document(Page, frozen=True, kw_only=True):
    """A page's cleaned text and metadata."""

    text: str
    # The same text as Markdown; none where cleaning.markdown is off, for plain text, and for texts of over 1,000,000 characters.
    markdown: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    # Times as the page states them, see StatedTime: the first second in UTC, how precise, minutes east of UTC.
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
    declared_language: str | None = None
    residue: tuple[Residue, ...] = ()
    parts: tuple[Part, ...] = ()  # of threads and live blogs
    product: Product | None = None
    # Evidence against it that did not suffice for a rejection: a 404 status with a full article. The signal "extraction" says
    # how the text was read, where not by the block model from what the page shows.
    evidence: tuple[Evidence, ...] = ()
    paywalled: bool = False
    # What kind of page it is, by a model, and its probability; none for plain text.
    page_type: PageType | None = None
    page_type_probability: float | None = None


class Rejection(Page, frozen=True, kw_only=True):
    """A page that is not passed on, and why."""

    disposition: Disposition = Disposition.REJECTED
    stage: str = ""
    reason: Reason
    evidence: tuple[Evidence, ...] = ()
    title: str | None = None
    excerpt: str = ""  # the first characters of its text
    duplicate_of: str | None = None
    duplicate_of_url: str | None = None
    similarity: float | None = None
    cluster: str | None = None


class Lineage(Record, frozen=True, kw_only=True):
    """The result of near-duplicate detection for a document that is kept."""

    revision_of: str | None = None  # id of the newest earlier version of the same canonical URL
    revision_similarity: float | None = None  # share of signature values that stayed, 0 to 1
    cluster: str | None = None


class CleanDocument(Document, frozen=True, kw_only=True):
    """A document that is not a duplicate."""

    lineage: Lineage = Lineage()

    @classmethod
    def of(cls, document: Document, lineage: Lineage = Lineage()) -> CleanDocument:  # noqa: B008 (immutable)
        """The document with the result of near-duplicate detection."""
        return cls(**carry(document, Document.__struct_fields__), lineage=lineage)
