"""The result of enrichment: a document with its entities, quotations, events and keywords."""

from __future__ import annotations

from streams.records.base import Record
from streams.records.documents import Document
from streams.records.labels import Disposition, TimePrecision
from streams.records.times import Time


class Mention(Record, frozen=True, kw_only=True):
    """One mention of an entity: ``text[start:end]``."""

    start: int  # Code point of the text at which it begins.
    end: int  # Code point after its last.


class Place(Record, frozen=True, kw_only=True):
    """A place of GeoNames. Degrees are WGS 84; those of a country or region are the centre of its population."""

    geonames_id: int  # Id in GeoNames.
    name: str  # Name in GeoNames.
    latitude: float  # Degrees north, WGS 84.
    longitude: float  # Degrees east, WGS 84.
    country: str | None  # Code of ISO 3166-1 alpha-2, null for a continent.
    kind: str  # country, region, city or continent.


class Entity(Record, frozen=True, kw_only=True):
    """An entity with all of its mentions."""

    id: str = ""  # Within its document: e1, e2 ... in the order of the list.
    text: str  # Name of the entity.
    label: str  # Kind of entity, by spaCy's names: PERSON, ORG, GPE ...
    mentions: tuple[Mention, ...]  # Every mention in the text.
    salience: float = 0.0  # How much the document is about it, 0 to 1.
    probability: float | None = None  # Of its most certain mention, 0 to 1; null where the model gives none.
    # Where the entity is a place that the document tells apart from its namesakes.
    place: Place | None = None


class Quote(Record, frozen=True, kw_only=True):
    """A quotation. ``text[start:end]`` is ``quote``; quotation marks, and a comma before the closing one, are outside of it."""

    id: str = ""  # Within its document: q1, q2 ... in the order of the list.
    quote: str  # The quoted words, `text[start:end]`, without quotation marks.
    start: int  # Code point of the text at which they begin.
    end: int  # Code point after their last.
    direct: bool = True  # Whether the words are quoted; false for reported speech.
    speaker: str | None = None  # As named, resolved to an entity of the document where that is possible.
    # Code point of the text at which the speaker is named beside the quotation.
    speaker_start: int | None = None
    speaker_end: int | None = None  # Code point after the name.
    speaker_id: str | None = None  # Id of the entity, where the speaker is one.
    cue: str | None = None  # Reporting verb or phrase.


class Event(Record, frozen=True, kw_only=True):
    """An event: who did what to whom, where and when.

    The four offsets are into the text of the document; of an event whose ``source`` is ``title``, into its title.
    """

    id: str = ""  # Within its document: v1, v2 ... in the order of the list.
    source: str = "text"  # What the offsets are into: text or title.
    action: str  # Lemma of the verb, with its particle.
    kind: str  # Coarse class of the action.
    plover: str | None = None  # Event type of PLOVER, null where it has none.
    cameo: str | None = None  # Root code of CAMEO, 01 to 20, null where it has none.
    start: int  # Code point at which the verb begins.
    end: int  # Code point after the verb.
    sentence_start: int  # Code point at which its sentence begins.
    sentence_end: int  # Code point after its sentence.
    actor: str | None = None  # Who did it.
    actor_id: str | None = None  # Id of the entity, where the actor is one.
    target: str | None = None  # To whom or what it was done.
    target_id: str | None = None  # Id of the entity, where the target is one.
    place: str | None = None  # Where, as the text says it.
    place_id: str | None = None  # Id of the entity, where the place is one.
    time: str | None = None  # When, as the text says it.
    time_normalised: Time | None = None  # First second of the day, week, month or year that the time means.
    time_precision: TimePrecision | None = None  # Precision of `time_normalised`.
    negated: bool = False  # Whether the sentence says that it did not happen.
    modality: str = "asserted"  # asserted, possible, future, required, denied or reported.
    amount: float | None = None  # Of money, in units of the currency.
    currency: str | None = None  # Code of ISO 4217.
    killed: int | None = None  # Number of people killed.
    injured: int | None = None  # Number of people injured.
    count: int | None = None  # Number of the targets: 14 in `arrested 14 protesters`.
    salience: float = 0.0  # How much the document is about it, 0 to 1.
    probability: float = 0.0  # That all fields are right and that it is worth a record, 0 to 1.


class Keyword(Record, frozen=True, kw_only=True):
    """A word or phrase that a document is about."""

    text: str  # The word or phrase.
    score: float  # 0 to 1, relative within the document.


class Statistics(Record, frozen=True, kw_only=True):
    """Reading statistics. ``reading_seconds`` assumes 238 words a minute (Brysbaert 2019, silent reading, English)."""

    characters: int = 0  # Code points of the text.
    words: int = 0  # Words of the text.
    sentences: int = 0  # Sentences of the text.
    paragraphs: int = 0  # Paragraphs of the text.
    reading_seconds: int = 0  # Time to read it at 238 words a minute.


class Enriched(Document, frozen=True, kw_only=True):
    """A document with the results of enrichment."""

    disposition: Disposition = Disposition.ENRICHED  # Always enriched.
    revision_of: str | None = None  # Id of the newest earlier version of the same canonical URL.
    # Share of signature values that stayed since that version, 0 to 1.
    revision_similarity: float | None = None
    cluster: str | None = None  # Id at the end of the chain of copies; its own for a page like no other.
    language: str | None = None  # Code of ISO 639, null where the language is not known.
    language_confidence: float = 0.0  # 0 to 1.
    # What was done for this language, of: language, keywords, entities, quotes, quote_speakers, events.
    nlp_coverage: tuple[str, ...] = ()
    lead: str | None = None  # First paragraph that says something.
    keywords: tuple[Keyword, ...] = ()  # What the document is about.
    entities: tuple[Entity, ...] = ()  # People, organisations, places and other named things.
    quotes: tuple[Quote, ...] = ()  # Quotations with their speakers.
    events: tuple[Event, ...] = ()  # Who did what to whom.
    statistics: Statistics = Statistics()  # Sizes of the text.
