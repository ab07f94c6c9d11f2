"""JSON Schemas of the records on all topics, generated from :mod:`streams.records`.

``python -m streams.schemas`` writes them to config/schemas/.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from streams.records import (
    Candidate,
    CleanDocument,
    Enriched,
    EntityFact,
    EventFact,
    QuoteFact,
    Record,
    Rejection,
)

FOLDER = Path(__file__).parents[1] / "config" / "schemas"
Schema = dict[str, Any]

# Record types by name; the name is also used in the ``schema`` header.
RECORDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (Candidate, CleanDocument, Enriched, Rejection, EntityFact, QuoteFact, EventFact)
}


class NativePage(msgspec.Struct, kw_only=True):
    """A raw page as crawlmill's native record (pages.raw). One of html, text, body (base64) or a status is required.
    Unknown fields are kept in attrs."""

    url: str
    id: str | int | None = None
    final_url: str | None = None
    status: int | str | None = None
    headers: dict[str, str | list[str]] | list[tuple[str, str]] | None = None
    fetched_at: str | float | None = None
    content_type: str | None = None
    encoding: str | None = None
    html: str | None = None
    text: str | None = None
    body: str | None = None
    source: dict[str, Any] | None = None
    attrs: dict[str, Any] | None = None


def schemas() -> dict[str, Schema]:
    """All schemas, by the name of the record type."""
    kinds: dict[str, type[msgspec.Struct]] = {"RawPage": NativePage, **RECORDS}
    return {name: _schema(name, kind) for name, kind in kinds.items()}


def _schema(name: str, kind: type[msgspec.Struct]) -> Schema:
    schema: Schema = msgspec.json.schema(kind)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, **schema}


def text(schema: Schema) -> str:
    """The content of a schema's file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write(folder: Path = FOLDER) -> list[Path]:
    """Write every schema into ``folder`` and return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        path = folder / f"{name}.json"
        path.write_text(text(schema), "utf-8")
        written.append(path)
    return written


def breaks(old: Schema, new: Schema) -> list[str]:
    """Incompatible changes from ``old`` to ``new``, one sentence each.

    These are: a field that was removed, changed its type or became required; a value removed from an enumeration.
    """
    return list(_compare(old.get("$defs", {}), new.get("$defs", {})))


def _compare(old: Schema, new: Schema) -> Iterator[str]:
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            yield f"{name} vanished"
            continue
        for value in before.get("enum", ()):
            if value not in after.get("enum", ()):
                yield f"{name} no longer has {value!r}"
        yield from _fields(name, before, after)


def _fields(name: str, before: Schema, after: Schema) -> Iterator[str]:
    fields = after.get("properties", {})
    for field, was in before.get("properties", {}).items():
        if field not in fields:
            yield f"{name}.{field} vanished"
        elif not _accepts(fields[field], was):
            yield f"{name}.{field} changed its type from {_type(was)} to {_type(fields[field])}"
    for field in set(after.get("required", ())) - set(before.get("required", ())):
        yield f"{name}.{field} is required and was not"


def _accepts(new: Schema, old: Schema) -> bool:
    """Whether the new type allows every value that the old one allowed."""
    return _kinds(old) <= _kinds(new)


def _kinds(schema: Schema) -> set[str]:
    if "anyOf" in schema:
        return set().union(*(_kinds(option) for option in schema["anyOf"]))
    return {_type(schema)}


def _type(schema: Schema) -> str:
    """A type as text, for comparison: without its default, description, title and format, which only annotate."""
    return json.dumps(
        {
            key: value
            for key, value in schema.items()
            if key not in ("default", "description", "title", "format")
        },
        sort_keys=True,
    )


if __name__ == "__main__":
    for path in write():
        print(path)
