"""The columns of a record class, and records as rows: the same for Parquet and DuckDB.

Times become timestamps in UTC, nested records structs, lists lists. What may be any JSON (``source``, ``attrs``) is a string of JSON.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import types
import typing
from collections.abc import Sequence
from typing import Annotated, Any, Union

import msgspec
import pyarrow as pa

from streams.client.received import Received
from streams.records import Record, Time

# Columns beside the record's own: where it was, and whether its key was deleted by a tombstone.
_PLACE = (
    pa.field("_key", pa.string(), nullable=False),
    pa.field("_partition", pa.int32(), nullable=False),
    pa.field("_offset", pa.int64(), nullable=False),
    pa.field("_produced_at", pa.timestamp("ms", tz="UTC"), nullable=False),
    pa.field("_deleted", pa.bool_(), nullable=False),
)
_TIME = pa.timestamp("ms", tz="UTC")
_DECIMAL = pa.decimal128(28, 6)  # prices
_SMALLEST, _DIGITS = decimal.Decimal("0.000001"), decimal.Context(prec=28)
_EARLIEST, _LATEST = (
    datetime.datetime(1, 1, 1, tzinfo=datetime.UTC),
    datetime.datetime(9999, 12, 31, tzinfo=datetime.UTC),
)


def schema_of(kind: type[Record]) -> pa.Schema:
    """The Arrow schema of a record class: its fields in their order, then the columns of its place in the topic."""
    return pa.schema([*_fields(kind), *_PLACE])


def table_of(kind: type[Record], received: Sequence[Received[Any]]) -> pa.Table:
    """The records as an Arrow table with :func:`schema_of` their class."""
    schema = schema_of(kind)
    rows = [_row(one) for one in received]
    return pa.Table.from_pylist(_shaped(rows, schema), schema=schema)


def _row(received: Received[Any]) -> dict[str, Any]:
    record = {} if received.record is None else msgspec.to_builtins(received.record)
    return {
        **record,
        "_key": received.key,
        "_partition": received.partition,
        "_offset": received.offset,
        "_produced_at": received.timestamp,
        "_deleted": received.record is None,
    }


def _shaped(rows: list[dict[str, Any]], schema: pa.Schema) -> list[dict[str, Any]]:
    return [{field.name: _value(row.get(field.name), field.type) for field in schema} for row in rows]


def _value(value: Any, kind: pa.DataType) -> Any:
    """The value as Arrow takes it for a column of this type."""
    if value is None:
        return None
    if pa.types.is_timestamp(kind):
        return _moment(value)
    if pa.types.is_struct(kind):
        return {field.name: _value(value.get(field.name), field.type) for field in kind}
    if pa.types.is_list(kind):
        return [_value(item, kind.value_type) for item in value]
    if pa.types.is_map(kind):
        return list(value.items())
    if pa.types.is_decimal(kind):
        return _amount(value)
    if pa.types.is_string(kind) and not isinstance(value, str):
        return msgspec.json.encode(value).decode()
    return value


def _moment(value: Any) -> datetime.datetime | None:
    """A time of a record; None for what is none, as records of other versions may have any text there."""
    if isinstance(value, datetime.datetime):
        return value
    try:
        found = datetime.datetime.fromisoformat(value)
    except ValueError:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
    return min(max(aware, _EARLIEST), _LATEST)


def _amount(value: Any) -> decimal.Decimal | None:
    """A decimal of a record, with the digits that its column has; None for one that is too large."""
    try:
        return decimal.Decimal(str(value)).quantize(_SMALLEST, context=_DIGITS)
    except decimal.InvalidOperation:
        return None


def _fields(kind: type[Any]) -> list[pa.Field]:
    hints = typing.get_type_hints(kind, include_extras=True)
    return [pa.field(name, _arrow(hints[name])) for name in kind.__struct_fields__]


def _arrow(hint: Any) -> pa.DataType:
    """The Arrow type of a field's annotation. Raises :class:`TypeError` for one that no record has yet."""
    if hint == Time:
        return _TIME
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _arrow(arguments[0])
    if origin in (Union, types.UnionType):
        return _arrow_of_union([one for one in arguments if one is not type(None)])
    if origin in (tuple, list):
        return pa.list_(_arrow(arguments[0]))
    if origin is dict:
        return pa.string() if arguments[1] is Any else pa.map_(pa.string(), _arrow(arguments[1]))
    if isinstance(hint, type):
        return _arrow_of_class(hint)
    raise TypeError(f"{hint}: no column type is known for it")


def _arrow_of_union(parts: list[Any]) -> pa.DataType:
    return _arrow(parts[0]) if len(parts) == 1 else pa.string()


def _arrow_of_class(kind: type[Any]) -> pa.DataType:
    if issubclass(kind, msgspec.Struct):
        return pa.struct(_fields(kind))
    if issubclass(kind, enum.Enum | str):
        return pa.string()
    if issubclass(kind, bool):
        return pa.bool_()
    if issubclass(kind, int):
        return pa.int64()
    if issubclass(kind, float):
        return pa.float64()
    if issubclass(kind, decimal.Decimal):
        return _DECIMAL
    if issubclass(kind, bytes):
        return pa.string()  # base64, as in JSON
    raise TypeError(f"{kind}: no column type is known for it")
