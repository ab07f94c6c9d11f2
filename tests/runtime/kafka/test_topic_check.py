"""Partition counts that differ from the declaration are reported with a remedy."""

from __future__ import annotations

import pytest

from streams import topics
from streams.errors import TopicMismatch
from streams.runtime.kafka.topic_check import (
    Difference,
    config_differences,
    keyed_difference,
    require_partitions,
)
from streams.settings import Settings


def test_fewer_partitions_than_declared_suggest_the_setting() -> None:
    assert "set kafka.partitions = 3" in keyed_difference("pages.candidates", 3, 4)


def test_added_partitions_suggest_to_keep_the_setting_and_name_the_unused_ones() -> None:
    assert keyed_difference("pages.candidates", 1, 4).startswith("pages.candidates: 1 partition, declared 4")
    assert "read from partition 4." in keyed_difference("pages.candidates", 5, 4)
    said = keyed_difference("pages.candidates", 6, 4)
    assert "leave kafka.partitions as it is" in said
    assert "partitions 4 to 5" in said


def test_another_configuration_names_the_command_that_sets_the_declared_one() -> None:
    topic = next(topic for topic in topics.declared(Settings()) if topic.name == "pages.clean")
    assert config_differences(Settings(), topic, dict(topic.config)) == []
    (found,) = config_differences(Settings(), topic, {**topic.config, "retention.ms": "60000"})
    assert found.text.startswith("pages.clean: retention.ms is 60000, declared ")
    assert not found.stops
    assert found.remedy.startswith("kafka-configs.sh --bootstrap-server 127.0.0.1:9092 --alter ")
    wanted = topic.config["retention.ms"]
    assert found.remedy.endswith(f"--entity-name pages.clean --add-config 'retention.ms={wanted}'")


def test_only_differences_that_stop_a_worker_are_raised() -> None:
    require_partitions([Difference("harmless")])
    with pytest.raises(TopicMismatch, match=r"^fatal$"):
        require_partitions([Difference("harmless"), Difference("fatal", stops=True)])
