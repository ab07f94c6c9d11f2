"""Parses HTTP headers, in every form in which crawlers store them, into ``{lower-case name: value}``."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import Any

from streams.intake.bodies import from_repr
from streams.utf8 import well_formed

_LONGEST_TEXT = 65_536  # characters of headers in one string; servers allow about 16 kB
_PAIR_NAMES = (("name", "value"), ("key", "value"), ("Name", "Value"))


def parse(value: Any) -> dict[str, str] | None:
    """The headers; several values of a name are joined with ``", "``. Empty for an absent value, None for an unknown form.

    Accepted forms are ``{name: value}``, ``{name: [values]}``, ``[[name, value]]``, ``[{"name": ..., "value": ...}]`` (HAR),
    ``["Name: value"]``, the header block as received, JSON and Python's ``repr`` of any of these, and ``b'...'``
    for any name or value. Values that are neither strings nor numbers are skipped.
    """
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        value = _unpacked(value)
    pairs = _pairs(value)
    if pairs is None:
        return None
    lines: dict[str, list[str]] = {}
    for name, content in pairs:
        values = [
            _text(item).strip() for item in (content if isinstance(content, list | tuple) else [content])
        ]
        lines.setdefault(_text(name).strip().lower(), []).extend(filter(None, values))
    return {name: ", ".join(values) for name, values in lines.items() if name and values}


def _unpacked(value: str) -> Any:
    """The value in a string of headers: parsed as JSON or Python's repr, else a list of lines."""
    stripped = value.strip()
    if len(stripped) > _LONGEST_TEXT:
        return None
    if stripped[:1] in ("{", "["):
        for reader in (json.loads, ast.literal_eval):
            try:
                return reader(stripped)
            except (ValueError, SyntaxError, MemoryError, RecursionError):  # of either parser, for other text
                continue
        return None
    return stripped.splitlines() if ":" in stripped else None


def _pairs(value: Any) -> list[tuple[Any, Any]] | None:
    if isinstance(value, dict):
        return list(value.items())
    if not isinstance(value, list | tuple):
        return None
    pairs = list(_listed(value))
    return pairs if pairs or not value else None


def _listed(value: list[Any] | tuple[Any, ...]) -> Iterator[tuple[Any, Any]]:
    """Yield the (name, value) pairs in a list; elements that are no header (a status line) are skipped."""
    for item in value:
        if isinstance(item, dict):
            keys = next((pair for pair in _PAIR_NAMES if pair[0] in item), None)
            if keys is not None:
                yield item[keys[0]], item.get(keys[1])
            elif len(value) == 1:
                yield from item.items()  # an object in a list, as item loaders leave it
        elif isinstance(item, list | tuple) and len(item) == 2:
            yield item[0], item[1]
        elif isinstance(item, str):
            name, colon, content = item.partition(":")
            if colon and name and " " not in name.strip():
                yield name, content


def _text(value: Any) -> str:
    if isinstance(value, str):
        raw = from_repr(value)
        return well_formed(value) if raw is None else raw.decode("utf-8", "replace")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
