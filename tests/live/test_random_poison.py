"""With random bad records on the topics, each message ends once, every good page is enriched and the worker continues."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from poison.run import Poisoned

pytestmark = pytest.mark.live
_SEED = 20261  # another: make poison-test SEED=...


def _live_through(address: str, folder: Path, messages: int, guarantee: str) -> None:
    report = asyncio.run(Poisoned(address, folder, _SEED, processing_guarantee=guarantee).run(messages))
    print(report)  # pytest shows it, with the seed, when the test fails
    assert report.wrong == []
    assert report.messages >= messages * 0.75, "the broker refused too much: little was tested"
    assert report.good > messages / 5


def test_200_random_messages_among_good_pages_end_once_and_stop_nothing(
    embedded: str, tmp_path: Path
) -> None:
    _live_through(embedded, tmp_path, 200, "at_least_once")


@pytest.mark.again
def test_2_000_random_messages_on_the_embedded_broker(embedded: str, tmp_path: Path) -> None:
    _live_through(embedded, tmp_path, 2_000, "at_least_once")


@pytest.mark.again
@pytest.mark.parametrize("guarantee", ["at_least_once", "exactly_once"])
def test_2_000_random_messages_on_apache_kafka(apache: str, tmp_path: Path, guarantee: str) -> None:
    _live_through(apache, tmp_path, 2_000, guarantee)
