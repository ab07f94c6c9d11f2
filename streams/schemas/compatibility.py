"""Compares two versions of a schema: whether a reader of the old one can read what the new one describes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


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
