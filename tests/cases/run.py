"""Small inputs through ``crawlmill process``: what came out of a case, and how that differs from what is expected.

A folder of cases has a file ``expected.jsonl`` with one object a line (README.md lists its fields). Each file is run
by itself, with the command that a user runs, in this process: its worker processes are forked from one server, so that
the models are loaded once for all cases.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from click.testing import CliRunner

from streams.cli import main

_EQUAL_OR_ONE_OF = ("disposition", "reason")


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must come of a case's file, as far as a test can check it. ``pages`` are in the order of the input.

    A page's entry holds ``text_has`` and ``text_lacks`` (lists of strings), ``disposition`` and ``reason`` (a string, or
    a list of those that are right), and any other field of the output record with the value that it must have.
    """

    exit_code: int = 0
    stderr_has: tuple[str, ...] = ()
    pages: tuple[dict[str, Any], ...] | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of ``expected.jsonl``. ``expected`` is for people, ``expect`` for a test."""

    file: str
    kind: str
    what: str
    expected: str
    expect: Expected | None = None
    settings: tuple[str, ...] = ()


class Came(msgspec.Struct, frozen=True):
    """What came of a case: the exit code, what stood on standard error, and the records in input order."""

    exit_code: int
    stderr: str
    records: tuple[dict[str, Any], ...]


def read(folder: Path) -> list[Case]:
    """The cases of a folder, in the order of its ``expected.jsonl``. Raises what msgspec raises for a wrong line."""
    decoder = msgspec.json.Decoder(Case)
    lines = (folder / "expected.jsonl").read_bytes().splitlines()
    return [decoder.decode(line) for line in lines if line.strip()]


def run(folder: Path, case: Case) -> Came:
    """What ``crawlmill process`` makes of the case's file."""
    settings = [part for setting in ("worker.processes=1", *case.settings) for part in ("--set", setting)]
    with tempfile.TemporaryDirectory(prefix="crawlmill-case-") as place:
        output = Path(place) / "out.jsonl"
        done = CliRunner().invoke(main, [*settings, "process", str(folder / case.file), "-o", str(output)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception  # a traceback for the user: never what is expected
        lines = output.read_bytes().splitlines() if output.exists() else []
    return Came(done.exit_code, done.stderr, tuple(msgspec.json.decode(line) for line in lines))


def differences(expected: Expected, came: Came) -> list[str]:
    """One line for each thing that is not as expected; empty where all is."""
    found = []
    if came.exit_code != expected.exit_code:
        found.append(
            f"exit code {came.exit_code}, expected {expected.exit_code}: {came.stderr.strip()[-300:]}"
        )
    found += [f"stderr lacks {words!r}" for words in expected.stderr_has if words not in came.stderr]
    if expected.pages is None:
        return found
    if len(came.records) != len(expected.pages):
        found.append(f"{len(came.records)} records, expected {len(expected.pages)}")
    for number, (wanted, record) in enumerate(zip(expected.pages, came.records, strict=False), 1):
        found += [f"page {number}: {words}" for words in _page_differences(wanted, record)]
    return found


def _page_differences(wanted: dict[str, Any], record: dict[str, Any]) -> list[str]:
    found = []
    text = record.get("text") or ""
    for name, value in wanted.items():
        if name == "text_has":
            found += [f"text lacks {words!r}: {text[:300]!r}" for words in value if words not in text]
        elif name == "text_lacks":
            found += [f"text has {words!r}" for words in value if words in text]
        elif not _is(name, record.get(name), value):
            found.append(f"{name} is {record.get(name)!r}, expected {value!r} ({record.get('message', '')})")
    return found


def _is(name: str, value: object, wanted: object) -> bool:
    if name in _EQUAL_OR_ONE_OF and isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return value in wanted
    return value == wanted
