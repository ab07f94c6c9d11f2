"""JSON encoding and decoding of records, with bounds on nesting and size."""

from __future__ import annotations

import operator
from typing import Any, TypeVar

import msgspec

from streams import utf8
from streams.errors import BadRecord
from streams.records.base import Record

R = TypeVar("R", bound=Record)
T = TypeVar("T")

# Nesting of lists and objects in a record. Encoders and decoders fail somewhere below a thousand levels, depending on the
# depth of the call; crawlers write five or six.
MAX_DEPTH = 100
# Lists and objects in one record. Decoded, each takes about 60 bytes and a microsecond of a worker's event loop, and a message
# of 12 MB has room for four million.
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
    """The record of the given type in ``data``. Raises ``msgspec.MsgspecError`` that names the wrong field."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    try:
        decoded: R = decoder.decode(data)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error
    return decoded


def well_formed(value: T) -> T:
    """The value with every string in it made well formed (:func:`streams.utf8.well_formed`); the same object where all are.

    Raises :class:`~streams.errors.BadRecord` for lists and objects in one another deeper than :data:`MAX_DEPTH`, or more of
    them than :data:`MAX_VALUES`.
    """
    formed: T = _Former().formed(value, 0)
    return formed


class _Former:
    """Makes the strings of one value well formed and counts its containers."""

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
