"""Kafka ACLs that each role needs on a broker that denies by default; documentation, command and tests use this list."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

import msgspec

from streams import topics
from streams.settings import Settings

# The roles of docs/security.md.
ROLES = ("admin", "worker", "crawler", "reader", "operator", "inspector")

# What the inspector of a worker follows.
_FOLLOWED = (topics.ENRICHED, topics.REJECTED, topics.DEADLETTER)
_OUTSIDE = tuple(name for name in topics.NAMES if name not in topics.CONSUMED)  # read by others only


class Grant(msgspec.Struct, frozen=True):
    """One ACL entry: ``role`` may perform ``operations`` on the named resources. Read and Write imply Describe."""

    role: str
    operations: tuple[str, ...]
    resource: str  # topic, group or transactional-id
    names: tuple[str, ...]
    prefixed: bool = False  # names are prefixes (KIP-290)

    def arguments(self, principal: str) -> list[str]:
        """Return the entry as arguments of Kafka's ``kafka-acls.sh --add``."""
        found = ["--allow-principal", principal]
        for operation in self.operations:
            found += ["--operation", operation]
        for name in self.names:
            found += [f"--{self.resource}", name]
        return found + (["--resource-pattern-type", "prefixed"] if self.prefixed else [])


def grants(settings: Settings) -> tuple[Grant, ...]:
    """Return the least privileges needed with these settings."""

    def full(*names: str) -> tuple[str, ...]:
        return tuple(topics.full_name(settings, name) for name in names)

    changelog = topics.changelog_name(settings)
    group = topics.app_id(settings)
    every = (*full(*topics.NAMES), changelog)
    written = (*full(*(name for name in topics.NAMES if name != topics.RAW)), changelog)
    transactions: tuple[Grant, ...] = ()
    if settings.kafka.processing_guarantee == "exactly_once":
        # A transactional id is the group's, the topic's and the partition's name: streams/runtime/delivery/transactional_producer.py.
        transactions = (Grant("worker", ("Write",), "transactional-id", (f"{group}-",), prefixed=True),)
    followed = _FOLLOWED if settings.worker.inspector != "off" else ()
    return (
        Grant("admin", ("Create", "Describe", "DescribeConfigs"), "topic", every),
        Grant("worker", ("Read",), "topic", (*full(*topics.CONSUMED, *followed), changelog)),
        Grant("worker", ("Write",), "topic", written),
        # At its start a worker compares the topics with their declaration.
        Grant("worker", ("DescribeConfigs",), "topic", every),
        Grant("worker", ("Read",), "group", (group,)),
        *transactions,
        Grant("crawler", ("Write",), "topic", full(topics.RAW)),
        Grant("reader", ("Read",), "topic", full(*_OUTSIDE)),
        # Replay writes to the source topics and to the dead-letter topic; it reads from the source topic the values that
        # were too large for a dead letter.
        Grant("operator", ("Read", "Write"), "topic", full(topics.DEADLETTER, *topics.CONSUMED)),
        # Replay of a stage waits for the workers where they are behind.
        Grant("operator", ("Describe",), "group", (group,)),
        # It joins no group, but shows the workers' lag and who they are.
        Grant("inspector", ("Read",), "topic", full(*topics.NAMES)),
        Grant("inspector", ("Describe",), "group", (group,)),
    )


def commands(settings: Settings, principals: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a shell script that adds the ACLs; ``principals`` maps roles to principals (default ``User:role``)."""
    yield 'acl() { kafka-acls.sh --bootstrap-server "$KAFKA" --command-config admin.properties --add "$@"; }'
    role = ""
    for grant in grants(settings):
        if grant.role != role:
            role = grant.role
            yield ""
            yield f"# {role}"
        yield shlex.join(["acl", *grant.arguments(principals.get(role, f"User:{role}"))])
