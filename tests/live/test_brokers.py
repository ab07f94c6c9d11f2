"""One Apache Kafka serves all processes of a test run."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from live.brokers import shared

pytestmark = pytest.mark.live


def _listens(address: str) -> bool:
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def test_the_first_to_name_a_folder_starts_its_broker_and_the_last_to_leave_stops_it(tmp_path: Path) -> None:
    with shared(tmp_path) as first:
        with shared(tmp_path) as second:
            assert first == second
        assert _listens(first)
    assert not _listens(first)
