"""Learn which events are right and worth a record.

    python -m training.events dump CLEAN.jsonl ... --out FOLDER --parts 4

``dump`` writes sheets to label: ``part0.txt`` ... and, for the machine, ``candidates.jsonl``, one candidate a line with its key, weight
and features. The documents are clean records of English pages (``crawlmill process --stage clean``), in the order of the files.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from streams.nlp import Models
from training.events import candidates, sheets


def main() -> int:
    """Run a command."""
    parser = argparse.ArgumentParser(prog="training.events", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    dump = commands.add_parser("dump", help="write sheets to label")
    dump.add_argument("files", nargs="+", type=Path, metavar="CLEAN.jsonl")
    dump.add_argument("--out", type=Path, required=True)
    dump.add_argument("--parts", type=int, default=4)
    options = parser.parse_args()
    write_sheets(options.files, options.out, options.parts)
    return 0


def write_sheets(files: list[Path], out: Path, parts: int) -> None:
    """Write the sheets of documents, dealt out by their size, and the features of what is on them."""
    out.mkdir(parents=True, exist_ok=True)
    sheet_files = [(out / f"part{k}.txt").open("w", encoding="utf-8") for k in range(parts)]
    sizes = [0] * parts
    with (out / "candidates.jsonl").open("w", encoding="utf-8") as machine:
        read = candidates.read(candidates.documents(files), Models.load())
        for number, found in enumerate(read):
            drawn = sheets.draw(found)
            if not drawn:
                continue
            part = sizes.index(min(sizes))
            sizes[part] += len(drawn)
            print(*sheets.sheet(number, found, drawn), sep="\n", file=sheet_files[part])
            for k, one in enumerate(drawn, start=1):
                row = {
                    "id": f"{number}.{k}",
                    "part": part,
                    "key": one.candidate.key,
                    "document": found.document.id,
                    "site": found.document.site,
                    "weight": round(one.weight, 4),
                    "features": {
                        name: round(value, 5) for name, value in one.candidate.features.items() if value
                    },
                }
                print(json.dumps(row), file=machine)
    for file in sheet_files:
        file.close()


if __name__ == "__main__":
    sys.exit(main())
