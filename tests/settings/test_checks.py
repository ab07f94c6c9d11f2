"""Settings that cannot work together are refused when they are read, by name and with the remedy."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import SettingsError
from streams.settings import load
from streams.settings.checks import DOCUMENT_BYTES, OTHER_BYTES


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        (["dedup.bucket_documents=10000"], ["dedup.bucket_documents = 10000", "dedup.bucket_bytes", "kafka.max_message_bytes"]),
        (["kafka.max_message_bytes=100000"], ["dedup.bucket_bytes", "kafka.max_message_bytes = 100000"]),
        (["dedup.bucket_bytes=13000000"], ["dedup.bucket_bytes = 13000000", "kafka.max_message_bytes"]),
        (["cleaning.excerpt_characters=5000000"], ["cleaning.excerpt_characters", "kafka.max_message_bytes"]),
        (["cleaning.max_bytes=3000000000"], ["cleaning.max_bytes", "worker.process_memory_bytes"]),
        (["dedup.same=0.6"], ["dedup.same = 0.6", "dedup.similarity = 0.7"]),
        (["kafka.group=a/b"], ["kafka.group = 'a/b'"]),
        (["kafka.group="], ["kafka.group is empty"]),
        (["kafka.topic_prefix=" + "p" * 240], ["kafka.topic_prefix", "kafka.group", "249"]),
        (["kafka.topic_prefix=prod "], []),  # blanks around a value do not count
        (["kafka.topic_prefix=prod:"], ["kafka.topic_prefix = 'prod:'"]),
        (["kafka.bootstrap_servers=kafka"], ["kafka.bootstrap_servers = 'kafka'", "host:port"]),
        (["kafka.bootstrap_servers=kafka://kafka:9092"], ["kafka.bootstrap_servers"]),
        (["kafka.bootstrap_servers=kafka:99999"], ["kafka.bootstrap_servers"]),
        (["kafka.bootstrap_servers=a:9092,"], ["kafka.bootstrap_servers"]),
        (["kafka.raw_retention_hours=0"], ["kafka.raw_retention_hours = 0"]),
        (["kafka.deadletter_retention_hours=-1"], ["kafka.deadletter_retention_hours = -1"]),
        (['cleaning.languages=["english"]'], ["cleaning.languages", "'english'"]),
        (['cleaning.languages=["EN"]'], ["cleaning.languages", "'EN'"]),
        (["worker.process_memory_bytes=1"], ["worker.process_memory_bytes = 1"]),
        (["worker.recycle_after=-1"], ["worker.recycle_after = -1"]),
        (["traces.sample_ratio=2"], ["traces.sample_ratio = 2"]),
        (["traces.endpoint=collector:4318"], ["traces.endpoint", "http://collector:4318"]),
        (["traces.endpoint=http://h:99999"], ["traces.endpoint", "port 99999", "from 1 to 65535"]),
        (["traces.endpoint=http://[::1]:0/otlp"], ["traces.endpoint", "port 0"]),
        (["traces.endpoint=grpc://collector:4317"], ["traces.endpoint"]),
        (["traces.endpoint=http://me:secret@collector:4318"], ["traces.endpoint", "OTEL_EXPORTER_OTLP_HEADERS"]),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused_by_name(overrides: list[str], named: list[str]) -> None:
    if not named:
        load(environ={}, overrides=overrides)
        return
    with pytest.raises(SettingsError) as refused:
        load(environ={}, overrides=overrides)
    for name in named:
        assert name in str(refused.value)


@pytest.mark.parametrize(
    "overrides",
    [
        ["dedup.bucket_documents=10000", "dedup.bucket_bytes=30200000", "kafka.max_message_bytes=31000000"],
        ["dedup.bucket_bytes=400000", "kafka.max_message_bytes=500000"],
        ["kafka.bootstrap_servers=a.example:9092, [2001:db8::1]:9092,127.0.0.1:1"],
        ["cleaning.languages=['en', 'de', 'nb']", "worker.recycle_after=0"],
        ["traces.endpoint=http://[::1]:4318/otlp", "traces.sample_ratio=0"],
    ],
)
def test_settings_that_go_together_are_taken(overrides: list[str]) -> None:
    load(environ={}, overrides=overrides)


@given(st.integers(1, 10_000), st.integers(203_000, 40_000_000), st.integers(100_000, 40_000_000))
def test_the_remedy_for_a_bucket_is_one(bucket: int, bucket_bytes: int, largest: int) -> None:
    chosen = {
        "dedup.bucket_documents": bucket,
        "dedup.bucket_bytes": bucket_bytes,
        "kafka.max_message_bytes": largest,
    }
    for _ in range(3):
        try:
            taken = load(environ={}, overrides=[f"{name}={value}" for name, value in chosen.items()])
        except SettingsError as error:
            remedy = re.search(r"(?:raise the second to|lower the first to) (\d+)", str(error))
            assert remedy is not None, error
            named = "kafka.max_message_bytes" if "does not fit" in str(error) else "dedup.bucket_documents"
            chosen[named] = int(remedy[1])
        else:
            assert taken.dedup.bucket_documents * DOCUMENT_BYTES + OTHER_BYTES <= taken.dedup.bucket_bytes
            assert taken.dedup.bucket_bytes < taken.kafka.max_message_bytes
            return
    raise AssertionError(chosen)
