"""A folder of pages and truth, as the programs in training/ read it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path


def write_folder(path: Path, rows: Iterable[tuple[str, str, dict[str, str]]]) -> Path:
    """Write pages (address, HTML, truth) into the folder, which is returned."""
    pages, truth = [], []
    for number, (url, html, known) in enumerate(rows):
        pages.append({"id": str(number), "url": url, "html": html})
        truth.append({"id": str(number), **known})
    with gzip.open(path / "pages.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(page) + "\n" for page in pages)
    (path / "truth.jsonl").write_text("".join(json.dumps(row) + "\n" for row in truth))
    return path
