"""Reads the fields of a JSON object by name and type; unused fields become the page's ``attrs``.

Only a missing or invalid URL or body is an error. Any other field of an unexpected type (``"status": "published"``) is skipped:
the next name is tried, and the field is kept among the attributes.

Names are compared without case, ``_`` and ``-``: ``status_code``, ``statusCode`` and ``Status-Code`` are equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from streams.errors import BadRecord
from streams.intake import bodies, http_headers, identity, timestamps
from streams.urls import MAX_URL_CHARACTERS
from streams.utf8 import well_formed

Object = dict[str, Any]
T = TypeVar("T")

_LONGEST_SHOWN = 80  # characters of a value shown in an error
# Names that can only mean a body, normalised: another type under one of them is an error.
_ONLY_BODIES = frozenset(["html", "body", "text", "rawhtml", "browserhtml", "maintext", "textcontent"])
_STATUS = re.compile(r"(?:HTTP/\d(?:\.\d)?\s+)?([1-9]\d\d)(?:\.0+)?(?:\s+.{0,100})?", re.A | re.S)
_ADDRESS = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.\-]{0,20}:)?//\S")
_EXTENDED = ("$oid", "$date", "$numberLong", "$numberInt", "$numberDouble")  # MongoDB's extended JSON


class Fields:
    """The fields of a record. Each method returns the first value of its type under the given names and marks that field as used."""

    def __init__(self, record: Object) -> None:
        self._record = record
        self._used: set[str] = set()
        self._names: dict[str, list[str]] = {}
        for name in record:
            self._names.setdefault(_normal(name), []).append(name)

    def url(self, *names: str) -> str | None:
        """A URL: the first that looks like one, else the first string that is not blank."""
        found = [
            (name, value) for name, value in self._under(names) if isinstance(value, str) and value.strip()
        ]
        for name, value in sorted(found, key=lambda pair: _ADDRESS.match(pair[1]) is None):
            if len(value) <= MAX_URL_CHARACTERS:
                self._used.add(name)
                return value.strip()
        return None

    def required_url(self, *names: str) -> str:
        """The URL as :meth:`url` finds it. Raises :class:`BadRecord` that shows the value found instead."""
        found = self.url(*names)
        if found is not None:
            return found
        for name, value in self._under(names):
            if isinstance(value, str) and not value.strip():
                continue
            if isinstance(value, str):
                raise BadRecord(
                    f"field {name!r} has {len(value):,} characters, expected an address of at most {MAX_URL_CHARACTERS:,}"
                )
            raise BadRecord(f"field {name!r} is {shown(value)}, expected an address (a string)")
        raise BadRecord(
            f"field {names[0]!r} is empty, expected the page's address: without one it cannot be told from another"
        )

    def body(self, *names: str) -> tuple[str, str | bytes] | None:
        """The name of the first field with a body that is not blank, and that body; None where all are empty.

        Raises :class:`BadRecord` where none is found and a field that can only be a body (``html``) has another type. Fields such
        as ``page`` or ``response`` may be something else: a number, an object.
        """
        found: tuple[str, str | bytes] | None = None
        other: tuple[str, Any] | None = None
        for name, value in self._under(names):
            content = bodies.from_json(_joined(value))
            if content is None:
                other = other or ((name, value) if _normal(name) in _ONLY_BODIES else None)
            elif not content.strip():
                self._used.add(name)
            elif found is None:
                self._used.add(name)
                found = name, content
        if found is None and other is not None:
            raise BadRecord(
                f"field {other[0]!r} is {shown(other[1])}, expected a page's text, or its bytes in base64"
            )
        return found

    def text(self, *names: str) -> str | None:
        """A string that is not blank."""
        return self._first(names, lambda value: value if isinstance(value, str) and value.strip() else None)

    def texts(self, *names: str) -> tuple[str, ...]:
        """The strings of a list, or a single one."""
        return self._first(names, _strings) or ()

    def status(self, *names: str) -> int | None:
        """An HTTP status: 404, 404.0, ``"404"``, ``"404 Not Found"``, ``"HTTP/1.1 404"``."""
        return self._first(names, http_status)

    def headers(self, *names: str) -> dict[str, str]:
        """HTTP headers, in any of the forms of :mod:`streams.intake.http_headers`."""
        for wanted in names:
            # The values are not unwrapped as elsewhere: a list of one pair is a list of pairs.
            for name in self._names.get(_normal(wanted), ()):
                found = http_headers.parse(self._record[name])
                if found is not None:
                    self._used.add(name)
                if found:
                    return found
        return {}

    def time(self, *names: str) -> str | None:
        """A time between 1990 and 2100 (:mod:`streams.intake.timestamps`), in UTC."""
        return self._first(names, timestamps.utc)

    def object(self, name: str) -> Object:
        """A nested object, unchanged; empty where there is none."""
        return self._first((name,), lambda value: value if isinstance(value, dict) else None) or {}

    def convert(self, read: Callable[[Any], T | None], *names: str) -> T | None:
        """The first result of ``read`` that is not None, over the values under the names."""
        return self._first(names, read)

    def has(self, *names: str) -> bool:
        """Whether any of the names has a value that is not empty."""
        return next(self._under(names), None) is not None

    def own_id(self, *names: str) -> str | None:
        """The record's own id as text. The field stays among the attributes, since the page's id may differ from it."""
        return next((own for _, value in self._under(names) if (own := identity.id_text(value))), None)

    def drop(self, *names: str) -> None:
        """Leave fields out of the attributes, such as other forms of the page, which are as large as the page."""
        self._used.update(name for wanted in names for name in self._names.get(_normal(wanted), ()))

    def rest(self) -> Object:
        """The attributes: the record's own ``attrs`` object together with all unused fields."""
        own = self.object("attrs")
        return own | {name: value for name, value in self._record.items() if name not in self._used}

    def _first(self, names: Iterable[str], read: Callable[[Any], T | None]) -> T | None:
        for name, value in self._under(names):
            found = read(value)
            if found is not None:
                self._used.add(name)
                return found
        return None

    def _under(self, names: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """Yield each field under the names, in their order, with its unwrapped value. Empty fields are only marked as used."""
        for wanted in names:
            for name in self._names.get(_normal(wanted), ()):
                value = _unwrapped(self._record[name])
                if value is None or value == "" or value == [] or value == {}:
                    self._used.add(name)
                else:
                    yield name, value


def http_status(value: Any) -> int | None:
    """An HTTP status from a number or from text such as ``"404 Not Found"``; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 100 <= value <= 999 and value == int(value) else None
    found = _STATUS.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 200 else None
    return int(found.group(1)) if found else None


def shown(value: Any) -> str:
    """A value for an error message: its type and its beginning."""
    begins = repr(value[:_LONGEST_SHOWN] if isinstance(value, str | bytes | list) else value)
    short = begins if len(begins) <= _LONGEST_SHOWN else begins[:_LONGEST_SHOWN] + "..."
    return well_formed(f"{type(value).__name__} {short}")


def _normal(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _unwrapped(value: Any) -> Any:
    """The value in a list of one (as Scrapy's item loaders leave it) or in MongoDB's extended JSON (``{"$date": ...}``)."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    for _ in range(2):  # {"$date": {"$numberLong": "..."}}
        if isinstance(value, dict) and len(value) == 1:
            name = next(iter(value))
            value = value[name] if name in _EXTENDED else value
    return value


def _joined(value: Any) -> Any:
    """A list of strings (the result of a selector's ``getall()``) joined into one text; other values unchanged."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return "\n".join(value)
    return value


def _strings(value: Any) -> tuple[str, ...] | None:
    values = value if isinstance(value, list) else [value]
    return tuple(text.strip() for text in values if isinstance(text, str) and text.strip()) or None
