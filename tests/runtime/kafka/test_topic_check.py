"""Partition counts that differ from the declaration are reported with a remedy."""

from __future__ import annotations

import pytest

from streams.errors import TopicMismatch
from streams.runtime.kafka.topic_check import Difference, keyed_difference, require_partitions


def test_fewer_partitions_than_declared_suggest_the_setting() -> None:
    assert "set kafka.partitions = 3" in keyed_difference("pages.candidates", 3, 4)


def test_added_partitions_suggest_to_keep_the_setting_and_name_the_unused_ones() -> None:
    said = keyed_difference("pages.candidates", 6, 4)
    assert "leave kafka.partitions as it is" in said
    assert "partitions 4 to 5" in said


def test_only_differences_that_stop_a_worker_are_raised() -> None:
    require_partitions([Difference("harmless")])
    with pytest.raises(TopicMismatch, match=r"^fatal$"):
        require_partitions([Difference("harmless"), Difference("fatal", stops=True)])
