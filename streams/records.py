"""What travels through the mill: typed records and the closed lists of what can become of a page.

On the wire every record is one JSON object in UTF-8 (:func:`encode`, :func:`decode`), with its schema version
inside. JSON Schemas are generated from these classes into ``config/schemas/``.

All text offsets (``start``, ``end``, ``at``) are Unicode code points into the ``text`` of the same record, so
that ``text[start:end]`` is the thing itself.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import msgspec

from streams import utf8
from streams.errors import BadRecord

SCHEMA_VERSION = 1


class Disposition(enum.StrEnum):
    """What became of a page: exactly one for each page read."""

    ENRICHED = "enriched"
    REJECTED = "rejected"
    DEADLETTER = "deadletter"


class Reason(enum.StrEnum):
    """Why a page was rejected. Closed, so that it can be a metric label."""

    HTTP_ERROR = "http_error"
    SOFT_404 = "soft_404"
    BOT_WALL = "bot_wall"
    LOGIN_WALL = "login_wall"
    CONSENT_WALL = "consent_wall"
    PAYWALL_STUB = "paywall_stub"
    PARKED_DOMAIN = "parked_domain"
    MAINTENANCE = "maintenance"
    EMPTY_SHELL = "empty_shell"
    DEFAULT_PAGE = "default_page"
    NOT_HTML = "not_html"
    TOO_SHORT = "too_short"
    TOO_LARGE = "too_large"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    DUPLICATE_URL = "duplicate_url"
    DUPLICATE_EXACT = "duplicate_exact"
    DUPLICATE_NEAR = "duplicate_near"


class Fault(enum.StrEnum):
    """Why a message became a dead letter. Closed, so that it can be a metric label."""

    BAD_RECORD = "bad_record"  # not a page in any shape that intake knows
    UNDECODABLE = "undecodable"  # the body does not unpack (base64, gzip) or decode
    TIMEOUT = "timeout"  # over its time limit in a worker process
    CRASH = "crash"  # took its worker process down
    ERROR = "error"  # an exception in our code: a bug, please report it


class ResidueKind(enum.StrEnum):
    """What a piece of cut text was."""

    ERROR_BLOCK = "error_block"
    CONSENT = "consent"
    NAVIGATION = "navigation"
    SHARE = "share"
    NEWSLETTER = "newsletter"
    RELATED = "related"
    PAYWALL = "paywall"
    BOILERPLATE = "boilerplate"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records: immutable, keyword-only, validated when decoded, unknown fields ignored."""


class Evidence(Record, frozen=True, kw_only=True):
    """One thing that spoke for a decision.

    ``signal`` is a short stable name (``status``, ``title_phrase``, ``body_phrase``, ``markup``, ``shape`` ...),
    ``detail`` what was seen, in words a person can check, ``score`` its weight in the decision where it has one.
    """

    signal: str
    detail: str
    score: float | None = None


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


class Residue(Record, frozen=True, kw_only=True):
    """Text that was cut out of a document: ``text`` stood at code point ``at`` of the document's text."""

    kind: ResidueKind
    text: str
    at: int
    evidence: str


class Provenance(Record, frozen=True, kw_only=True):
    """Where a record came from and what made it. ``timings`` are seconds by stage."""

    topic: str = ""
    partition: int = -1
    offset: int = -1
    crawlmill: str = ""
    model: str | None = None
    model_version: str | None = None
    timings: dict[str, float] = {}
    trace: str | None = None  # W3C traceparent of the source message


class Page(Record, frozen=True, kw_only=True):
    """What every record about a page carries, whatever became of it."""

    schema: int = SCHEMA_VERSION
    id: str
    url: str
    canonical_url: str = ""
    final_url: str | None = None
    site: str = ""  # registered domain
    status: int | None = None
    fetched_at: str | None = None
    source: dict[str, Any] = {}
    attrs: dict[str, Any] = {}
    provenance: Provenance = Provenance()


class Document(Page, frozen=True, kw_only=True):
    """A page's cleaned text and metadata."""

    text: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    modified_at: str | None = None
    description: str | None = None
    image: str | None = None
    site_name: str | None = None
    section: str | None = None
    declared_language: str | None = None
    residue: tuple[Residue, ...] = ()
    # What spoke against it and did not win: a 404 status with a full article.
    evidence: tuple[Evidence, ...] = ()
    paywalled: bool = False


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


class Fingerprint(Record, frozen=True, kw_only=True):
    """What dedup needs to know of a document's text.

    ``signature``: 128 MinHash values of 16 bits, little-endian. ``doors``: door keys in the order in which they
    are visited, the URL's first. ``digest``: of the normalised text, equal for exact copies. ``shingles``: how
    many distinct word n-grams the text has.
    """

    signature: Annotated[bytes, msgspec.Meta(min_length=256, max_length=256)]
    doors: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
    shingles: int


class Lineage(Record, frozen=True, kw_only=True):
    """What dedup found out about a document that it keeps."""

    revision_of: str | None = None  # id of the newest earlier version of the same canonical URL
    revision_similarity: float | None = None  # share of signature values that stayed, 0 to 1
    cluster: str | None = None


class Prior(Record, frozen=True):
    """What a revision carries of its own past, so that copies of its older versions do not count against it.

    ``signature`` is of the newest older version; ``since`` is when its URL first showed that text or one like it,
    milliseconds since the epoch.
    """

    signature: bytes
    since: int


class Copied(Record, frozen=True, kw_only=True):
    """Whose copy a document turned out to be, at a door after the one that is told so."""

    reason: Reason
    of_id: str
    of_url: str
    similarity: float
    cluster: str


class Candidate(Record, frozen=True, kw_only=True):
    """A document on its way past the doors. ``door`` is the index of the one it stands before.

    ``seen`` is when it stood before the first, milliseconds since the epoch; that door sets it. ``copied`` makes it
    a notice to a door that the document passed, without its text: nothing comes of it but that the door knows.
    """

    document: Document
    fingerprint: Fingerprint
    door: int = 0
    lineage: Lineage = Lineage()
    prior: Prior | None = None
    seen: int = 0
    copied: Copied | None = None


class CleanDocument(Document, frozen=True, kw_only=True):
    """A document that passed every door."""

    lineage: Lineage = Lineage()


class Mention(Record, frozen=True, kw_only=True):
    """One place where an entity is named: ``text[start:end]``."""

    start: int
    end: int


class Entity(Record, frozen=True, kw_only=True):
    """One entity, with every mention of it. ``label`` is spaCy's (PERSON, ORG, GPE, ...). ``salience`` is 0 to 1."""

    text: str
    label: str
    mentions: tuple[Mention, ...]
    salience: float = 0.0


class Quote(Record, frozen=True, kw_only=True):
    """Something somebody said. ``text[start:end]`` is ``quote``; marks are outside of it."""

    quote: str
    start: int
    end: int
    direct: bool = True
    speaker: str | None = None  # as named, resolved to an entity of the document where that is possible
    speaker_start: int | None = None
    speaker_end: int | None = None
    cue: str | None = None


class Event(Record, frozen=True, kw_only=True):
    """Who did what to whom, where and when. ``sentence_start``/``sentence_end`` bound the sentence it is from."""

    action: str  # lemma of the verb, with its particle
    kind: str  # coarse class of the action
    start: int  # of the verb
    end: int
    sentence_start: int
    sentence_end: int
    actor: str | None = None
    target: str | None = None
    place: str | None = None
    time: str | None = None
    time_normalised: str | None = None  # ISO 8601 date, from the time and the publication date
    negated: bool = False
    modality: str = "asserted"  # asserted | possible | future | required | denied | reported


class Keyword(Record, frozen=True, kw_only=True):
    """A word or phrase a document is about; ``score`` is 0 to 1, relative within the document."""

    text: str
    score: float


class Statistics(Record, frozen=True, kw_only=True):
    """Reading statistics. ``reading_seconds`` assumes 238 words a minute (Brysbaert 2019, silent reading, English)."""

    characters: int = 0
    words: int = 0
    sentences: int = 0
    paragraphs: int = 0
    reading_seconds: int = 0


class Enriched(Document, frozen=True, kw_only=True):
    """A document and what is in it."""

    disposition: Disposition = Disposition.ENRICHED
    revision_of: str | None = None
    revision_similarity: float | None = None
    cluster: str | None = None
    language: str | None = None
    language_confidence: float = 0.0
    nlp_coverage: tuple[str, ...] = ()  # of: language, keywords, entities, quotes, quote_speakers, events
    lead: str | None = None
    keywords: tuple[Keyword, ...] = ()
    entities: tuple[Entity, ...] = ()
    quotes: tuple[Quote, ...] = ()
    events: tuple[Event, ...] = ()
    statistics: Statistics = Statistics()


class Fact(Record, frozen=True, kw_only=True):
    """What every flattened record says of the document it is from."""

    schema: int = SCHEMA_VERSION
    document_id: str
    url: str
    canonical_url: str
    site: str = ""
    published_at: str | None = None
    language: str | None = None


class EntityFact(Fact, frozen=True, kw_only=True):
    """One entity of one document, on pages.entities."""

    entity: Entity


class QuoteFact(Fact, frozen=True, kw_only=True):
    """One quotation of one document, on pages.quotes."""

    quote: Quote


class EventFact(Fact, frozen=True, kw_only=True):
    """One event of one document, on pages.events."""

    event: Event


class DeadLetter(Record, frozen=True, kw_only=True):
    """A message that could not be processed, as ``process`` reports it. On Kafka it is the untouched message
    with the same facts in headers."""

    id: str
    disposition: Disposition = Disposition.DEADLETTER
    reason: Fault
    stage: str
    error: str
    message: str
    url: str | None = None
    topic: str = ""
    partition: int = -1
    offset: int = -1


class Replayed(Record, frozen=True, kw_only=True):
    """That dead letters about one message were replayed: a record of its own on pages.deadletter, beside them.

    ``letters`` are their partitions and offsets there, ``id`` is the source message, ``to`` where it was sent: both
    topic/partition/offset. ``replayed_at`` is RFC 3339, UTC.
    """

    id: str
    letters: tuple[tuple[int, int], ...]
    to: str
    replayed_at: str


class Foreign(Record, frozen=True, kw_only=True):
    """A record that is none of those its topic is for. ``foreign`` says where it is: topic/partition/offset.

    Its value is in ``text`` where that is UTF-8, else in ``base64``; in neither where it has none.
    """

    foreign: str
    why: str
    text: str | None = None
    base64: bytes | None = None


R = TypeVar("R", bound=Record)
T = TypeVar("T")

# Lists and objects in one another, in a record. Encoding and decoding fail somewhere below a thousand, depending on where
# they are called from; what crawlers write is five or six deep.
MAX_DEPTH = 100
# Lists and objects in a record. Decoded, each takes some 60 bytes and a microsecond of a worker that others wait for: a
# message of 12 MB has room for four million.
MAX_VALUES = 100_000

_encoder = msgspec.json.Encoder()
_decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {}


def encode(record: Record) -> bytes:
    """The record as one line of JSON, UTF-8, without a newline. Numbers that JSON does not have (NaN) are null.

    Raises :class:`~streams.errors.BadRecord` for one that is nested deeper than :data:`MAX_DEPTH`.
    """
    try:
        return _encoder.encode(record)
    except (UnicodeEncodeError, RecursionError):
        return _encoder.encode(well_formed(record))


def decode(data: bytes, kind: type[R]) -> R:
    """The record of the given kind in ``data``. Raises ``msgspec.MsgspecError`` naming what is wrong."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    try:
        decoded: R = decoder.decode(data)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
    return decoded


def well_formed(value: T) -> T:
    """The value with every string in it as :func:`streams.utf8.well_formed` has it; the same object where all are so already.

    Raises :class:`~streams.errors.BadRecord` for lists and objects in one another deeper than :data:`MAX_DEPTH`, or more of
    them than :data:`MAX_VALUES`.
    """
    formed: T = _Former().formed(value, 0)
    return formed


class _Former:
    """Forms one value, and counts what is in it."""

    def __init__(self) -> None:
        self._left = MAX_VALUES

    def formed(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return utf8.well_formed(value)
        if not isinstance(value, dict | list | tuple | msgspec.Struct):
            return value
        self._left -= 1
        if depth > MAX_DEPTH:
            raise BadRecord(f"lists and objects nested deeper than {MAX_DEPTH}")
        if self._left < 0:
            raise BadRecord(f"more than {MAX_VALUES} lists and objects")
        if isinstance(value, msgspec.Struct):
            return self._struct(value, depth + 1)
        if isinstance(value, dict):
            pairs = [(self.formed(key, depth), self.formed(item, depth + 1)) for key, item in value.items()]
            same = all(
                new[0] is old[0] and new[1] is old[1] for new, old in zip(pairs, value.items(), strict=True)
            )
            return value if same else dict(pairs)
        items = [self.formed(item, depth + 1) for item in value]
        return value if all(map(operator.is_, items, value)) else type(value)(items)

    def _struct(self, value: msgspec.Struct, depth: int) -> msgspec.Struct:
        changed = {}
        for name in value.__struct_fields__:
            field = getattr(value, name)
            if (new := self.formed(field, depth)) is not field:
                changed[name] = new
        return msgspec.structs.replace(value, **changed) if changed else value


def carry(record: Record, names: Sequence[str]) -> dict[str, Any]:
    """The named fields of a record, to build the next record from. Raises ``AttributeError`` for an unknown one."""
    return {name: getattr(record, name) for name in names}
