"""A comparison of two result files says what moved beyond the noise, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.harness.results import Results, compare, read, save


def _results(rate: list[float], latency: list[float]) -> Results:
    results = Results()
    for value in rate:
        results.add("rate", value, "pages/s", "higher")
    for value in latency:
        results.add("latency", value, "s", "lower")
    return results


def test_a_difference_within_the_rounds_of_either_is_noise() -> None:
    changes = compare(_results([10, 13], [1, 1]), _results([12, 14], [1.02, 1.02]))
    assert [change.verdict for change in changes] == ["noise", "noise"]


def test_what_moved_is_better_or_worse_by_what_the_measure_wants() -> None:
    changes = compare(_results([10, 10.2], [1, 1.1]), _results([13, 13.2], [2, 2.1]))
    assert [(change.name, change.verdict) for change in changes] == [("rate", "better"), ("latency", "worse")]
    changes = compare(_results([13, 13.2], [2, 2.1]), _results([10, 10.2], [1, 1.1]))
    assert [change.verdict for change in changes] == ["worse", "better"]


def test_results_are_read_as_they_were_saved(tmp_path: Path) -> None:
    saved = _results([1, 2], [3])
    save(saved, tmp_path / "new/folder/r.json")
    assert read(tmp_path / "new/folder/r.json") == saved


def test_a_file_that_is_no_result_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text("[]")
    with pytest.raises(SystemExit, match=r"r\.json: not a result file"):
        read(tmp_path / "r.json")
