"""The weights of title candidates: learnt the same each time, from a folder of pages and truth."""

from __future__ import annotations

import gzip
import json
import tomllib
from pathlib import Path

import pytest

from streams.cleaning.data import table
from streams.cleaning.metadata.title_candidates import FEATURES
from training.titles import __main__ as titles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Sixty pages of thirty sites whose title is the h1, and whose <title> says something else."""
    pages, truth = [], []
    for number in range(60):
        name, heading = f"Paper {number % 30}", f"The {number} boats of harbour {number}"
        html = f"<title>Boats, harbours, news | {name}</title><h1>{heading}</h1><p>{'Text. ' * 50}</p>"
        pages.append({"id": str(number), "url": f"https://paper{number % 30}.example/{number}", "html": html})
        truth.append({"id": str(number), "title": heading})
    with gzip.open(tmp_path / "pages.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(page) + "\n" for page in pages)
    (tmp_path / "truth.jsonl").write_text("".join(json.dumps(row) + "\n" for row in truth))
    return tmp_path


def test_weights_learnt_from_pages_whose_title_is_the_h1_prefer_it_on_sites_left_out(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = list(titles._pages(str(folder)))
    titles.report(pages)
    assert "60 of 60 titles right" in capsys.readouterr().out
    assert titles.learn(pages)["h1_first"] > titles.learn(pages)["head"]


def test_the_same_pages_give_the_same_file(folder: Path) -> None:
    pages = list(titles._pages(f"{folder}*2"))
    text = titles.rendered(titles.learn(pages))
    assert text == titles.rendered(titles.learn(pages))
    assert list(tomllib.loads(text)["weights"]) == list(FEATURES)


def test_the_packaged_weights_cover_every_feature() -> None:
    assert list(table("title_weights")["weights"]) == list(FEATURES)
