"""A clock that is wrong is named, with what to do."""

from __future__ import annotations

import asyncio

import pytest
from aiokafka.errors import InvalidTimestampError

from streams.errors import ClockError
from streams.runtime.delivery.timeouts import acknowledged_within
from streams.runtime.kafka import clock


def test_a_clock_that_is_right_is_believed() -> None:
    assert clock.now() > 1_767_225_600


def test_a_clock_at_1970_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock.time, "time", lambda: 3.0)
    with pytest.raises(ClockError, match=r"clock says 1970-01-01 00:00:03 UTC.*set the clock"):
        clock.now()


def test_a_time_that_the_broker_refuses_is_this_machine_s_clock() -> None:
    async def send() -> None:
        async with acknowledged_within(5):
            raise InvalidTimestampError

    with pytest.raises(
        ClockError, match=r"the broker refuses records of that time.*Compare them; set the clock"
    ):
        asyncio.run(send())
