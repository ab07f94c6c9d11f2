"""Learn the weights of title candidates from pages whose titles are known, and report how well they do on sites left out.

    python -m training.titles FOLDER[*WEIGHT] ... [--write]

The truth of a page has ``title``. ``*WEIGHT`` counts the pages of a folder that many times.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from streams.cleaning.metadata import metadata
from streams.cleaning.metadata.title_candidates import FEATURES
from streams.cleaning.text import fold
from training import ranking
from training.ranking import Page

PENALTY = 0.02  # of 0.0001, 0.0005, 0.002, 0.01, 0.02 and 0.04 the best on sites left out
_REPORT = Path(__file__).parent / "report.md"
_ABOUT = """\
Weights of the features of title candidates (streams/cleaning/metadata/title_candidates.py), written by make train-titles.
Learnt from WCXB's development pages (Web Content Extraction Benchmark, CC BY 4.0) and from news articles with known titles."""


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="training.titles", description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", metavar="FOLDER[*WEIGHT]")
    parser.add_argument(
        "--write", action="store_true", help="write the weights into the package, and report.md"
    )
    options = parser.parse_args()
    pages = [page for named in options.folders for page in _pages(named)]
    text = report(pages)
    print(text)
    if options.write:
        _REPORT.write_text(text, "utf-8")
        ranking.write("title_weights.toml", _ABOUT, ranking.learn(pages, FEATURES, PENALTY))


def _pages(named: str) -> Iterator[Page]:
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


def report(pages: list[Page]) -> str:
    """Return the report of how many titles come out right."""
    about = "*Named*: the true title is among the candidates."
    return ranking.report("Titles", about, pages, FEATURES, PENALTY, same)


if __name__ == "__main__":
    main()
