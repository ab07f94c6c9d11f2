"""Pages that were labelled for this project, taken from clones of repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from streams.cleaning.extract.blocks.model import TYPES
from training.blocks import labelled
from training.blocks.labelled import Label

PAGE = "<html><body><ul><li>Home</li><li>Shop</li></ul><h1>Blue kettles</h1><p>They sing.</p><p>Sign up</p></body></html>"
TEXTS = ["Home", "Shop", "Blue kettles", "They sing.", "Sign up"]


def test_labels_are_readable_and_name_commits_types_and_ranges() -> None:
    known = labelled.read()
    assert len(known) > 200
    assert len({label.id for label in known}) == len(known)
    for label in known:
        assert label.type in TYPES
        assert len(label.commit) == 40
        assert all(first <= last for first, last in label.kept)
        assert list(label.kept) == sorted(label.kept)


def test_pages_come_from_clones_with_the_text_of_their_labelled_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clone = tmp_path / "owner" / "name"
    clone.mkdir(parents=True)
    (clone / "page.html").write_text(PAGE, "utf-8")
    git = ["git", "-C", str(clone), "-c", "user.name=x", "-c", "user.email=x@y.example"]
    for command in (["init", "-q"], ["add", "page.html"], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *command], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout
    url = "https://shop.example/kettles"
    right = Label(
        "p1",
        "owner/name",
        commit.strip(),
        "page.html",
        url,
        "collection",
        labelled.hash_of(TEXTS),
        ((2, 3),),
    )
    other = Label("p2", "owner/name", commit.strip(), "page.html", url, "collection", "0" * 12, ((0, 0),))
    gone = Label("p3", "owner/gone", commit.strip(), "page.html", url, "collection", right.blocks, ((2, 3),))
    monkeypatch.setattr(labelled, "read", lambda: [right, other, gone])
    (found,) = labelled.pages(tmp_path)
    assert (found.label.id, found.truth) == ("p1", "Blue kettles\n\nThey sing.")
    said = capsys.readouterr().err
    assert "p2: has other blocks now" in said
    assert "p3: " in said
    (one,) = (labelled.score(found),)
    assert one.type == "collection"
    assert 0.0 <= one.ours <= 1.0


def test_the_table_has_a_row_a_type_and_one_of_all() -> None:
    scores = [
        labelled.Score("a.example", "product", 1.0, 0.5, typed=True),
        labelled.Score("b.example", "listing", 0.5, 0.5, typed=False),
    ]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in labelled.table(scores).splitlines()
    ]
    assert {row[0]: row[1:] for row in rows[2:]} == {
        "all": ["2", "2", "0.750 (0.177)", "0.500", "0.50"],
        "listing": ["1", "1", "0.500 (0.000)", "0.500", "0.00"],
        "product": ["1", "1", "1.000 (0.000)", "0.500", "1.00"],
    }
