"""Counts of partitions as a worker sees them: what is said and counted when they change."""

from __future__ import annotations

import logging

import pytest
from runtime.faust_overrides.test_assignor import CANDIDATES, CHANGELOG, CLEAN, RAW, SETTINGS, Cluster

from streams.runtime.group.partition_counts import PartitionWatch
from streams.runtime.observability.metrics import Metrics

AS_DECLARED = {RAW: 4, CANDIDATES: 4, CLEAN: 4, CHANGELOG: 4}


def _seen(*counts: dict[str, int]) -> Metrics:
    metrics = Metrics()
    watch = PartitionWatch(SETTINGS, metrics)
    for found in counts:
        watch(Cluster(found))
    return metrics


def _unused(metrics: Metrics, topic: str) -> float | None:
    return metrics.registry.get_sample_value("crawlmill_unused_partitions", {"topic": topic})


def test_topics_as_declared_are_counted_and_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    metrics = _seen({}, AS_DECLARED, AS_DECLARED)
    assert caplog.records == []
    found = metrics.registry.get_sample_value("crawlmill_topic_partitions", {"topic": "pages.raw"})
    assert (found, _unused(metrics, "pages.candidates")) == (4, 0)


@pytest.mark.parametrize(
    ("topic", "name"),
    [(CANDIDATES, "pages.candidates"), (CLEAN, "pages.clean"), (CHANGELOG, "buckets-changelog")],
)
def test_partitions_added_to_a_keyed_topic_are_an_error_once_with_what_to_do(
    topic: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    grown = {**AS_DECLARED, topic: 6}
    metrics = _seen(AS_DECLARED, grown, grown)
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    for told in (topic, "6 partitions, declared 4", "leave kafka.partitions as it is", "partitions 4 to 5"):
        assert told in record.getMessage()
    assert _unused(metrics, name) == 2


def test_partitions_added_to_pages_raw_are_read_and_said(caplog: pytest.LogCaptureFixture) -> None:
    metrics = _seen(AS_DECLARED, {**AS_DECLARED, RAW: 6})
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "6 partitions now, it had 4: all of them are read" in record.getMessage()
    assert _unused(metrics, "pages.raw") is None


def test_a_broker_that_lists_nothing_for_a_moment_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    _seen(AS_DECLARED, {}, AS_DECLARED)
    assert caplog.records == []
