"""The weights of days of publication: learnt from a folder of pages and truth."""

from __future__ import annotations

from pathlib import Path

from training_pages import write_folder

from streams.cleaning.data import table
from streams.cleaning.metadata.publication.features import FEATURES
from training import ranking
from training.dates import __main__ as dates


def folder(path: Path) -> Path:
    """Sixty pages of thirty sites: forty show their day below the headline, twenty only one in their text that is another."""
    rows = []
    for number in range(60):
        day = f"2024-03-{number % 28 + 1:02}"
        shown = f'<time datetime="{day}">lately</time>' if number < 40 else ""
        html = f"<p>Founded 2001-05-0{number % 9 + 1}</p><h1>Boats</h1>{shown}<p>{'Text. ' * 50}</p>"
        truth = {"date": day} if number < 40 else {}
        rows.append((f"https://paper{number % 30}.example/{number}", html, truth))
    return write_folder(path, rows)


def test_weights_learnt_from_pages_that_show_their_day_prefer_it_on_sites_left_out(tmp_path: Path) -> None:
    pages = list(dates._pages(str(folder(tmp_path))))
    assert f"| {tmp_path.name} | 40 | **1.0000** | 1.0000 | 1.0000 |" in dates.report(pages)
    weights = ranking.learn(pages, FEATURES, dates.PENALTY)
    assert weights["time_below"] > weights["text_above"]


def test_an_undated_page_teaches_that_none_of_its_days_is_meant(tmp_path: Path) -> None:
    pages = list(dates._pages(str(folder(tmp_path))))
    weights = ranking.learn([page for page in pages if not page.truth], FEATURES, dates.PENALTY)
    assert weights["none"] > weights["text_above"]


def test_the_packaged_weights_cover_every_feature() -> None:
    assert list(table("date_weights")["weights"]) == list(FEATURES)
