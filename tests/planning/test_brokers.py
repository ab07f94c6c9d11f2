"""Partitions and brokers for a load."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.planning.brokers import Brokers, brokers_for, partitions_for
from streams.planning.load import Load, Rates
from streams.planning.traffic import Flow, flows_of

FLOWS = {"pages.raw": Flow(10, 1e6, 2e5)}


@pytest.mark.parametrize(
    ("workers", "wire", "recovery", "partitions", "why"),
    [
        (4, 1e3, 1, 8, "a worker"),
        (9, 1e3, 1, 20, "a worker"),
        (1, 50e6, 1, 20, "on the wire"),
        (1, 1e3, 9_000, 10, "from nothing"),
    ],
)
def test_the_largest_need_decides_the_number_of_partitions(
    workers: int, wire: float, recovery: float, partitions: int, why: str
) -> None:
    found, said = partitions_for(workers, {"pages.raw": Flow(10, wire, wire)}, 2, recovery)
    assert found == partitions
    assert why in said


@given(st.integers(1, 5_000))
def test_partitions_are_enough_and_have_three_binary_figures(workers: int) -> None:
    found, _ = partitions_for(workers, FLOWS, 2, 1)
    assert 2 * workers <= found < 2 * workers * 1.34 + 1
    assert len(f"{found:b}".rstrip("0")) <= 3


def _brokers(load: Load, partitions: int = 8) -> Brokers:
    return brokers_for(load, flows_of(load, Rates(), load.pages_per_day / 86_400, 0.5, 4), partitions)


def test_replicas_disk_network_and_partitions_each_can_need_another_broker() -> None:
    assert "3 replicas" in _brokers(Load(1e5)).lines[-1].arithmetic
    assert "of disk each" in _brokers(Load(1e7, broker_disk=1e11)).lines[-1].arithmetic
    assert "of network each" in _brokers(Load(1e8, broker_network=1e6)).lines[-1].arithmetic
    many = _brokers(Load(1e5), partitions=8_192)
    assert "partitions' replicas each" in many.lines[-1].arithmetic
    assert many.count * 4_000 >= 8_192 * 9 * 3


def test_traffic_is_that_of_the_peak_and_disk_that_of_the_mean() -> None:
    calm, peak = _brokers(Load(1e7, peak=1)), _brokers(Load(1e7, peak=3))
    assert peak.into == pytest.approx(3 * calm.into)
    assert peak.out == pytest.approx(3 * calm.out)
    assert peak.disk == pytest.approx(calm.disk)


def test_more_readers_need_more_network_out_only() -> None:
    one, three = _brokers(Load(1e7, readers=1)), _brokers(Load(1e7, readers=3))
    assert three.out > one.out
    assert (three.into, three.disk) == (one.into, one.disk)
