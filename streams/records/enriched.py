"""The result of enrichment: a document with its entities, quotations, events and keywords."""

from __future__ import annotations

from streams.records.base import Record
from streams.records.documents import Document
from streams.records.labels import Disposition, TimePrecision
from streams.records.times import Time


class Mention(Record, frozen=True, kw_only=True):
    """One mention of an entity: ``text[start:end]``."""

    start: int
    end: int


class Place(Record, frozen=True, kw_only=True):
    """A place of GeoNames. Degrees are WGS 84; those of a country or region are the centre of its population.

    ``country`` is an ISO 3166-1 alpha-2 code, null for a continent. ``kind`` is country, region, city or continent.
    """

    geonames_id: int
    name: str  # as GeoNames has it
    latitude: float
    longitude: float
    country: str | None
    kind: str


class Entity(Record, frozen=True, kw_only=True):
    """An entity with all of its mentions. ``label`` is spaCy's (PERSON, ORG, GPE, ...). ``salience`` is 0 to 1.

    ``probability`` is that of its most certain mention, where the model gives one.
    """

    id: str = ""  # within its document: e1, e2 ... in the order of the list
    text: str
    label: str
    mentions: tuple[Mention, ...]
    salience: float = 0.0
    probability: float | None = None
    place: Place | None = None  # where the entity is a place that the document tells apart from its namesakes


class Quote(Record, frozen=True, kw_only=True):
    """A quotation. ``text[start:end]`` is ``quote``; quotation marks are outside of it."""

    id: str = ""  # within its document: q1, q2 ... in the order of the list
    quote: str
    start: int
    end: int
    direct: bool = True
    speaker: str | None = None  # as named, resolved to an entity of the document where that is possible
    speaker_start: int | None = None
    speaker_end: int | None = None
    speaker_id: str | None = None  # of the entity, where the speaker is one
    cue: str | None = None


class Event(Record, frozen=True, kw_only=True):
    """An event: who did what to whom, where and when.

    The four offsets are into the text of the document; of an event whose ``source`` is ``title``, into its title.
    """

    id: str = ""  # within its document: v1, v2 ... in the order of the list
    source: str = "text"  # text | title
    action: str  # lemma of the verb, with its particle
    kind: str  # coarse class of the action
    plover: str | None = None  # event type of PLOVER, null where it has none
    cameo: str | None = None  # root code of CAMEO, 01 to 20, null where it has none
    start: int  # of the verb
    end: int
    sentence_start: int
    sentence_end: int
    actor: str | None = None
    actor_id: str | None = None  # of the entity, where the actor is one; so are the next two
    target: str | None = None
    target_id: str | None = None
    place: str | None = None
    place_id: str | None = None
    time: str | None = None
    time_normalised: Time | None = None  # first second of the day, week, month or year that the time means
    time_precision: TimePrecision | None = None
    negated: bool = False
    modality: str = "asserted"  # asserted | possible | future | required | denied | reported
    amount: float | None = None  # of money, in units of ``currency``
    currency: str | None = None  # ISO 4217
    killed: int | None = None
    injured: int | None = None
    count: int | None = None  # of the targets: 14 in "arrested 14 protesters"
    salience: float = 0.0  # 0 to 1


class Keyword(Record, frozen=True, kw_only=True):
    """A word or phrase that a document is about. ``score`` is 0 to 1, relative within the document."""

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
    """A document with the results of enrichment."""

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
