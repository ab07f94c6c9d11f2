"""CPU time of a page by its outcome, and the workers that it takes."""

from __future__ import annotations

import msgspec
import pytest
from planning.rates import RATES

from streams.planning.load import Kind, Load
from streams.planning.page_cost import Cost, cost, mean_cost, records_of, remote_share, simulate, workers_for
from streams.planning.plan import plan

LOAD = Load(1e6, page_bytes=100_000, words=1_000, peak=2, utilisation=0.5, cores_per_worker=4)


def test_a_page_is_cleaned_and_only_a_new_document_is_enriched() -> None:
    assert cost("enriched", LOAD, RATES) == Cost(pytest.approx(20 + 100), 5)
    assert cost("duplicate", LOAD, RATES) == Cost(pytest.approx(20), 5)
    assert cost("error", LOAD, RATES) == Cost(pytest.approx(10), 5)
    assert cost("error", LOAD, RATES).all == pytest.approx(15)


def test_records_are_counted_by_where_the_buckets_are() -> None:
    # one worker: the page, five changes of the table, the document out and in again, the article, fifty facts
    assert records_of("enriched", LOAD, RATES, 1) == pytest.approx(1 + 5 + 2 + 1 + 50)
    # two workers: half of the lookups are sent, which is one record out and one in
    assert records_of("enriched", LOAD, RATES, 2) == pytest.approx(1 + 4 * 2 + 1 + 2 + 1 + 50)
    assert records_of("duplicate", LOAD, RATES, 1) == pytest.approx(1 + 3 + 1)
    assert records_of("error", LOAD, RATES, 9) == 2


def test_a_group_of_workers_has_each_bucket_with_the_same_probability() -> None:
    assert [remote_share(workers) for workers in (1, 2, 4)] == [0, 0.5, 0.75]


def test_the_mean_weighs_by_share() -> None:
    shares: dict[Kind, float] = {"enriched": 0.5, "duplicate": 0.4, "error": 0.1}
    mean = mean_cost(LOAD, RATES, shares, 1)
    assert (mean.pool, mean.shell) == pytest.approx((0.5 * 120 + 0.4 * 20 + 0.1 * 10, 5))


def test_the_number_of_workers_suffices_and_one_less_does_not() -> None:
    shares: dict[Kind, float] = {"enriched": 1.0, "duplicate": 0.0, "error": 0.0}
    load = msgspec.structs.replace(LOAD, pages_per_day=1e7)
    rates = msgspec.structs.replace(RATES, record_ms=0.2)
    count = workers_for(load, rates, shares)

    def cores(workers: int) -> float:
        return 1e7 / 86_400 * 2 * mean_cost(load, rates, shares, workers).all / 1_000 / 0.5

    assert count > 2
    assert cores(count) <= 4 * count
    assert cores(count - 1) > 4 * (count - 1)


def test_the_simulation_of_many_pages_agrees_with_the_arithmetic() -> None:
    load = Load(1e6, duplicates=0.4, errors=0.1, words=600)
    kinds: list[Kind] = ["enriched"] * 5 + ["duplicate"] * 4 + ["error"]
    pages = 4_000
    simulated = simulate(pages, lambda number: kinds[number * 7 % 10], load, RATES, processes=4)
    assert simulated == pytest.approx(pages * plan(load, RATES).cpu_ms / 1_000 / 4, rel=0.01)


def test_the_simulation_shows_the_idle_end_of_a_short_run() -> None:
    load = Load(1e6, words=600)
    alone = simulate(5, lambda _: "enriched", load, RATES, processes=1)
    assert simulate(5, lambda _: "enriched", load, RATES, processes=4) == pytest.approx(alone * 2 / 5)
