"""The fields of a JSON object, taken by name. What nobody could use is left, and goes into ``attrs``.

A page is lost only for its address and its body. Whatever else is of another type than expected (``"status": "published"``)
is not what it is named like: it is passed over, the next name is tried, and it stays among the attributes.

Names are compared without case, ``_`` and ``-``: ``status_code``, ``statusCode`` and ``Status-Code`` are one.
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
_ONLY_BODIES = frozenset(["html", "body", "text", "rawhtml", "browserhtml", "maintext", "textcontent"])
_STATUS = re.compile(r"(?:HTTP/\d(?:\.\d)?\s+)?([1-9]\d\d)(?:\.0+)?(?:\s+.{0,100})?", re.A | re.S)
_ADDRESS = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.\-]{0,20}:)?//\S")
_EXTENDED = ("$oid", "$date", "$numberLong", "$numberInt", "$numberDouble")  # MongoDB's extended JSON


class Fields:
    """A record's fields. Each method looks under several names, the first usable one wins, and takes what it uses."""

    def __init__(self, record: Object) -> None:
        self._record = record
        self._taken: set[str] = set()
        self._names: dict[str, list[str]] = {}
        for name in record:
            self._names.setdefault(_normal(name), []).append(name)

    def url(self, *names: str) -> str | None:
        """An address: the first that looks like one, else the first string that is not blank."""
        found = [
            (name, value) for name, value in self._under(names) if isinstance(value, str) and value.strip()
        ]
        for name, value in sorted(found, key=lambda pair: _ADDRESS.match(pair[1]) is None):
            if len(value) <= MAX_URL_CHARACTERS:
                self._taken.add(name)
                return value.strip()
        return None

    def required_url(self, *names: str) -> str:
        """The address. Raises :class:`BadRecord` that says what is there instead."""
        found = self.url(*names)
        if found is not None:
            return found
        for name, value in self._under(names):
            if isinstance(value, str):
                raise BadRecord(
                    f"field {name!r} has {len(value):,} characters, expected an address of at most {MAX_URL_CHARACTERS:,}"
                )
            raise BadRecord(f"field {name!r} is {shown(value)}, expected an address (a string)")
        raise BadRecord(
            f"field {names[0]!r} is empty, expected the page's address: without one it cannot be told from another"
        )

    def body(self, *names: str) -> tuple[str, str | bytes] | None:
        """A body that is not blank, and the name it was under; None where all are empty.

        Raises :class:`BadRecord` where all there is is something else, under a name that means nothing but a body:
        ``page`` may be a number, and ``response`` an object.
        """
        found: tuple[str, str | bytes] | None = None
        other: tuple[str, Any] | None = None
        for name, value in self._under(names):
            content = bodies.from_json(_joined(value))
            if content is None:
                other = other or ((name, value) if _normal(name) in _ONLY_BODIES else None)
            elif not content.strip():
                self._taken.add(name)
            elif found is None:
                self._taken.add(name)
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
            for name in self._names.get(
                _normal(wanted), ()
            ):  # as it stands: a list of one pair is a list of pairs
                found = http_headers.parse(self._record[name])
                if found is not None:
                    self._taken.add(name)
                if found:
                    return found
        return {}

    def time(self, *names: str) -> str | None:
        """A plausible time, in UTC."""
        return self._first(names, timestamps.utc)

    def object(self, name: str) -> Object:
        """An object, as it is."""
        return self._first((name,), lambda value: value if isinstance(value, dict) else None) or {}

    def convert(self, read: Callable[[Any], T | None], *names: str) -> T | None:
        """What ``read`` makes of the first value of which it makes something."""
        return self._first(names, read)

    def has(self, *names: str) -> bool:
        """Whether there is something under any of the names."""
        return next(self._under(names), None) is not None

    def own_id(self, *names: str) -> str | None:
        """An item's own id as text. It stays among the attributes: the page's id is made from it."""
        return next((own for _, value in self._under(names) if (own := identity.written(value))), None)

    def drop(self, *names: str) -> None:
        """Leave fields out of the attributes: other forms of the page, which are as large as itself."""
        self._taken.update(name for wanted in names for name in self._names.get(_normal(wanted), ()))

    def rest(self) -> Object:
        """The attributes: the object ``attrs`` of the record, and whatever was not taken."""
        own = self.object("attrs")
        return own | {name: value for name, value in self._record.items() if name not in self._taken}

    def _first(self, names: Iterable[str], read: Callable[[Any], T | None]) -> T | None:
        for name, value in self._under(names):
            found = read(value)
            if found is not None:
                self._taken.add(name)
                return found
        return None

    def _under(self, names: Iterable[str]) -> Iterator[tuple[str, Any]]:
        """What the record has under the names, in their order; what is empty there is nothing, and is taken."""
        for wanted in names:
            for name in self._names.get(_normal(wanted), ()):
                value = _alone(self._record[name])
                if value is None or value == "" or value == [] or value == {}:
                    self._taken.add(name)
                else:
                    yield name, value


def http_status(value: Any) -> int | None:
    """An HTTP status from a number or the text of one; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value) if 100 <= value <= 999 and value == int(value) else None
    found = _STATUS.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 200 else None
    return int(found.group(1)) if found else None


def shown(value: Any) -> str:
    """A value as an error message shows it: its kind, and how it begins."""
    begins = repr(value[:_LONGEST_SHOWN] if isinstance(value, str | bytes | list) else value)
    short = begins if len(begins) <= _LONGEST_SHOWN else begins[:_LONGEST_SHOWN] + "..."
    return well_formed(f"{type(value).__name__} {short}")


def _normal(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _alone(value: Any) -> Any:
    """A value out of what item loaders (a list of one) and MongoDB (``{"$date": ...}``) put around it."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    for _ in range(2):  # {"$date": {"$numberLong": "..."}}
        if isinstance(value, dict) and len(value) == 1:
            name = next(iter(value))
            value = value[name] if name in _EXTENDED else value
    return value


def _joined(value: Any) -> Any:
    """A list of strings, as a selector's ``getall()`` gives them, as one text."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return "\n".join(value)
    return value


def _strings(value: Any) -> tuple[str, ...] | None:
    values = value if isinstance(value, list) else [value]
    return tuple(text.strip() for text in values if isinstance(text, str) and text.strip()) or None
