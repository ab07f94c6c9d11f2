"""Learn which events are right and worth a record.

    python -m training.events train CLEAN.jsonl ... [--write]
    python -m training.events dump CLEAN.jsonl ... --out FOLDER --parts 4
    python -m training.events collect FOLDER

``train`` learns the weights from labels.jsonl and the pages that were labelled, and prints how well that does on sites left out. ``dump``
writes sheets to label: ``part0.txt`` ... and, for the machine, ``candidates.jsonl``, one candidate a line with its key and weight.
``collect`` adds the labels of such a folder. The documents are clean records of English pages (``crawlmill process --stage clean``).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from streams.nlp import Models
from streams.nlp.events.worth.probability import Weights
from training.events import actions, candidates, doubts, fit, labels, report, sheets

_REPORT = Path(__file__).parent / "report.md"
_ABOUT = """\
# Weights of the features of candidates for events (streams/nlp/events/worth/features.py), written by make train-events: a logistic regression of
# whether an event is right in every field and worth a record. "name>limit" is added where the feature is more than the limit.
# Learnt from labels of candidates (training/events/labels.jsonl) of pages of WCXB (Web Content Extraction Benchmark, CC BY 4.0), of news
# articles with open licences and of Wikinews (CC BY 2.5); no text of theirs is in it.
"""


def main() -> int:
    """Run a command."""
    parser = argparse.ArgumentParser(prog="training.events", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="learn the weights, and report on sites left out")
    train.add_argument("files", nargs="+", type=Path, metavar="CLEAN.jsonl")
    train.add_argument(
        "--write", action="store_true", help="write the weights into the package, and report.md"
    )
    dump = commands.add_parser("dump", help="write sheets to label")
    dump.add_argument("files", nargs="+", type=Path, metavar="CLEAN.jsonl")
    dump.add_argument("--out", type=Path, required=True)
    dump.add_argument("--parts", type=int, default=4)
    collect = commands.add_parser("collect", help="add the labels of sheets")
    collect.add_argument("folder", type=Path)
    options = parser.parse_args()
    if options.command == "train":
        learn(options.files, write=options.write)
    elif options.command == "collect":
        known = labels.read() | {label.key: label for label in labels.collect(options.folder)}
        labels.write(known.values())
    else:
        write_sheets(options.files, options.out, options.parts)
    return 0


def learn(paths: list[Path], *, write: bool) -> None:
    """Learn the weights from labelled candidates of documents, and report."""
    known, models = labels.read(), Models.load()
    chosen = doubts.left_out(list(actions.read(candidates.documents(paths), models)))
    read = candidates.read(candidates.documents(paths), models)
    found = [one for document in read for one in document.candidates]
    rows = [fit.row(known[one.key], one.features, chosen[one.verb]) for one in found if one.key in known]
    text = report.text(report.left_out(rows), *_lost(known, found))
    print(text)
    if write:
        penalty = fit.penalty_for(rows)
        _REPORT.write_text(f"{text}\nPenalty, learning from all: {penalty:g}.\n", "utf-8")
        target = Path(str(files("streams.nlp.data").joinpath("worth.toml")))
        target.write_text(f"{_ABOUT}\n{_packed(fit.learn(rows, penalty))}", "utf-8")


def _lost(
    known: Mapping[str, labels.Label], found: Sequence[candidates.Candidate]
) -> tuple[list[labels.Label], int]:
    """Return the labels whose verb is no candidate, and the number of those that are void: whose candidate has other fields now."""
    keys, verbs = {one.key for one in found}, {one.verb for one in found}
    lost = [label for key, label in known.items() if key not in keys]
    never = [label for label in lost if label.verb not in verbs]
    return never, len(lost) - len(never)


def _packed(weights: Weights) -> str:
    table = dict(weights.features)
    for name, steps in weights.steps.items():
        table |= {f"{name}>{limit}": weight for limit, weight in steps}
    lines = "".join(f'"{name}" = {value}\n' for name, value in sorted(table.items()))
    return f"bias = {weights.bias}\n\n[weights]\n{lines}"


def write_sheets(files: list[Path], out: Path, parts: int) -> None:
    """Write the sheets of documents, dealt out by their size, and what is on them for the machine."""
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
                    "key": one.candidate.key,
                    "verb": one.candidate.verb,
                    "site": found.document.site,
                    "kind": one.candidate.event.kind,
                    "weight": round(one.weight, 4),
                }
                print(json.dumps(row), file=machine)
    for file in sheet_files:
        file.close()


if __name__ == "__main__":
    sys.exit(main())
