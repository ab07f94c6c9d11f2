"""Keeps workers with different settings out of one consumer group.

A page may be redelivered to another worker, and partitions of the dedup table move between workers: with other thresholds a page
would get another disposition. A worker without transactions would also read what others have not committed. So the
settings that decide this are part of the protocol name in JoinGroup, under which Faust offers its assignor: the
coordinator admits only members that have a protocol name in common.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams import topics
from streams.errors import SettingsMismatch
from streams.runtime.kafka import clients
from streams.settings import Settings, toml, values

# The settings that decide a page's disposition. Those of nlp.* but nlp.enabled do not: they change what is extracted from a page, and models are
# upgraded worker by worker.
_SECTIONS = ("cleaning", "dedup")
_OTHERS = {("kafka", "processing_guarantee"), ("kafka", "max_message_bytes"), ("nlp", "enabled")}
_PREFIX = "crawlmill"
log = logging.getLogger(__name__)
_REMEDY = (
    "All workers of a group need the same. To change it, stop all of them and start them again, or give this one another "
    "kafka.group and kafka.topic_prefix"
)


def protocol_name(settings: Settings) -> str:
    """Return the name of the group protocol: the settings that the workers of a group must share, as ``name=value;...``."""
    return ";".join([_PREFIX, *(f"{name}={value}" for name, value in _shared(settings))])


def differences(settings: Settings, theirs: str) -> list[str]:
    """Return a phrase for each setting that differs in the group whose protocol has the name ``theirs``."""
    ours = dict(_shared(settings))
    found = dict(part.partition("=")[::2] for part in theirs.split(";")[1:])
    return [
        f"{name} is {found.get(name, 'unknown')} there and {ours.get(name, 'unknown')} here"
        for name in sorted(ours.keys() | found.keys())
        if ours.get(name) != found.get(name)
    ]


async def require(settings: Settings) -> None:
    """Raise :class:`SettingsMismatch` if the group has members with other settings, as far as the broker reports them."""
    theirs = await _protocol_of_the_group(settings)
    if theirs and theirs != protocol_name(settings):
        raise _mismatch(settings, theirs)


async def refusal(settings: Settings) -> SettingsMismatch:
    """Return the error for a worker that the coordinator did not admit, with the settings that differ if the broker reports them."""
    return _mismatch(settings, await _protocol_of_the_group(settings))


def _shared(settings: Settings) -> Iterator[tuple[str, str]]:
    for section, name, value in values(settings):
        if section in _SECTIONS or (section, name) in _OTHERS:
            yield f"{section}.{name}", toml(value)


def _mismatch(settings: Settings, theirs: str) -> SettingsMismatch:
    reported = "; ".join(differences(settings, theirs)) if theirs.startswith(f"{_PREFIX};") else ""
    which = (
        reported
        or f"in {', '.join(name for name, _ in _shared(settings))}; this broker does not report which"
    )
    return SettingsMismatch(
        f"the workers of group {topics.app_id(settings)} have other settings: {which}. {_REMEDY}"
    )


async def _protocol_of_the_group(settings: Settings) -> str:
    """Return the group's protocol name; empty if it has no members or the request fails.

    A broker that was just started has no coordinator yet, and a principal may not be allowed to describe groups. JoinGroup fails later then.
    """
    admin = AIOKafkaAdminClient(**clients.client_options(settings))
    try:
        await admin.start()
        (response,) = await admin.describe_consumer_groups([topics.app_id(settings)])
    except KafkaError as error:
        log.info("the group cannot be described, differing settings show when joining: %s", error)
        return ""
    finally:
        await admin.close()
    ((code, _, _, _, protocol, members, *_),) = response.groups
    return str(protocol) if code == 0 and members else ""
