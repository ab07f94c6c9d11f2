"""What differs between two runs over the same pages: outcomes, reasons, fields. Nobody should upgrade a filter blind.

Records are matched by their page's id. What differs between any two runs (times that stages took) and between any two versions
(the version itself) is left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from streams.errors import BadInput

_VOLATILE = frozenset(("timings", "crawlmill", "model_version"))  # of provenance
_LONGEST_SHOWN = 300  # characters of a value


class Change(msgspec.Struct, frozen=True):
    """One field of one page that differs, or its outcome: as text."""

    id: str
    url: str
    title: str
    old: str
    new: str


class Comparison(msgspec.Struct, frozen=True):
    """The differences. ``outcomes``: by ``old -> new``, of disposition and reason. ``fields``: of pages with the same outcome.

    ``only_old`` and ``only_new``: ids of pages that one run alone has.
    """

    pages: int
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    outcomes: dict[str, list[Change]]
    fields: dict[str, list[Change]]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.only_old or self.only_new or self.outcomes or self.fields)


def compare(
    old: Iterable[bytes], new: Iterable[bytes], names: tuple[str, str] = ("the old run", "the new run")
) -> Comparison:
    """Compare two outputs of ``crawlmill process``, as lines.

    ``names``: what the two are called in errors, such as paths. Raises :class:`BadInput` for a line that is no record.
    """
    before, after = _by_id(old, names[0]), _by_id(new, names[1])
    outcomes: dict[str, list[Change]] = defaultdict(list)
    fields: dict[str, list[Change]] = defaultdict(list)
    for name in sorted(before.keys() & after.keys()):
        was, now = before[name], after[name]
        if (was_ended := _outcome(was)) != (now_ended := _outcome(now)):
            outcomes[f"{was_ended} -> {now_ended}"].append(_change(name, was, now, _why(was), _why(now)))
            continue
        for field in sorted(was.keys() | now.keys()):
            if was.get(field) != now.get(field):
                fields[field].append(_change(name, was, now, shown(was.get(field)), shown(now.get(field))))
    return Comparison(
        pages=len(before.keys() | after.keys()),
        only_old=tuple(sorted(before.keys() - after.keys())),
        only_new=tuple(sorted(after.keys() - before.keys())),
        outcomes=dict(outcomes),
        fields=dict(fields),
    )


def comparable(record: Any, renamed: Mapping[str, str] | None = None) -> Any:
    """A decoded record without what differs between any two runs, its fields under their new names."""
    names = renamed or {}
    if isinstance(record, dict):
        return {
            names.get(name, name): comparable(value, names)
            for name, value in record.items()
            if name not in _VOLATILE
        }
    if isinstance(record, list):
        return [comparable(value, names) for value in record]
    return record


def differences(
    old: Iterable[str], new: Iterable[str], renamed: Mapping[str, str] | None = None
) -> Iterator[str]:
    """One line for each record that is in one run only, and for each field whose values differ."""
    before, after = ({_name(r): r for r in _records(lines, renamed)} for lines in (old, new))
    for name in before.keys() | after.keys():
        if name not in before or name not in after:
            yield f"{name}: only in the {'new' if name in after else 'old'} run"
            continue
        was, now = before[name], after[name]
        for field in was.keys() | now.keys():
            if was.get(field) != now.get(field):
                yield f"{name}: {field}: {shown(was.get(field))} -> {shown(now.get(field))}"


def shown(value: Any) -> str:
    """A value as text of bounded length."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def counted(changes: Mapping[str, list[Change]]) -> Counter[str]:
    """The number of pages by kind of change."""
    return Counter({name: len(found) for name, found in changes.items()})


def _records(lines: Iterable[str], renamed: Mapping[str, str] | None) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.strip():
            yield comparable(msgspec.json.decode(line), renamed)


def _by_id(lines: Iterable[bytes], which: str) -> dict[str, dict[str, Any]]:
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = msgspec.json.decode(line)
        except msgspec.MsgspecError as error:
            raise BadInput(f"line {number} of {which} is no JSON: {error}") from error
        if not isinstance(record, dict) or "disposition" not in record:
            raise BadInput(
                f"line {number} of {which} is no record of crawlmill process: it has no disposition"
            )
        found[_name(record)] = comparable(record)
    return found


def _name(record: Mapping[str, Any]) -> str:
    return str(record.get("id") or record.get("origin") or record.get("offset"))


def _outcome(record: Mapping[str, Any]) -> str:
    return " ".join(str(part) for part in (record.get("disposition"), record.get("reason")) if part)


def _why(record: Mapping[str, Any]) -> str:
    """The evidence of a rejection, or the beginning of a document's text."""
    evidence = [f"{item.get('signal')}: {item.get('detail')}" for item in record.get("evidence") or ()]
    return shown(
        "; ".join(evidence) or record.get("message") or " ".join(str(record.get("text") or "").split())
    )


def _change(name: str, was: Mapping[str, Any], now: Mapping[str, Any], old: str, new: str) -> Change:
    some = {**was, **{field: value for field, value in now.items() if value}}
    return Change(name, str(some.get("url") or ""), str(some.get("title") or ""), old, new)
