"""The options of the Faust app that a worker's promises rest on."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.runtime.faust_options import faust_options
from streams.settings import Kafka, Settings

FOLDER = Path("/state")


@pytest.mark.parametrize("session", [6.0, 30.0, 120.0])
def test_timeouts_of_the_group_are_in_the_order_that_faust_demands(session: float) -> None:
    found = faust_options(Settings(kafka=Kafka(session_timeout_seconds=session)), FOLDER)
    heartbeat, rebalance = found["broker_heartbeat_interval"], found["broker_rebalance_timeout"]
    assert (
        heartbeat < found["broker_session_timeout"] == session <= rebalance < found["broker_request_timeout"]
    )


def test_records_are_acknowledged_by_all_replicas_and_offsets_start_at_the_beginning() -> None:
    found = faust_options(Settings(), FOLDER)
    assert found["producer_acks"] == -1
    assert found["consumer_auto_offset_reset"] == "earliest"
    assert found["datadir"] == str(FOLDER)


def test_each_of_several_bootstrap_servers_is_a_url() -> None:
    kafka = Kafka(bootstrap_servers="a.example:9092, b.example:9093")
    assert faust_options(Settings(kafka=kafka), FOLDER)["broker"] == (
        "kafka://a.example:9092;kafka://b.example:9093"
    )
