"""Train the block model: ``python -m training.blocks FOLDER… --out streams/cleaning/data/blocks.npz --report FILE``."""

from __future__ import annotations

import argparse
import pickle
from pathlib import Path

import numpy as np

from training.blocks.fit import FOLDS, Training, table
from training.blocks.pages import read


def main() -> None:
    """Read the folders, train, write the model and the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="each with pages.jsonl.gz and truth.jsonl(.gz)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--report", type=Path)
    parser.add_argument(
        "--dump", type=Path, help="write the probabilities of pages left out, for a look at errors"
    )
    given = parser.parse_args()
    pages = [page for folder in given.folders for page in read(folder)]
    training = Training(pages)
    arrays, scores = training.run()
    np.savez_compressed(given.out, **arrays)
    lines = [
        f"{len(pages)} pages of {len({page.site for page in pages})} sites, {FOLDS} folds by site; word F1 of pages whose site was left out.",
        f"Page types right: {training.types_right:.4f}. Model: {given.out.stat().st_size:,} bytes.",
        "",
        "| pages | n | word F1 |",
        "|---|---|---|",
        *(f"| {name} | {count} | {value:.4f} |" for name, count, value in table(pages, scores)),
    ]
    print("\n".join(lines))
    if given.report:
        given.report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if given.dump:
        with given.dump.open("wb") as file:
            pickle.dump(
                (training.chance, training.starts, [page.id for page in training.pages], scores), file
            )


if __name__ == "__main__":
    main()
