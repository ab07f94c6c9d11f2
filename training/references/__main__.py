"""Learn whom pronouns and descriptions stand for, and report how well that does on documents left out.

    python -m training.references FILE ... [--write | --check]

The files are clean records (``.jsonl``), Wikinews (``.csv``) and GeoVirus (``.xml``), as for events. What is left out together is a site, and
of Wikinews an article.
"""

from __future__ import annotations

import argparse
import io
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np

from streams.nlp import Models
from training.blocks.boost import arrays
from training.events.candidates import documents
from training.events.labels import hash_of
from training.references import examples, fit

LABELS = Path(__file__).parent / "labels.tsv"
_READ = Path(__file__).parent / "documents.txt"
_REPORT = Path(__file__).parent / "report.md"
_INTRODUCTION = """\
# Whom pronouns and descriptions stand for

Precision and recall of the names given, and the share of all that have the right name or rightly none: by rules, and by the trees, of
which none saw the site or, of Wikinews, the article. Asked are all nouns and pronouns that could be participants of an event.

| what | asked | with a name | rules: precision | recall | right | trees: precision | recall | right |
|---|---|---|---|---|---|---|---|---|"""


def read_labels(path: Path = LABELS) -> dict[str, str]:
    """Return the labels by key."""
    return dict(line.split("\t") for line in path.read_text("utf-8").splitlines())


def main() -> int:
    """Train, print the report, and write or check the model."""
    parser = argparse.ArgumentParser(prog="training.references", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true", help="write model and report")
    parser.add_argument(
        "--check", action="store_true", help="whether the bytes of the model are those that are there"
    )
    options = parser.parse_args()
    marked = set(_READ.read_text("utf-8").split())
    known = (document for document in documents(options.files) if hash_of(document.id) in marked)
    found = fit.known(examples.read(known, Models.load()), read_labels())
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays([fit.learn(found)], "references"))
    target = Path(str(files("streams.nlp.data").joinpath("references.npz")))
    if options.check:
        same = target.read_bytes() == file.getvalue()
        print("the same bytes" if same else "other bytes")
        return 0 if same else 1
    ruled = fit.table(found, [one.example.rule for one in found])
    chosen = fit.left_out(found)
    ranked = fit.table(found, chosen)
    more, error = fit.gain(found, chosen)
    lines = [
        f"| {one.kind} | {one.total} | {one.named} | {one.shown} | {other.shown} |"
        for one, other in zip(ruled, ranked, strict=True)
    ]
    groups = len({one.example.group for one in found})
    total = f"Of {len(found)} on {groups} sites and articles {more:.3f} more are right than by rules (standard error by these {error:.3f})."
    report = "\n".join([_INTRODUCTION, *lines, "", total]) + "\n"
    print(report)
    if options.write:
        target.write_bytes(file.getvalue())
        _REPORT.write_text(report, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
