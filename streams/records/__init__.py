"""The records on all topics, and the closed lists of dispositions, reasons and faults.

On the wire a record is one JSON object in UTF-8 (:func:`encode`, :func:`decode`) that carries its schema version.
``make schemas`` writes a JSON Schema of each class to ``config/schemas/``.

Text offsets (``start``, ``end``, ``at``) count Unicode code points in the ``text`` of the same record:
``text[start:end]`` is the passage itself.
"""

from streams.records.base import CANDIDATE_VERSION, SCHEMA_VERSION, Evidence, Record, carry
from streams.records.candidates import Candidate, Copied, Fingerprint, Prior
from streams.records.codec import (
    MAX_DEPTH,
    MAX_VALUES,
    decode,
    encode,
    well_formed,
)
from streams.records.dead_letters import DeadLetter, Foreign, Replayed, Tombstone
from streams.records.documents import (
    EXCERPT_CHARACTERS,
    CleanDocument,
    Document,
    Lineage,
    Page,
    Part,
    Product,
    Provenance,
    Rejection,
    Residue,
)
from streams.records.enriched import (
    Enriched,
    Entity,
    Event,
    Keyword,
    Mention,
    Place,
    Quote,
    Statistics,
)
from streams.records.facts import EntityFact, EventFact, Fact, QuoteFact
from streams.records.labels import (
    DUPLICATES,
    Availability,
    Disposition,
    Fault,
    PageType,
    Reason,
    ResidueKind,
    Stage,
    TimePrecision,
)
from streams.records.pages import MAX_PAGE_BYTES, Message, Metadata, RawPage
from streams.records.times import StatedTime, Time

__all__ = [
    "CANDIDATE_VERSION",
    "DUPLICATES",
    "EXCERPT_CHARACTERS",
    "MAX_DEPTH",
    "MAX_PAGE_BYTES",
    "MAX_VALUES",
    "SCHEMA_VERSION",
    "Availability",
    "Candidate",
    "CleanDocument",
    "Copied",
    "DeadLetter",
    "Disposition",
    "Document",
    "Enriched",
    "Entity",
    "EntityFact",
    "Event",
    "EventFact",
    "Evidence",
    "Fact",
    "Fault",
    "Fingerprint",
    "Foreign",
    "Keyword",
    "Lineage",
    "Mention",
    "Message",
    "Metadata",
    "Page",
    "PageType",
    "Part",
    "Place",
    "Prior",
    "Product",
    "Provenance",
    "Quote",
    "QuoteFact",
    "RawPage",
    "Reason",
    "Record",
    "Rejection",
    "Replayed",
    "Residue",
    "ResidueKind",
    "Stage",
    "StatedTime",
    "Statistics",
    "Time",
    "TimePrecision",
    "Tombstone",
    "carry",
    "decode",
    "encode",
    "well_formed",
]
