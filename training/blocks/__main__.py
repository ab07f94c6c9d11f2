"""Train the block model: ``python -m training.blocks FOLDER… --out streams/cleaning/data/blocks.npz --report FILE``."""

from __future__ import annotations

import argparse
import pickle
import sys
from pathlib import Path

from training.blocks.fit import FOLDS, Training, packed
from training.blocks.pages import read
from training.blocks.report import table


def main() -> int:
    """Read the folders, train, write the model and the report; or train, and say whether that gives the model that is there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="each with pages.jsonl.gz and truth.jsonl(.gz)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--report", type=Path)
    parser.add_argument(
        "--dump", type=Path, help="write the probabilities of pages left out, for a look at errors"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing: exit with 1 unless training gives the bytes of OUT",
    )
    given = parser.parse_args()
    pages = [page for folder in given.folders for page in read(folder)]
    training = Training(pages)
    data = packed(training.fit())
    if given.check:
        same = data == given.out.read_bytes()
        print(f"{given.out}: {'the same bytes' if same else 'OTHER bytes'}")
        return 0 if same else 1
    given.out.write_bytes(data)
    scores = training.evaluate()
    lines = [
        "# Text blocks",
        "",
        f"{len(pages)} pages of {len({page.site for page in pages})} sites, {FOLDS} folds by site; word F1 of pages whose site was",
        "left out of every step: words, types, both stages. With the rules beside the model, as pages are read.",
        f"Page types right: {training.types_right:.4f}. Model: {len(data):,} bytes.",
        "",
        "| pages | n | word F1 | standard error, by sites |",
        "|---|---|---|---|",
        *(
            f"| {name} | {count} | {mean:.4f} | {error:.4f} |"
            for name, count, mean, error in table(pages, scores)
        ),
    ]
    print("\n".join(lines))
    if given.report:
        given.report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if given.dump:
        names = [page.id for page in training.pages]
        found = training.chance, training.starts, names, scores, training.types
        given.dump.write_bytes(pickle.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
