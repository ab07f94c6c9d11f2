"""Which records a command is to show: topics by name, conditions on their fields, and times as people write them."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import click
import msgspec

from streams import topics
from streams.records import Record

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d|w)")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_LONGEST = 1e12  # seconds ago: before the epoch, which is as far back as times go
_CONDITION = re.compile(r"([A-Za-z_][\w.]*)\s*(!=|=|~|<=|>=|<|>)\s*(.*)", re.DOTALL)


class TopicName(click.Choice[str]):
    """An argument that is one of these topics, by its name without ``kafka.topic_prefix``; shown as TOPIC in the usage line.

    ``others`` says why a command does not read the other topics that there are.
    """

    def __init__(self, names: Sequence[str], others: str = "") -> None:
        super().__init__(names)
        self._others = others

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What the usage line has for the argument."""
        return "TOPIC"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The topic's name. Raises :class:`click.BadParameter`, with the nearest name, for one that is not among them."""
        names = list(self.choices)
        if value in names:
            return str(value)
        there = f"There are: {', '.join(names)}"
        if value in topics.NAMES and self._others:
            raise click.BadParameter(f"{value} cannot be chosen here: {self._others}. {there}", ctx, param)
        near = _nearest(str(value), names)
        meant = f"; did you mean {near}?" if near else "."
        raise click.BadParameter(f"no topic {value!r}{meant} {there}", ctx, param)


def _nearest(typed: str, names: Sequence[str]) -> str | None:
    """The topic that was meant: by its last part, whatever stands before it."""
    last = {name.rpartition(".")[2]: name for name in names}
    part = re.split(r"[._/]", typed.lower())[-1]
    near = difflib.get_close_matches(part, last, n=1, cutoff=0.6)
    return last[near[0]] if near else None


class Condition(NamedTuple):
    """A condition on a field. ``path``: names parted by dots; a list on the way holds if one of its items does."""

    path: tuple[str, ...]
    operator: str  # = != ~ (contains, whatever the case) < <= > >=
    value: str

    def holds(self, record: Any) -> bool:
        """Whether a decoded record (dictionaries, lists, strings, numbers) meets the condition. ``!=`` asks it of all items."""
        found = list(_values(record, self.path))
        if self.operator == "!=":
            return all(not _equal(value, self.value) for value in found)
        return any(_compare(value, self.operator, self.value) for value in found)


def condition(text: str) -> Condition:
    """Parse ``field=value``. Raises :class:`click.BadParameter`.

    >>> condition("entities.text~Syria")
    Condition(path=('entities', 'text'), operator='~', value='Syria')
    """
    match = _CONDITION.fullmatch(text.strip())
    if match is None:
        raise click.BadParameter(
            f"{text!r}: expected FIELD=VALUE, FIELD!=VALUE, FIELD~PART, or <, <=, >, >= with a number or a time", param_hint="--filter"
        )  # fmt: skip
    return Condition(tuple(match[1].split(".")), match[2], match[3].strip())


def require_field(wanted: Condition, topic: str, kinds: Sequence[type[Record]]) -> None:
    """Raise :class:`click.BadParameter`, with the nearest name, for a field that no record of a topic has.

    ``kinds`` are the classes of its records; none where anything may be a message.
    """
    below = [msgspec.inspect.type_info(kind) for kind in kinds]
    for depth, part in enumerate(wanted.path):
        fields: dict[str, list[msgspec.inspect.Type]] = {}
        for at in _items(below):
            if not isinstance(at, msgspec.inspect.StructType):
                if isinstance(at, msgspec.inspect.DictType | msgspec.inspect.AnyType):
                    return  # the names of its fields are not declared
                continue
            for field in at.fields:
                fields.setdefault(field.encode_name, []).append(field.type)
        if part not in fields and kinds:
            near = difflib.get_close_matches(part, fields, n=1, cutoff=0.6)
            meant = f" did you mean {'.'.join((*wanted.path[:depth], near[0]))}?" if near else ""
            raise click.BadParameter(
                f"records of {topic} have no field {'.'.join(wanted.path)};{meant} docs/records.md lists all",
                param_hint="--filter",
            )
        below = fields.get(part, [])


def _items(kinds: Sequence[msgspec.inspect.Type]) -> Iterator[msgspec.inspect.Type]:
    """The types that a condition compares or looks into: those of a union, and of the items of a list."""
    for kind in kinds:
        if isinstance(kind, msgspec.inspect.UnionType):
            yield from _items(kind.types)
        elif isinstance(kind, msgspec.inspect.CollectionType):
            yield from _items([kind.item_type])
        elif isinstance(kind, msgspec.inspect.TupleType):
            yield from _items(kind.item_types)
        else:
            yield kind


def since_ms(text: str, now: datetime.datetime | None = None) -> int:
    """The time that is meant, in milliseconds since the epoch: ``2h`` ago, or ISO 8601, in UTC without a zone.

    Raises :class:`click.BadParameter`.

    >>> since_ms("1h", datetime.datetime(1970, 1, 1, 2, tzinfo=datetime.UTC))
    3600000
    """
    ago = _AGO.fullmatch(text.strip().lower())
    if ago is not None:
        seconds = min(float(ago[1]) * _UNIT_SECONDS[ago[2]], _LONGEST)
        return max(0, int(((now or datetime.datetime.now(datetime.UTC)).timestamp() - seconds) * 1_000))
    try:
        found = datetime.datetime.fromisoformat(text.strip())
    except ValueError:
        raise click.BadParameter(
            f"{text!r}: expected a time ago (30s, 15m, 2h, 7d, 1w) or a date and time such as 2026-05-01T12:00",
            param_hint="--since",
        ) from None
    return max(0, int((found if found.tzinfo else found.replace(tzinfo=datetime.UTC)).timestamp() * 1_000))


def _values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """What is at a path: lists are looked into, wherever they are."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _values(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        yield from _values(value.get(path[0]), path[1:])
    else:
        yield None


def _equal(value: Any, wanted: str) -> bool:
    if value is None:
        return wanted in ("", "null")
    if isinstance(value, bool):
        return wanted.lower() == str(value).lower()
    if isinstance(value, int | float):
        return _number(wanted) == value
    return str(value) == wanted


def _compare(value: Any, operator: str, wanted: str) -> bool:
    if operator == "=":
        return _equal(value, wanted)
    if value is None:
        return False
    if operator == "~":
        return wanted.casefold() in str(value).casefold()
    left: Any = value
    right: Any = wanted
    if isinstance(value, int | float):
        right = _number(wanted)
        if right is None:
            return False
    else:
        left = str(value)
    return bool(left < right if operator == "<" else left <= right if operator == "<=" else left > right if operator == ">" else left >= right)  # fmt: skip


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
