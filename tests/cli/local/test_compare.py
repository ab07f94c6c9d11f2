"""``crawlmill compare``."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from cli.run import invoke

OLD = b'{"id":"a","url":"https://a.example/","disposition":"enriched","title":"One"}\n'
NEW = b'{"id":"a","url":"https://a.example/","disposition":"enriched","title":"\\u001b[2JTwo"}\n'


def _files(folder: Path) -> tuple[str, str]:
    (folder / "old.jsonl").write_bytes(OLD)
    (folder / "new.jsonl.gz").write_bytes(gzip.compress(NEW))
    return str(folder / "old.jsonl"), str(folder / "new.jsonl.gz")


def test_the_same_runs_are_0_and_different_ones_1(tmp_path: Path) -> None:
    old, new = _files(tmp_path)
    assert invoke("compare", old, old).exit_code == 0
    done = invoke("compare", old, new)
    assert done.exit_code == 1
    assert "title" in done.stdout and "One" in done.stdout and "Two" in done.stdout
    assert "\x1b[2J" not in done.stdout


def test_as_json_it_has_every_change(tmp_path: Path) -> None:
    done = invoke("compare", *_files(tmp_path), "--json")
    assert json.loads(done.stdout)["fields"]["title"][0]["old"] == "One"


def test_a_missing_or_damaged_file_is_named(tmp_path: Path) -> None:
    old, _ = _files(tmp_path)
    (tmp_path / "cut.gz").write_bytes(gzip.compress(NEW)[:-9])
    for name in ("absent.jsonl", "cut.gz"):
        done = invoke("compare", old, str(tmp_path / name))
        assert done.exit_code == 1
        assert name in done.stderr


def test_process_into_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    done = invoke(
        "process", "seeds/page-article.html", "--stage", "clean", "-o", str(tmp_path / "no/out.jsonl")
    )
    assert done.exit_code == 1
    assert "no/out.jsonl: cannot be written" in done.stderr


def test_a_line_that_is_no_record_is_told_with_its_file(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    whole.write_text('{"id": "a", "disposition": "enriched"}\n', "utf-8")
    broken.write_text('{"id": "a", "disposition": "enriched"}\n{"id": \n', "utf-8")
    done = invoke("compare", str(whole), str(broken))
    assert done.exit_code == 1
    assert f"line 2 of {broken} is no JSON" in done.stderr
