"""Weights of a linear model that ranks candidates (streams/cleaning/metadata/ranking.py), learnt from pages with a known answer.

The model is a conditional logit: of a page's candidates, one is right; its loss is convex, so that gradient descent from 0
gives the same weights each time.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from streams import intake, urls
from streams.cleaning.decode.body import NotAPage, decode_body
from streams.cleaning.metadata.declared import DeclaredMetadata, collect_declared
from streams.cleaning.metadata.ranking import Candidate, best
from streams.records import Message

FOLDS = 5
_STEPS, _RATE, _MOMENTUM = 600, 0.5, 0.9
_MAX_BYTES = 50_000_000
Weights = npt.NDArray[np.float64]


class Page(NamedTuple):
    """A page to learn from: its set, site, true answer, candidates, which of them are right, and how often it counts."""

    source: str
    site: str
    truth: str
    candidates: list[Candidate]
    right: list[bool]
    weight: float


def read(named: str) -> Iterator[tuple[dict[str, str], DeclaredMetadata, str, float]]:
    """Yield the truth, the declared metadata, the address and the weight of each page of ``FOLDER[*WEIGHT]``.

    The folder holds ``pages.jsonl.gz`` (raw records, as the mill takes them) and ``truth.jsonl`` or ``truth.jsonl.gz``
    (objects with ``id``).
    """
    folder, _, weight = named.partition("*")
    truth = {row["id"]: row for row in _rows(next(Path(folder).glob("truth.jsonl*")))}
    for row in _rows(Path(folder) / "pages.jsonl.gz"):
        page = intake.read(Message(value=json.dumps(row).encode()))
        body = decode_body(page, _MAX_BYTES)
        if row["id"] in truth and not isinstance(body, NotAPage) and body.tree is not None:
            yield (
                truth[row["id"]],
                collect_declared(body.tree),
                page.final_url or page.url,
                float(weight or 1),
            )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        yield from (json.loads(line) for line in file if line.strip())


def name_of(named: str) -> str:
    """Return the name of the set in ``FOLDER[*WEIGHT]``."""
    return Path(named.partition("*")[0]).name


def left_out(
    pages: Sequence[Page],
    features: Sequence[str],
    penalty: float,
    same: Callable[[str, str], bool],
) -> dict[str, tuple[int, int]]:
    """Return right answers and pages with a known one, by set, each site judged by weights learnt without it."""
    hits: dict[str, list[bool]] = {}
    for held in range(FOLDS):
        weights = learn([page for page in pages if fold_of(page.site) != held], features, penalty)
        for page in (page for page in pages if page.truth and fold_of(page.site) == held):
            found = best(page.candidates, weights)
            hits.setdefault(page.source, []).append(found is not None and same(found.text, page.truth))
    return {source: (sum(right), len(right)) for source, right in hits.items()}


def fold_of(site: str, folds: int = FOLDS) -> int:
    """Return the part of the sites that ``site`` belongs to, by a hash of its name."""
    return int.from_bytes(hashlib.sha256(site.encode()).digest()[:4], "big") % folds


def site_of(url: str) -> str:
    """Return the site of an address, the unit that is left out."""
    return urls.site(url)


def learn(pages: Sequence[Page], features: Sequence[str], penalty: float) -> dict[str, float]:
    """Return the weight of each feature, to three decimals, by which right candidates are most likely.

    ``penalty`` is that of squared weights. Pages without a right candidate teach nothing.
    """
    columns = {name: column for column, name in enumerate(features)}
    usable = [page for page in pages if any(page.right)]
    matrix = np.concatenate([_matrix(page, columns) for page in usable])
    sizes = [len(page.candidates) for page in usable]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    of_page = np.repeat(np.arange(len(usable)), sizes)
    times = np.array([page.weight for page in usable], dtype=np.float64)[of_page]
    right = np.array([is_right for page in usable for is_right in page.right], dtype=np.float64)
    right /= np.add.reduceat(right, starts)[of_page]
    weights, step = np.zeros(len(features)), np.zeros(len(features))
    total = sum(page.weight for page in usable)
    for _ in range(_STEPS):
        score = matrix @ weights
        chance = np.exp(score - np.maximum.reduceat(score, starts)[of_page])
        chance /= np.add.reduceat(chance, starts)[of_page]
        step = _MOMENTUM * step + matrix.T @ ((chance - right) * times) / total + penalty * weights
        weights = weights - _RATE * step
    return {name: round(float(weight), 3) for name, weight in zip(features, weights, strict=True)}


def _matrix(page: Page, columns: dict[str, int]) -> Weights:
    values = np.zeros((len(page.candidates), len(columns)))
    for row, candidate in enumerate(page.candidates):
        for name, value in candidate.features.items():
            values[row, columns[name]] = value
    return values


def report(
    title: str,
    about: str,
    pages: Sequence[Page],
    features: Sequence[str],
    penalty: float,
    same: Callable[[str, str], bool],
) -> str:
    """Return a table of the share of right answers by set: on sites left out, after learning from all, and possible at all."""
    weights = learn(pages, features, penalty)
    rows = []
    for source, (right, known) in left_out(pages, features, penalty, same).items():
        answered = [page for page in pages if page.source == source and page.truth]
        chosen = [best(page.candidates, weights) for page in answered]
        learnt = sum(
            found is not None and same(found.text, page.truth)
            for found, page in zip(chosen, answered, strict=True)
        )
        named = sum(any(same(found.text, page.truth) for found in page.candidates) for page in answered)
        rows.append(
            f"| {source} | {known} | **{right / known:.4f}** | {learnt / known:.4f} | {named / known:.4f} |"
        )
    lines = (
        f"# {title}",
        "",
        "Share of pages whose answer comes out right: on sites that were left out of training (a fifth at a time), and on all",
        f"after training on all. {about}",
        "",
        "| set | pages | sites left out | learnt from | named |",
        "|---|---|---|---|---|",
        *rows,
    )
    return "\n".join(lines) + "\n"


def write(file: str, about: str, weights: dict[str, float]) -> None:
    """Write the data file ``file`` of the package, with comments ``about`` the weights."""
    lines = "\n".join(f"{name} = {weight}" for name, weight in weights.items())
    comment = "".join(f"# {line}\n" for line in about.splitlines())
    path = Path(str(files("streams.cleaning.data").joinpath(file)))
    path.write_text(f"{comment}\n[weights]\n{lines}\n", "utf-8")
