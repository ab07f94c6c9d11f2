"""The models that rank title candidates: learnt from a folder of pages and truth."""

from __future__ import annotations

from pathlib import Path

import pytest
from training_pages import write_folder

pytest.importorskip("lightgbm", reason="a dependency of training only")

from training.ranking import Page
from training.titles import __main__ as titles
from training.titles import fit


def folder(path: Path) -> Path:
    """Ninety pages of thirty sites whose title is the h1, and whose <title> says something else."""
    rows = []
    for number in range(90):
        name, heading = f"Paper {number % 30}", f"The {number} boats of harbour {number}"
        html = f"<title>Boats, harbours, news | {name}</title><h1>{heading}</h1><p>{'Text. ' * 50}</p>"
        rows.append((f"https://paper{number % 30}.example/{number}", html, {"title": heading}))
    return write_folder(path, rows)


def test_what_is_learnt_from_pages_whose_title_is_the_h1_prefers_it_on_sites_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(titles, "DIVISIONS", 1)
    monkeypatch.setattr(fit, "TREES", (5, 10))
    pages = list(titles.pages_of(str(folder(tmp_path))))
    settings = fit.settings_for(pages)
    models = fit.learn(pages, settings)
    assert f"| {tmp_path.name} | 90 | **1.0000** | 1.0000 to 1.0000 | 1.0000 | 1.0000 |" in titles.report(
        pages, models, settings
    )
    assert models.weights["h1_first"] > models.weights["head"]
    again = fit.learn(pages, fit.settings_for(pages))
    assert titles.packed(again) == titles.packed(models)


def test_a_page_without_candidates_is_wrong_and_teaches_nothing(tmp_path: Path) -> None:
    pages = list(titles.pages_of(str(folder(tmp_path))))[:40]
    empty = Page("empty", "empty.example", "A title", [], [], 1.0)
    settings = fit.Settings(0.02, 5)
    models = fit.learn([*pages, empty], settings)
    assert titles.packed(models) == titles.packed(fit.learn(pages, settings))
    assert fit.settings_for([*pages, empty]) == fit.settings_for(pages)
    assert not titles.is_right(models, empty)
