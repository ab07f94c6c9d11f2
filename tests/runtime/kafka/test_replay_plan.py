"""What a replay of a stage still finds: retention."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import TopicPartition

from streams.errors import BadInput
from streams.runtime.kafka.replay_plan import Begin, Part, Plan, require_kept
from streams.settings import Kafka, Settings

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SETTINGS = Settings(kafka=Kafka(output_retention_hours=48))
ONE, OTHER = TopicPartition("pages.clean", 0), TopicPartition("pages.clean", 1)


def _ago(**ago: int) -> int:
    return int((NOW - timedelta(**ago)).timestamp() * 1_000)


def test_documents_that_retention_has_deleted_are_an_error_that_says_what_is_left_and_what_to_do() -> None:
    begins = {ONE: Begin(500, _ago(hours=47)), OTHER: Begin(9, _ago(hours=40))}
    with pytest.raises(BadInput) as raised:
        require_kept(SETTINGS, NOW - timedelta(days=5), {ONE: 500, OTHER: 9}, begins, NOW)
    for told in (
        "48 hours (kafka.output_retention_hours)",
        "2026-11-24T12:00:00Z",
        "2026-11-27T20:00:00Z",
        "--partial",
    ):
        assert told in str(raised.value)


@pytest.mark.parametrize(
    ("days", "first", "begin"),
    [
        (
            1,
            500,
            500,
        ),  # nothing came between then and the first that is kept, which is younger than retention
        (5, 0, 0),  # nothing was ever deleted
        (5, 500, 501),  # the partition has older ones
    ],
)
def test_where_nothing_since_then_can_have_been_deleted_there_is_no_error(
    days: int, first: int, begin: int
) -> None:
    require_kept(SETTINGS, NOW - timedelta(days=days), {ONE: first}, {ONE: Begin(begin, _ago(hours=3))}, NOW)


def test_a_partition_without_documents_since_then_is_no_error() -> None:
    require_kept(SETTINGS, NOW - timedelta(days=5), {ONE: 500}, {}, NOW)


def test_a_plan_counts_what_is_left() -> None:
    plan = Plan("c", "pages.clean", "", "2026-11-24T12:00:00Z", {0: Part(5, 9), 1: Part(7, 7)})
    assert plan.offsets == 4
    assert plan.since_ms == _ago(days=5)
