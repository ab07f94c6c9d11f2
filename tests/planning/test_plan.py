"""The plan's arithmetic: known answers, what must grow with what, and clear errors."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning.rates import RATES

from streams.planning.load import Load, Rates
from streams.planning.plan import plan
from streams.topics import NAMES


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
    assert (found.pool_ms, found.shell_ms) == pytest.approx((69, 5))
    assert found.cores == pytest.approx(10 * 2 * 0.074 / 0.5)
    assert found.workers == 1
    assert found.flows["pages.raw"].bytes == pytest.approx(1e6)
    # one worker has all buckets: nothing has to be sent from one to another
    assert found.flows["pages.candidates"].records == 0
    # a document is written at 4 buckets and for its facts, a copy at 2, and at the first once more
    assert found.flows["changelog"].records == pytest.approx(10 * (0.5 * 5 + 0.4 * 2 + 0.4))
    assert found.flows["pages.enriched"].bytes == pytest.approx(10 * 0.5 * (5_000 + 1_000 + 5_000))
    assert sum(found.flows[f"pages.{name}"].records for name in ("entities", "quotes", "events")) == (
        pytest.approx(10 * 0.5 * 1_000 * 0.05)
    )
    assert found.state_documents == pytest.approx(864_000 * 30 * 0.9)
    # four buckets of 250 bytes, and an entry of 50 bytes with 50 facts of one
    assert found.state_bytes == pytest.approx(864_000 * 30 * (0.5 * (1_000 + 100) + 0.4 * 500))
    # the only worker: no standby, and all there is to read, five values a document and one a copy
    assert found.recovery_seconds == pytest.approx(864_000 * 30 * (0.5 * 5 + 0.4) / 1_000)
    # entries about facts, and with them the whole table, are kept as long as the facts
    week = msgspec.structs.replace(load, window_days=7)
    assert plan(week, RATES).state_bytes == found.state_bytes
    assert plan(msgspec.structs.replace(week, output_days=7), RATES).state_bytes < found.state_bytes / 4


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
    names = (
        "cores",
        "workers",
        "partitions",
        "broker_in",
        "broker_out",
        "disk_bytes",
        "brokers",
        "state_bytes",
    )
    for name in names:
        assert getattr(many, name) >= getattr(few, name)
    assert many.partitions >= 2 * many.workers


def test_duplicates_and_errors_save_enrichment() -> None:
    clean = plan(Load(1e6, duplicates=0, errors=0), RATES)
    dirty = plan(Load(1e6, duplicates=0.6, errors=0.2), RATES)
    assert dirty.cpu_ms < clean.cpu_ms
    assert dirty.state_bytes < clean.state_bytes


def test_a_worker_gets_no_more_cores_than_its_event_loop_can_feed() -> None:
    load = Load(1e8, peak=2, utilisation=0.5, cores_per_worker=16)
    found = plan(load, msgspec.structs.replace(RATES, page_ms=20))
    loops = found.pages_per_second * 2 * 0.020 / 0.5
    assert found.workers == math.ceil(loops)
    assert found.cores / found.workers < 16


def test_brokers_carry_replication_both_ways() -> None:
    one, three = (plan(Load(1e8, replication=number), RATES) for number in (1, 3))
    copied = three.broker_in - one.broker_in
    assert copied == pytest.approx(2 * one.broker_in)
    assert three.broker_out - one.broker_out == pytest.approx(copied)
    assert three.disk_bytes == pytest.approx(3 * one.disk_bytes)


def test_the_more_workers_the_more_often_a_page_has_to_go_to_another() -> None:
    rates = msgspec.structs.replace(RATES, record_ms=0.5)
    load = Load(1e8, duplicates=0, errors=0)
    found = plan(load, rates)
    assert found.workers > 10
    hops = 4 * (
        1 - 1 / found.workers
    )  # a document has four buckets, each with the same probability any worker's
    sent = found.flows["pages.candidates"]
    assert sent.records == pytest.approx(found.pages_per_second * hops)
    assert sent.bytes == pytest.approx(sent.records * (600 * 5 + 1_000 + 500))
    assert sent.wire == pytest.approx(sent.bytes / 2)
    alone = plan(Load(1e3, duplicates=0, errors=0), rates)
    assert found.shell_ms - alone.shell_ms == pytest.approx(0.5 * 2 * hops)
    copies = plan(Load(1e8, duplicates=1, errors=0), rates)
    part = 1 - 1 / copies.workers
    assert copies.flows["pages.candidates"].bytes == pytest.approx(
        copies.pages_per_second * part * (2 * (600 * 5 + 1_000 + 500) + 1_200)
    )
    top = found.pages_per_second * load.peak / load.utilisation
    assert found.workers >= top * found.cpu_ms / 1_000 / load.cores_per_worker


def test_a_second_worker_holds_a_copy_of_the_firsts_buckets() -> None:
    one = plan(Load(1e5), RATES)
    many = plan(Load(1e8), RATES)
    assert one.workers == 1 < many.workers
    assert one.state_disk_bytes == pytest.approx(one.state_bytes * RATES.state_on_disk * 1.1)
    assert many.state_disk_bytes * many.workers == pytest.approx(
        2 * many.state_bytes * RATES.state_on_disk * 1.1
    )


def test_every_line_says_how_it_came_about() -> None:
    lines = plan(Load(1e8), Rates()).lines
    names = {line.name.strip() for line in lines}
    assert {
        "cores",
        "workers",
        "partitions",
        "broker in",
        "broker disk",
        "brokers",
        "dedup state",
        "recovery",
    } <= names
    assert names >= {name for name in NAMES if name != "pages.deadletter"}
    assert all(line.value and line.arithmetic for line in lines)
