"""The progress of an export."""

from __future__ import annotations

from pathlib import Path

from streams.export.progress import Progress, load, save


def test_what_is_saved_is_loaded_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    assert load(path, "t", "c") == {}
    save(path, Progress("t", "c", {0: 7, 11: 2**40}))
    assert load(path, "t", "c") == {0: 7, 11: 2**40}
    assert [each.name for each in tmp_path.iterdir()] == ["p.json"]
