"""Learn the weights of the days that a page names, and report how many come out right on sites left out.

    python -m training.dates FOLDER[*WEIGHT] ... [--write]

The truth of a page has ``date``, ISO 8601, where its day of publication is known. A page that declares no day of publication
and has none in the truth teaches, a little, that dates in its text are others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from streams.cleaning.metadata import metadata
from streams.cleaning.metadata.publication.features import FEATURES
from training import ranking
from training.ranking import Page

PENALTY = 0.002  # of 0.0005, 0.001, 0.002, 0.004, 0.01 the best on sites left out
UNDATED = 0.1  # what an undated page counts: of 0, 0.1, 0.3 and 0.6 the most that costs no dated page its day
_DAY = len("2024-05-01")
_REPORT = Path(__file__).parent / "report.md"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="training.dates", description=__doc__.partition("\n")[0])
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
        ranking.write("date_weights.toml", _ABOUT, ranking.learn(pages, FEATURES, PENALTY))


_ABOUT = """\
Weights of the features of days of publication (streams/cleaning/metadata/publication/features.py), written by make train-dates.
Learnt from WCXB's development pages (Web Content Extraction Benchmark, CC BY 4.0) and from news articles with known days."""


def _pages(named: str) -> Iterator[Page]:
    for truth, declared, url, weight in ranking.read(named):
        day = (truth.get("date") or "")[:_DAY]
        found = metadata.date_candidates(declared, url)
        undeclared = bool(found) and "none_declared" not in found[-1].features
        right = [candidate.text[:_DAY] == day and (bool(day) or undeclared) for candidate in found]
        counted = weight if day else UNDATED
        yield Page(ranking.name_of(named), ranking.site_of(url), day, found, right, counted)


def same(text: str, day: str) -> bool:
    """Whether a time is on the day."""
    return text[:_DAY] == day


def report(pages: list[Page]) -> str:
    """Return the report of how many days come out right."""
    about = "*Named*: the true day is among those that the page names, as far as they are read."
    return ranking.report("Days of publication", about, pages, FEATURES, PENALTY, same)


if __name__ == "__main__":
    main()
