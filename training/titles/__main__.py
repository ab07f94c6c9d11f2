"""Learn the weights of title candidates from pages whose titles are known, and print how well they do on sites left out.

    python -m training.titles FOLDER[*WEIGHT] ... [--write]

Each folder holds ``pages.jsonl.gz`` (raw records, as the mill takes them) and ``truth.jsonl`` or ``truth.jsonl.gz`` (objects
with ``id`` and ``title``). ``*WEIGHT`` counts its pages that many times. The model is a conditional logit: of a page's
candidates, one is right; its loss is convex, so that gradient descent from 0 gives the same weights each time.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import hashlib
import json
import unicodedata
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams import intake, urls
from streams.cleaning.decode.body import NotAPage, decode_body
from streams.cleaning.metadata import metadata
from streams.cleaning.metadata.declared import collect_declared
from streams.cleaning.metadata.title import best
from streams.cleaning.metadata.title_candidates import FEATURES, Candidate
from streams.cleaning.text import fold
from streams.records import Message

_FOLDS = 5
_STEPS, _RATE, _MOMENTUM = 600, 0.5, 0.9
_PENALTY = (
    0.02  # of squared weights: of 0.0001, 0.0005, 0.002, 0.01, 0.02 and 0.04 the best on sites left out
)
_MAX_BYTES = 50_000_000
Weights = npt.NDArray[np.float64]


class Page(NamedTuple):
    """A page to learn from: its set, site, true title, candidates, and how often it counts."""

    source: str
    site: str
    truth: str
    candidates: list[Candidate]
    weight: int


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="training.titles", description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", metavar="FOLDER[*WEIGHT]")
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    options = parser.parse_args()
    pages = [page for named in options.folders for page in _pages(named)]
    report(pages)
    weights = learn(pages)
    if options.write:
        path = Path(str(files("streams.cleaning.data").joinpath("title_weights.toml")))
        path.write_text(rendered(weights), "utf-8")


def _pages(named: str) -> Iterator[Page]:
    folder, _, weight = named.partition("*")
    truth = {row["id"]: row.get("title") for row in _rows(next(Path(folder).glob("truth.jsonl*")))}
    for row in _rows(Path(folder) / "pages.jsonl.gz"):
        title = truth.get(row["id"])
        page = intake.read(Message(value=json.dumps(row).encode()))
        body = decode_body(page, _MAX_BYTES)
        if not title or isinstance(body, NotAPage) or body.tree is None:
            continue
        address = page.final_url or page.url
        found = metadata.title_candidates(collect_declared(body.tree), address)
        yield Page(Path(folder).name, urls.site(address), title, found, int(weight or 1))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        yield from (json.loads(line) for line in file if line.strip())


def report(pages: Sequence[Page]) -> None:
    """Print the share of right titles by set, each site judged by weights learnt without it."""
    hits: dict[str, list[bool]] = {}
    for held in range(_FOLDS):
        weights = learn([page for page in pages if fold_of(page.site) != held])
        for page in (page for page in pages if fold_of(page.site) == held):
            found = best(page.candidates, weights)
            hits.setdefault(page.source, []).append(found is not None and same(found.text, page.truth))
    for source, right in hits.items():
        print(
            f"{source}: {sum(right)} of {len(right)} titles right, {sum(right) / len(right):.4f}, sites left out"
        )


def fold_of(site: str) -> int:
    """Return the part of the sites that ``site`` belongs to, by a hash of its name."""
    return int.from_bytes(hashlib.sha256(site.encode()).digest()[:4], "big") % _FOLDS


def same(text: str, truth: str) -> bool:
    """Whether two titles are equal but for case, width and white space."""
    return _plain(text) == _plain(truth)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def learn(pages: Sequence[Page]) -> dict[str, float]:
    """Return the weight of each feature, to three decimals, by which right candidates are most likely."""
    usable = [page for page in pages if any(fold(c.text) == fold(page.truth) for c in page.candidates)]
    matrix = np.concatenate([_matrix(page) for page in usable])
    sizes = [len(page.candidates) for page in usable]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    of_page = np.repeat(np.arange(len(usable)), sizes)
    times = np.array([page.weight for page in usable], dtype=np.float64)[of_page]
    right = np.array(
        [fold(c.text) == fold(page.truth) for page in usable for c in page.candidates], dtype=np.float64
    )
    right /= np.add.reduceat(right, starts)[of_page]
    weights, step = np.zeros(len(FEATURES)), np.zeros(len(FEATURES))
    total = sum(page.weight for page in usable)
    for _ in range(_STEPS):
        score = matrix @ weights
        chance = np.exp(score - np.maximum.reduceat(score, starts)[of_page])
        chance /= np.add.reduceat(chance, starts)[of_page]
        step = _MOMENTUM * step + matrix.T @ ((chance - right) * times) / total + _PENALTY * weights
        weights = weights - _RATE * step
    return {name: round(float(weight), 3) for name, weight in zip(FEATURES, weights, strict=True)}


def _matrix(page: Page) -> Weights:
    values = np.zeros((len(page.candidates), len(FEATURES)))
    for row, candidate in enumerate(page.candidates):
        for name, value in candidate.features.items():
            values[row, _columns()[name]] = value
    return values


@functools.cache
def _columns() -> dict[str, int]:
    return {name: column for column, name in enumerate(FEATURES)}


def rendered(weights: dict[str, float]) -> str:
    """Return the data file for these weights."""
    lines = "\n".join(f"{name} = {weight}" for name, weight in weights.items())
    return (
        "# Weights of the features of title candidates (streams/cleaning/metadata/title_candidates.py), written by make train-titles.\n"
        "# Learnt from WCXB's development pages (Web Content Extraction Benchmark, CC BY 4.0) and from news articles with known titles.\n\n"
        f"[weights]\n{lines}\n"
    )


if __name__ == "__main__":
    main()
