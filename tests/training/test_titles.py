"""The weights of title candidates: learnt from a folder of pages and truth."""

from __future__ import annotations

from pathlib import Path

from training_pages import write_folder

from streams.cleaning.data import table
from streams.cleaning.metadata.title_candidates import FEATURES
from training import ranking
from training.titles import __main__ as titles


def folder(path: Path) -> Path:
    """Sixty pages of thirty sites whose title is the h1, and whose <title> says something else."""
    rows = []
    for number in range(60):
        name, heading = f"Paper {number % 30}", f"The {number} boats of harbour {number}"
        html = f"<title>Boats, harbours, news | {name}</title><h1>{heading}</h1><p>{'Text. ' * 50}</p>"
        rows.append((f"https://paper{number % 30}.example/{number}", html, {"title": heading}))
    return write_folder(path, rows)


def test_weights_learnt_from_pages_whose_title_is_the_h1_prefer_it_on_sites_left_out(tmp_path: Path) -> None:
    pages = list(titles._pages(str(folder(tmp_path))))
    assert f"| {tmp_path.name} | 60 | **1.0000** | 1.0000 | 1.0000 |" in titles.report(pages)
    weights = ranking.learn(pages, FEATURES, titles.PENALTY)
    assert weights["h1_first"] > weights["head"]


def test_the_packaged_weights_cover_every_feature() -> None:
    assert list(table("title_weights")["weights"]) == list(FEATURES)
