"""``make cases CASES=folder``: a table of what comes of each case of a folder beside what is expected.

Exit code 1 where a case with a machine-readable expectation (``expect``) came out otherwise, or ended in a traceback.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cases.run import Came, Case, differences, read, run
from rich.table import Table
from rich.text import Text

from streams.cli.output.terminal import Terminal

_WIDTH = 200  # columns: the table is also read in logs, which have no width of their own
_WORDS = 90  # characters of a text shown
_SHOWN = ("title", "authors", "published_at", "fetched_at")


def _outcome(came: Came) -> str:
    lines = [] if came.exit_code == 0 else [f"exit code {came.exit_code}: {came.stderr.strip()[-200:]}"]
    for record in came.records:
        lines.append(
            " ".join(filter(None, (record.get("disposition"), record.get("reason"), record.get("message"))))
        )
        facts = {name: record[name] for name in _SHOWN if record.get(name)}
        if facts:
            lines.append(", ".join(f"{name} {value}" for name, value in facts.items()))
        if record.get("text"):
            lines.append(repr(record["text"][:_WORDS]))
        lines += [
            f"“{quote['quote'][:_WORDS]}” {quote.get('speaker')}" for quote in record.get("quotes") or ()
        ]
    return "\n".join(lines) or "no record"


def _row(folder: Path, case: Case) -> tuple[str, str]:
    """The verdict and the outcome of a case."""
    if not (folder / case.file).exists():
        return "missing", "no such file"
    if case.file.endswith(".py"):
        return "by hand", f"run by hand: python {folder / case.file}"
    try:
        came = run(folder, case)
    except Exception as error:  # noqa: BLE001 - the table goes on; a traceback is this case's outcome
        return "traceback", f"{type(error).__name__}: {error}"
    wrong = differences(case.expect, came) if case.expect is not None else []
    verdict = "" if case.expect is None else "differs" if wrong else "as expected"
    return verdict, "\n".join([*wrong, _outcome(came)])


def main() -> int:
    """Print the table; 1 where something is wrong for certain."""
    parser = argparse.ArgumentParser(prog="make cases", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kind", help="only cases whose kind begins so")
    arguments = parser.parse_args()
    table = Table("file", "kind", "expected", "verdict", "what came out", show_lines=True)
    verdicts = []
    for case in read(arguments.folder):
        if arguments.kind and not case.kind.startswith(arguments.kind):
            continue
        verdict, outcome = _row(arguments.folder, case)
        verdicts.append(verdict)
        table.add_row(*map(Text, (case.file, case.kind, case.expected, verdict, outcome)))
    Terminal(width=_WIDTH).print(table)
    return 1 if {"differs", "traceback", "missing"} & {*verdicts} else 0


if __name__ == "__main__":
    sys.exit(main())
