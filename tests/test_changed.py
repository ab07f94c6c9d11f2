"""Which tests ``make check`` runs for a change."""

from __future__ import annotations

from pathlib import Path

from changed import selected_for


def _tree(root: Path, *files: str) -> Path:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def test_a_module_s_own_test_is_run(tmp_path: Path) -> None:
    root = _tree(tmp_path, "tests/dedup/test_route.py", "tests/dedup/test_bucket.py")
    assert selected_for(["streams/dedup/route.py"], root) == ["tests/dedup/test_route.py"]


def test_of_a_module_without_one_the_nearest_folder_is_run(tmp_path: Path) -> None:
    root = _tree(tmp_path, "tests/nlp/test_enrich.py")
    assert selected_for(["streams/nlp/events/modality.py"], root) == ["tests/nlp"]
    assert selected_for(["streams/nlp/data/verbs.toml"], root) == ["tests/nlp"]


def test_what_everything_uses_runs_everything(tmp_path: Path) -> None:
    assert selected_for(["README.md", "streams/records/codec.py"], tmp_path) == ["tests"]


def test_a_test_that_changed_is_run_and_one_that_is_gone_is_not(tmp_path: Path) -> None:
    root = _tree(tmp_path, "tests/test_urls.py", "tests/test_docs.py")
    assert selected_for(["tests/test_urls.py", "tests/test_gone.py"], root) == [
        "tests/test_docs.py",
        "tests/test_urls.py",
    ]
