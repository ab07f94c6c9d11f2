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
    """Text that was removed from a document."""

    kind: ResidueKind  # What kind of text was removed.
    text: str  # The removed text.
    at: int  # Code point of the document's text at which it was.
    evidence: str  # Why it was removed.


class Part(Record, frozen=True, kw_only=True):
    """A post of a thread or an entry of a live blog: ``text[start:end]`` of its document. Parts do not overlap."""

    author: str | None = None  # Who wrote it, as the page names them.
    time: Time | None = None  # When, in UTC where the page states a zone, else the page's local time.
    time_precision: TimePrecision | None = None  # How precisely `time` is stated.
    time_offset: int | None = None  # Minutes of the stated zone east of UTC, null where none is stated.
    start: int  # Code point of the document's text at which it begins.
    end: int  # Code point after its last.


class Product(Record, frozen=True, kw_only=True):
    """What a page declares of its product. A field on which declarations differ is None."""

    price: Decimal | None = None  # Decimal number, without currency.
    currency: str | None = None  # Code of ISO 4217.
    availability: Availability | None = None  # Whether it can be had, as schema.org names it.


class Provenance(Record, frozen=True, kw_only=True):
    """The origin of a record: its source message, and the versions that produced it."""

    topic: str = ""  # Topic of the source message.
    partition: int = -1  # Partition of the source message, -1 outside Kafka.
    offset: int = -1  # Offset of the source message, -1 outside Kafka.
    crawlmill: str = ""  # Version of crawlmill that cleaned the page.
    model: str | None = None  # Name of the model that found the entities, null where none did.
    model_version: str | None = None  # Version of that model.
    # Name of the model that parsed the sentences, for quotations and events; null where none did.
    parser: str | None = None
    parser_version: str | None = None  # Version of that model.
    enriched_by: str = ""  # Version of crawlmill that enriched the document; empty in other records.
    timings: dict[str, float] = {}  # Seconds of work by stage.
    trace: str | None = None  # W3C traceparent of the source message.


class Page(Record, frozen=True, kw_only=True):
    """The fields of every record about a page, whatever its outcome."""

    schema: int = SCHEMA_VERSION  # Version of this record.
    id: str  # The crawler's where it is unique over all sites, else made from the address.
    url: str  # Address that was asked for, as the crawler wrote it.
    # Identifier of the page: the same for all of its addresses, without tracking parameters.
    canonical_url: str = ""
    final_url: str | None = None  # Address after redirects, as the crawler wrote it.
    site: str = ""  # Registered domain.
    status: int | None = None  # Status of the HTTP response.
    fetched_at: Time | None = None  # When the page was fetched, by the crawler's clock.
    fetched_precision: TimePrecision | None = None  # Precision of `fetched_at`: second, or day for midnight.
    source: dict[str, Any] = {}  # What the crawler said of itself, unchanged.
    attrs: dict[str, Any] = {}  # Fields of the crawler's record that have no meaning here, unchanged.
    provenance: Provenance = Provenance()  # Where the record is from and what produced it.


class Document(Page, frozen=True, kw_only=True):
    """A page's cleaned text and metadata."""

    # Main text of the page, paragraphs parted by blank lines. Offsets in this record are code points of it.
    text: str
    # The same text as Markdown; null where cleaning.markdown is off, for plain text, and for texts of over
    # 1,000,000 characters.
    markdown: str | None = None
    title: str | None = None  # Title of the page.
    authors: tuple[str, ...] = ()  # Names of its authors.
    # When it was published, as the page states it: the first second of the stated period, in UTC.
    published_at: Time | None = None
    published_precision: TimePrecision | None = None  # How precisely `published_at` is stated.
    # Minutes of the stated zone east of UTC; null where none is stated, and the time is the page's local
    # time.
    published_offset: int | None = None
    modified_at: Time | None = None  # When it was last changed, in the form of `published_at`.
    modified_precision: TimePrecision | None = None  # How precisely `modified_at` is stated.
    modified_offset: int | None = None  # Minutes of the stated zone east of UTC, null where none is stated.
    description: str | None = None  # Summary that the page gives of itself.
    image: str | None = None  # Address of the image that the page declares for itself.
    site_name: str | None = None  # Name of the site, as the page gives it.
    section: str | None = None  # Section of the site that the page is in.
    declared_language: str | None = None  # Language that the page declares; a hint.
    residue: tuple[Residue, ...] = ()  # Text that was removed from the main text.
    parts: tuple[Part, ...] = ()  # Posts of a thread or entries of a live blog, in the order of the text.
    product: Product | None = None  # What the page declares of its product.
    # Evidence against the page that did not suffice for a rejection, as a 404 status with a full article; the
    # signal `extraction` says how the text was read, where not by the block model from what the page shows.
    evidence: tuple[Evidence, ...] = ()
    paywalled: bool = False  # Whether only the free part of the page is there.
    page_type: PageType | None = None  # What kind of page it is, by a model; null for plain text.
    page_type_probability: float | None = None  # Probability of `page_type`, 0 to 1.


class Rejection(Page, frozen=True, kw_only=True):
    """A page that is not passed on, and why."""

    disposition: Disposition = Disposition.REJECTED  # Always rejected.
    stage: str = ""  # Stage that rejected it: clean or dedup.
    reason: Reason  # Why it was rejected.
    evidence: tuple[Evidence, ...] = ()  # What that was decided by.
    title: str | None = None  # Title of the page.
    excerpt: str = ""  # The first characters of its text.
    duplicate_of: str | None = None  # Id of the document that it is a copy of, for duplicates.
    duplicate_of_url: str | None = None  # Canonical URL of that document.
    similarity: float | None = None  # Share of equal signature values, 0 to 1, for duplicates.
    cluster: str | None = None  # Id at the end of the chain of copies, for duplicates.


class Lineage(Record, frozen=True, kw_only=True):
    """The result of near-duplicate detection for a document that is kept."""

    revision_of: str | None = None  # Id of the newest earlier version of the same canonical URL.
    # Share of signature values that stayed since that version, 0 to 1.
    revision_similarity: float | None = None
    cluster: str | None = None  # Id at the end of the chain of copies; its own for a page like no other.


class CleanDocument(Document, frozen=True, kw_only=True):
    """A document that is not a duplicate."""

    lineage: Lineage = Lineage()  # What near-duplicate detection found.
    # Orders the versions of a page: when near-duplicate detection first saw this one, milliseconds since the epoch.
    version: int = 0

    @classmethod
    def of(cls, document: Document, lineage: Lineage = Lineage(), version: int = 0) -> CleanDocument:  # noqa: B008 (immutable)
        """The document with the result of near-duplicate detection."""
        return cls(**carry(document, Document.__struct_fields__), lineage=lineage, version=version)
