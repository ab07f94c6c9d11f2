"""Whether two runs of ``crawlmill process`` over the same pages wrote the same records.

    python tests/compare_records.py OLD.jsonl NEW.jsonl [--renamed old_field=new_field ...]

Timings differ between any two runs and are left out. Prints each difference; the exit code is 1 where there is one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

_LONGEST_SHOWN = 300  # characters of a value


def comparable(record: Any, renamed: Mapping[str, str]) -> Any:
    """A record without its timings, with fields under their new names."""
    if isinstance(record, dict):
        return {
            renamed.get(name, name): comparable(value, renamed)
            for name, value in record.items()
            if name != "timings"
        }
    if isinstance(record, list):
        return [comparable(value, renamed) for value in record]
    return record


def differences(
    old: Iterable[str], new: Iterable[str], renamed: Mapping[str, str] | None = None
) -> Iterator[str]:
    """One line for each record that is in one run only, and for each field whose values differ."""
    before = {_name(record): record for record in _records(old, renamed or {})}
    after = {_name(record): record for record in _records(new, renamed or {})}
    for name in before.keys() | after.keys():
        if name not in before or name not in after:
            yield f"{name}: only in the {'new' if name in after else 'old'} run"
            continue
        was, now = before[name], after[name]
        for field in was.keys() | now.keys():
            if was.get(field) != now.get(field):
                yield f"{name}: {field}: {_shown(was.get(field))} -> {_shown(now.get(field))}"


def _records(lines: Iterable[str], renamed: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.strip():
            yield comparable(json.loads(line), renamed)


def _name(record: dict[str, Any]) -> str:
    return str(record.get("id") or record.get("origin") or record.get("offset"))


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)[:_LONGEST_SHOWN]


def _main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--renamed", action="append", default=[], metavar="OLD=NEW")
    given = parser.parse_args()
    renamed = dict(pair.split("=", 1) for pair in given.renamed)
    count = 0
    with given.old.open(encoding="utf-8") as old, given.new.open(encoding="utf-8") as new:
        for line in sorted(differences(old, new, renamed)):
            print(line)
            count += 1
    print(f"{count} differences" if count else "the same records, timings aside", file=sys.stderr)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(_main())
