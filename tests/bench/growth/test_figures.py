"""What is said to bound a figure follows from what was measured with it."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("matplotlib", reason="only `make bench-growth` installs what draws plots")

from benchmarks.growth import figures
from benchmarks.growth.figures import Figure, Point


def _point(label: str, **measured: float) -> Point:
    values = {
        "rate": 10.0, "pool_ms": 60.0, "worker_ms": 10.0, "broker_ms": 5.0, "pools": 1.5, "workers": 0.3, "broker": 0.1,
        "loop": 0.3, "processes": 8, "idle": 0.1, "others": 0.0, **measured,
    }  # fmt: skip
    return Point(label=label, **values)


def test_busy_cores_are_what_bounds_and_whoever_takes_most_of_them_is_named() -> None:
    said = figures.bound(
        [_point("1"), _point("2", others=1.8, pools=0.1, workers=0.05, broker=0.01)], cores=2
    )
    assert "At 1 the cores bound it, most of them taken by the pools' cleaning and enriching" in said
    assert "at 2 the cores bound it, most of them taken by others on this machine" in said


def test_a_full_event_loop_bounds_when_cores_are_idle() -> None:
    said = figures.bound([_point("1", idle=1.0, loop=0.95), _point("2", idle=1.0, loop=0.4)], cores=4)
    assert "At 1 the event loop bounds it, 95% of a core busy" in said
    assert "at 2 waiting bounds it" in said


def test_a_pool_whose_processes_are_all_busy_bounds_when_cores_are_idle() -> None:
    said = figures.bound(
        [_point("1", idle=1.0, pools=0.97, processes=1), _point("2", idle=0.5, pools=1.9, processes=2)],
        cores=4,
    )
    assert "At 1 the pool bounds it, all of its processes (1) busy" in said
    assert "at 2 the pool bounds it, all of its processes (2) busy" in said


def test_the_change_of_throughput_stands_beside_the_change_of_cost() -> None:
    said = figures.bound([_point("10 kB"), _point("5 MB", rate=2.0, pool_ms=360.0)], cores=2)
    assert said.endswith(
        "From 10 kB to 5 MB pages a second change by a factor of 0.20, the CPU of a page by 5.00."
    )


def test_the_index_has_every_figure_that_was_measured_with_its_plot_and_sentence(tmp_path: Path) -> None:
    for name in ("memory", "workers"):
        rows = [("1", 10.0, ("2",)), ("2", 1_500.0, ("3",))]
        figures.write(Figure(name, name.title(), ("x", "pages/s", "more"), rows, "the cores."), tmp_path)
    figures.index(tmp_path)
    text = (tmp_path / "README.md").read_text()
    assert text.index("## Workers") < text.index("## Memory")
    assert "![Memory](memory.svg)" in text
    assert (tmp_path / "memory.svg").exists()
    assert "| 2 | 1,500 | 3 |" in text
    assert text.count("What bounds it? the cores.") == 2
    assert text.count("\n# ") == 0, "the index has one title, and its figures are sections of it"


def test_a_figure_s_own_page_begins_with_its_title(tmp_path: Path) -> None:
    figures.write(Figure("workers", "Workers", ("x", "pages/s"), [("1", 10.0, ())], "the cores."), tmp_path)
    assert (tmp_path / "workers.md").read_text().startswith("# Workers\n\n| x ")
