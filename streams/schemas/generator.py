"""Generates the JSON Schemas from the classes of :mod:`streams.records`, their docstrings and comments."""

from __future__ import annotations

from typing import Any

import msgspec

from streams import records
from streams.records import (
    Candidate,
    CleanDocument,
    DeadLetter,
    Enriched,
    EntityFact,
    EventFact,
    QuoteFact,
    Record,
    Rejection,
    Replayed,
)
from streams.schemas import descriptions
from streams.schemas.native import NativePage

Schema = dict[str, Any]

# Record types by name; the name is also used in the ``schema`` header.
RECORDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (
        Candidate,
        CleanDocument,
        Enriched,
        Rejection,
        EntityFact,
        QuoteFact,
        EventFact,
        DeadLetter,
        Replayed,
    )
}


def schemas() -> dict[str, Schema]:
    """All schemas, by the name of the record type."""
    kinds: dict[str, type[msgspec.Struct]] = {"RawPage": NativePage, **RECORDS}
    return {name: _schema(name, kind) for name, kind in kinds.items()}


def _schema(name: str, kind: type[msgspec.Struct]) -> Schema:
    """The schema of a record with its identifier, and with a description of every class and field in it.

    The identifier is a URN, which names the schema and is no address: it changes with the record's version.
    """
    schema: Schema = msgspec.json.schema(kind)
    for defined, definition in schema["$defs"].items():
        _describe(definition, kind if defined == kind.__name__ else getattr(records, defined))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:crawlmill:schema:{name}:{_version(kind)}",
        "title": name,
        **schema,
    }


def _version(kind: type[msgspec.Struct]) -> int:
    """The version of a record: the default of its field ``schema``, 1 without that field."""
    declared = {field.name: field.default for field in msgspec.structs.fields(kind)}
    return int(declared.get("schema", 1))


def _describe(definition: Schema, kind: type) -> None:
    definition["description"] = descriptions.of_class(kind)
    for name, field in definition.get("properties", {}).items():
        field.setdefault("description", descriptions.of_field(kind, name))
