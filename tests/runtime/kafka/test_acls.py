"""ACL entries give each role what it needs and no more."""

from __future__ import annotations

import shlex

import pytest
from faust.types import TP

from streams import topics
from streams.runtime.delivery.transactional_producer import transactional_id
from streams.runtime.kafka.acls import ROLES, Grant, commands, grants
from streams.runtime.kafka.topic_records import ENDS
from streams.settings import Kafka, Settings, Worker

SETTINGS = Settings(kafka=Kafka(topic_prefix="news."))
EXACTLY_ONCE = Settings(kafka=Kafka(processing_guarantee="exactly_once"))


def _may(role: str, operation: str) -> set[str]:
    """The topics on which a role has an operation."""
    return {
        name
        for grant in grants(SETTINGS)
        if grant.role == role and grant.resource == "topic" and operation in grant.operations
        for name in grant.names
    }


def _full(*names: str) -> set[str]:
    return {topics.full_name(SETTINGS, name) for name in names}


def test_a_worker_reads_what_it_consumes_and_writes_all_but_its_input() -> None:
    changelog = topics.changelog_name(SETTINGS)
    assert _may("worker", "Read") == _full(*topics.CONSUMED, *ENDS) | {changelog}
    assert _may("worker", "Write") == _full(*topics.NAMES) - _full(topics.RAW) | {changelog}


def test_a_worker_without_an_inspector_reads_no_results() -> None:
    plain = Settings(kafka=Kafka(topic_prefix="news."), worker=Worker(inspector="off"))
    read = [grant for grant in grants(plain) if grant.role == "worker" and grant.operations == ("Read",)]
    assert not _full(*ENDS) & {name for grant in read for name in grant.names}


def test_an_inspector_reads_everything_and_writes_nothing() -> None:
    mine = [grant for grant in grants(SETTINGS) if grant.role == "inspector"]
    assert _may("inspector", "Read") == _full(*topics.NAMES)
    assert {operation for grant in mine for operation in grant.operations} == {"Read", "Describe"}


def test_a_crawler_writes_pages_only_and_a_reader_reads_results_only() -> None:
    assert (_may("crawler", "Write"), _may("crawler", "Read")) == (_full(topics.RAW), set())
    assert _may("reader", "Write") == set()
    assert _may("reader", "Read") == _full(*topics.NAMES) - _full(*topics.CONSUMED)


def test_an_operator_writes_to_the_topics_that_dead_letters_come_from_and_to_their_own() -> None:
    assert _may("operator", "Write") == _full(topics.DEADLETTER, *topics.CONSUMED)


def test_only_the_admin_creates_topics_and_it_has_all_of_them() -> None:
    assert [role for role in ROLES if _may(role, "Create")] == ["admin"]
    assert _may("admin", "Create") == {topic.name for topic in topics.declared(SETTINGS)}


def test_every_transactional_id_of_a_worker_begins_with_the_granted_prefix() -> None:
    (grant,) = [grant for grant in grants(EXACTLY_ONCE) if grant.resource == "transactional-id"]
    assert (grant.role, grant.operations, grant.prefixed) == ("worker", ("Write",), True)
    for topic in topics.CONSUMED:
        assert transactional_id(EXACTLY_ONCE, TP(topic, 3)).startswith(grant.names[0])
    assert not [grant for grant in grants(SETTINGS) if grant.resource == "transactional-id"]


@pytest.mark.parametrize(
    ("grant", "arguments"),
    [
        (
            Grant("worker", ("Read", "Write"), "topic", ("a", "b")),
            "--allow-principal User:w --operation Read --operation Write --topic a --topic b",
        ),
        (
            Grant("worker", ("Write",), "transactional-id", ("a-",), prefixed=True),
            "--allow-principal User:w --operation Write --transactional-id a- --resource-pattern-type prefixed",
        ),
    ],
)
def test_a_grant_is_arguments_of_kafka_acls(grant: Grant, arguments: str) -> None:
    assert shlex.join(grant.arguments("User:w")) == arguments


def test_the_script_has_a_command_for_each_grant_with_the_principals_quoted() -> None:
    lines = list(commands(SETTINGS, {"reader": "User:CN=reader, O=News"}))
    calls = [shlex.split(line)[1:] for line in lines if line.startswith("acl ")]
    principals = {"reader": "User:CN=reader, O=News"}
    assert calls == [
        grant.arguments(principals.get(grant.role, f"User:{grant.role}")) for grant in grants(SETTINGS)
    ]
    assert [line for line in lines if line.startswith("# ")] == [f"# {role}" for role in ROLES]
