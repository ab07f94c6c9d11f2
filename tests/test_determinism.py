"""The same pages give the same records, byte for byte but for timings, in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from compare_records import differences

ROOT = Path(__file__).parents[1]
PAGES = ("seeds/errors.jsonl", "seeds/articles.jsonl", "seeds/traps.jsonl")


def _process(out: Path, hash_seed: str) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    subprocess.run(
        [sys.executable, "-m", "streams", "process", *PAGES, "-o", str(out)],
        cwd=ROOT, env=environment, check=False, capture_output=True, timeout=240,
    )  # fmt: skip
    return out.read_text("utf-8").splitlines()


def test_two_processes_with_other_hash_seeds_write_the_same_records(tmp_path: Path) -> None:
    first, second = _process(tmp_path / "first.jsonl", "1"), _process(tmp_path / "second.jsonl", "2")
    assert len(first) > 30
    assert list(differences(first, second)) == []


def test_a_changed_field_and_a_missing_record_are_differences() -> None:
    old = ['{"id": "a", "reason": "soft_404", "timings": {"clean": 1}}', '{"id": "b"}']
    new = ['{"id": "a", "reason": "bot_wall", "timings": {"clean": 2}}']
    assert sorted(differences(old, new)) == [
        "a: reason: soft_404 -> bot_wall",
        "b: only in the old run",
    ]


def test_a_renamed_field_is_none() -> None:
    assert list(differences(['{"id": "a", "old": 1}'], ['{"id": "a", "new": 1}'], {"old": "new"})) == []
