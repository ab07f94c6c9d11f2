"""Learn to rank title candidates from pages whose titles are known, and report how well that does on sites left out.

    python -m training.titles FOLDER[*WEIGHT] ... [--write | --check]

The truth of a page has ``title``. ``*WEIGHT`` counts the pages of a folder that many times.
"""

from __future__ import annotations

import argparse
import io
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from streams.cleaning.metadata import metadata
from streams.cleaning.text import fold
from training import ranking
from training.blocks.boost import arrays
from training.ranking import Page
from training.titles.fit import Models, Settings, learn, settings_for

DIVISIONS = 5
_REPORT = Path(__file__).parent / "report.md"
_ABOUT = """\
Weights of the features of title candidates (streams/cleaning/metadata/title_features.py), written by make train-titles.
Learnt from WCXB's development pages (Web Content Extraction Benchmark, CC BY 4.0) and from news articles with known titles.
title_trees.npz, whose score is added, is learnt from the same pages."""
_INTRODUCTION = """\
# Titles

Share of pages whose answer comes out right: on sites that were left out of training and of the choice of its settings (a
fifth at a time; the mean of five divisions of the sites into fifths, which differ as said), and on all after training on
all. *Named*: the true title is among the candidates.

| set | pages | sites left out | least and most | learnt from | named |
|---|---|---|---|---|---|
"""


def main() -> int:
    """Run the command. With ``--check`` the status is 1 if training gives other trees than those in the package."""
    parser = argparse.ArgumentParser(prog="training.titles", description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", metavar="FOLDER[*WEIGHT]")
    parser.add_argument(
        "--write", action="store_true", help="write the models into the package, and report.md"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; compare the trees with those of the package"
    )
    options = parser.parse_args()
    pages = [page for named in options.folders for page in pages_of(named)]
    settings = settings_for(pages)
    models = learn(pages, settings)
    data = packed(models)
    trees = Path(str(files("streams.cleaning.data").joinpath("title_trees.npz")))
    if options.check:
        same_bytes = data == trees.read_bytes()
        print(f"{trees.name}: {'the same bytes' if same_bytes else 'OTHER bytes'}")
        return 0 if same_bytes else 1
    text = report(pages, models, settings)
    print(text)
    if options.write:
        _REPORT.write_text(text, "utf-8")
        ranking.write("title_weights.toml", _ABOUT, models.weights)
        trees.write_bytes(data)
    return 0


def pages_of(named: str) -> Iterator[Page]:
    """Yield the pages of ``FOLDER[*WEIGHT]`` whose title is known."""
    for truth, declared, url, weight in ranking.read(named):
        title = truth.get("title")
        if title:
            found = metadata.title_candidates(declared, url)
            right = [fold(candidate.text) == fold(title) for candidate in found]
            yield Page(ranking.name_of(named), ranking.site_of(url), title, found, right, weight)


def same(text: str, truth: str) -> bool:
    """Whether two titles are equal but for case, width and white space."""
    return _plain(text) == _plain(truth)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def report(pages: Sequence[Page], models: Models, settings: Settings) -> str:
    """Return the report of how many titles come out right. ``models`` and ``settings`` are those learnt from all pages."""
    divisions = [_left_out(pages, division) for division in range(DIVISIONS)]
    learnt = Counter(page.source for page in pages if is_right(models, page))
    named = Counter(page.source for page in pages if any(same(c.text, page.truth) for c in page.candidates))
    rows = []
    for source, count in Counter(page.source for page in pages).items():
        shares = sorted(hits[source] / count for hits in divisions)
        mean = sum(shares) / len(shares)
        rows.append(
            f"| {source} | {count} | **{mean:.4f}** | {shares[0]:.4f} to {shares[-1]:.4f} | {learnt[source] / count:.4f} | {named[source] / count:.4f} |\n"
        )
    about = f"Learnt from all: penalty {settings.penalty}, {settings.trees} trees in each of {len(models.boosters)} ensembles.\n"
    return f"{_INTRODUCTION}{''.join(rows)}\n{about}"


def _left_out(pages: Sequence[Page], division: int) -> Counter[str]:
    """Return how many titles of each set come out right in one division of the sites, each fifth judged without it."""
    part = {page.site: ranking.fold_of(f"{division} {page.site}") for page in pages}
    hits: Counter[str] = Counter()
    for held in range(ranking.FOLDS):
        rest = [page for page in pages if part[page.site] != held]
        without = learn(rest, settings_for(rest))
        hits.update(page.source for page in pages if part[page.site] == held and is_right(without, page))
    return hits


def is_right(models: Models, page: Page) -> bool:
    """Whether the candidate with the highest score is the true title."""
    if not page.candidates:
        return False
    return same(page.candidates[int(np.argmax(models.scores(page)))].text, page.truth)


def packed(models: Models) -> bytes:
    """Return the file of the trees: the same bytes for the same trees."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays(models.boosters, "titles"))
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main())
