"""The plan's arithmetic: known answers, what must grow with what, and clear errors."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import SettingsError
from streams.plan import Load, Rates, plan, simulate

RATES = Rates(
    clean_ms=10, clean_ms_per_kb=0.1, reject_share=0.5, enrich_ms_per_word=0.1, shell_ms=5, state_bytes=1_000
)


def test_the_figures_of_a_load_that_can_be_done_by_hand() -> None:
    load = Load(
        pages_per_day=864_000,
        page_bytes=100_000,
        duplicates=0.4,
        errors=0.1,
        words=1_000,
        peak=2,
        utilisation=0.5,
    )
    found = plan(load, RATES)
    assert found.pages_per_second == 10
    # clean 20 ms, of errors half: 0.9 x 20 + 0.1 x 10 = 19; enrich 0.5 x 100 = 50; shell 5
    assert found.cpu_ms == pytest.approx(74)
    assert found.cores == pytest.approx(10 * 2 * 0.074 / 0.5)
    assert found.workers == 1
    assert found.flows["pages.raw"] == pytest.approx(1e6)
    assert found.state_documents == pytest.approx(864_000 * 30 * 0.5)
    assert found.state_bytes == pytest.approx(found.state_documents * 1_000)


@given(
    pages=st.floats(1e3, 1e9),
    more=st.floats(1, 100),
    duplicates=st.floats(0, 0.5),
    errors=st.floats(0, 0.5),
)
def test_more_pages_never_need_less_and_partitions_are_enough(
    pages: float, more: float, duplicates: float, errors: float
) -> None:
    few = plan(Load(pages, duplicates=duplicates, errors=errors), RATES)
    many = plan(Load(pages * more, duplicates=duplicates, errors=errors), RATES)
    for name in ("cores", "workers", "partitions", "broker_in", "broker_out", "disk_bytes", "state_bytes"):
        assert getattr(many, name) >= getattr(few, name)
    assert many.partitions >= 2 * many.workers
    assert math.log2(many.partitions).is_integer()


def test_duplicates_and_errors_save_enrichment() -> None:
    clean = plan(Load(1e6, duplicates=0, errors=0), RATES)
    dirty = plan(Load(1e6, duplicates=0.6, errors=0.2), RATES)
    assert dirty.cpu_ms < clean.cpu_ms
    assert dirty.state_bytes < clean.state_bytes


def test_every_line_says_how_it_came_about() -> None:
    lines = plan(Load(1e8), Rates()).lines
    assert {"cores", "workers", "partitions", "broker disk", "doors' state", "recovery"} <= {
        line.name for line in lines
    }
    assert all(line.value and line.arithmetic for line in lines)


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (Load(1e6, duplicates=1.5), "--duplicates 1.5"),
        (Load(1e6, duplicates=0.7, errors=0.7), "more than all pages"),
        (Load(0), "--pages-per-day 0"),
        (Load(1e6, page_bytes=-1), "--page-size -1"),
    ],
)
def test_a_load_that_cannot_be_is_an_error_that_names_it(load: Load, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        plan(load, RATES)


def test_the_simulation_of_many_pages_agrees_with_the_arithmetic() -> None:
    load = Load(1e6, duplicates=0.4, errors=0.1, words=600)
    kinds = ["enriched"] * 5 + ["duplicate"] * 4 + ["error"]
    pages = 4_000
    simulated = simulate(pages, lambda number: kinds[number * 7 % 10], load, RATES, processes=4)
    assert simulated == pytest.approx(pages * plan(load, RATES).cpu_ms / 1_000 / 4, rel=0.01)


def test_the_simulation_shows_the_idle_end_of_a_short_run() -> None:
    load = Load(1e6, words=600)
    alone = simulate(5, lambda _: "enriched", load, RATES, processes=1)
    assert simulate(5, lambda _: "enriched", load, RATES, processes=4) == pytest.approx(alone * 2 / 5)
