"""What each part needs on a broker that allows nothing else: the one list that documentation, command and test go by."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

import msgspec

from streams.runtime.kafka import topics
from streams.settings import Settings

# Whom the entries are for, unless told otherwise: the roles of docs/security.md.
ROLES = ("admin", "worker", "crawler", "reader", "operator")

_INSIDE = (topics.RAW, topics.CANDIDATES, topics.CLEAN)  # what the stages read
_OUTSIDE = tuple(name for name in topics.NAMES if name not in _INSIDE)  # what is read by others


class Grant(msgspec.Struct, frozen=True):
    """One entry: ``role`` may do ``operations`` on the ``names`` of a kind of resource. Read and Write bring Describe along."""

    role: str
    operations: tuple[str, ...]
    resource: str  # topic, group or transactional-id
    names: tuple[str, ...]
    prefixed: bool = False  # the names are beginnings

    def arguments(self, principal: str) -> list[str]:
        """It as arguments of Kafka's ``kafka-acls.sh --add``."""
        found = ["--allow-principal", principal]
        for operation in self.operations:
            found += ["--operation", operation]
        for name in self.names:
            found += [f"--{self.resource}", name]
        return found + (["--resource-pattern-type", "prefixed"] if self.prefixed else [])


def grants(settings: Settings) -> tuple[Grant, ...]:
    """All that is needed with these settings, and nothing that is not."""

    def full(*names: str) -> tuple[str, ...]:
        return tuple(topics.full_name(settings, name) for name in names)

    changelog = topics.changelog_name(settings)
    group = topics.app_id(settings)
    every = (*full(*topics.NAMES), changelog)
    written = (*full(*(name for name in topics.NAMES if name != topics.RAW)), changelog)
    transactions: tuple[Grant, ...] = ()
    if settings.kafka.processing_guarantee == "exactly_once":
        # A transactional id is the group's, the topic's and the partition's name: streams/runtime/delivery/exactly_once.py.
        transactions = (Grant("worker", ("Write",), "transactional-id", (f"{group}-",), prefixed=True),)
    return (
        Grant("admin", ("Create", "Describe", "DescribeConfigs"), "topic", every),
        Grant("worker", ("Read",), "topic", (*full(*_INSIDE), changelog)),
        Grant("worker", ("Write",), "topic", written),
        # At its start a worker compares the topics with their declaration.
        Grant("worker", ("DescribeConfigs",), "topic", every),
        Grant("worker", ("Read",), "group", (group,)),
        *transactions,
        Grant("crawler", ("Write",), "topic", full(topics.RAW)),
        Grant("reader", ("Read",), "topic", full(*_OUTSIDE)),
        # Messages are put back where they came from, and their dead letters marked; a letter that was too large to have
        # its message's value is looked up there.
        Grant("operator", ("Read", "Write"), "topic", full(topics.DEADLETTER, *_INSIDE)),
    )


def commands(settings: Settings, principals: Mapping[str, str]) -> Iterator[str]:
    """The list as a shell script's lines; ``principals`` names who has a role, if not ``User:`` and the role's name."""
    yield 'acl() { kafka-acls.sh --bootstrap-server "$KAFKA" --command-config admin.properties --add "$@"; }'
    role = ""
    for grant in grants(settings):
        if grant.role != role:
            role = grant.role
            yield ""
            yield f"# {role}"
        yield shlex.join(["acl", *grant.arguments(principals.get(role, f"User:{role}"))])
