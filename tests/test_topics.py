"""The declaration of topics names each one once, and the stages consume three of them."""

from __future__ import annotations

from streams import topics
from streams.settings import Kafka, Settings


def test_every_topic_and_the_changelog_are_declared_once_with_the_prefix() -> None:
    settings = Settings(kafka=Kafka(topic_prefix="test."))
    names = [topic.name for topic in topics.declared(settings)]
    expected = {topics.full_name(settings, name) for name in topics.NAMES} | {topics.changelog_name(settings)}
    assert set(names) == expected
    assert len(names) == len(expected)
    assert all(name.startswith("test.") for name in names)


def test_the_pool_works_for_every_stage_but_dedup() -> None:
    assert set(topics.STAGES.values()) - set(topics.POOL_STAGES) == {"dedup"}
    assert set(topics.CONSUMED) <= set(topics.NAMES)
