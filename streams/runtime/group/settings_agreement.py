"""Keeps workers whose settings differ out of one consumer group.

A page may be delivered again to another worker than before, and buckets go from one worker to another: with other thresholds a
page would get another disposition there. And a worker that writes without transactions would read what another has not
committed. So the settings that decide such things are part of the name under which a worker offers its assignor to
the group (``protocol_name`` in Kafka's JoinGroup): the coordinator lets nobody in who has no name in common with the others.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.errors import SettingsMismatch
from streams.runtime.kafka import clients, topics
from streams.settings import Settings, toml, values

# What decides a page's disposition, beside the code. nlp.* is not among them: it changes what is found in a page and not what
# becomes of it, and models are exchanged worker by worker.
_SECTIONS = ("cleaning", "dedup")
_OTHERS = {("kafka", "processing_guarantee"), ("kafka", "max_message_bytes")}
_PREFIX = "crawlmill"
log = logging.getLogger(__name__)
_REMEDY = (
    "All workers of a group need the same; to change it stop all of them, then start them anew, or give this one another "
    "kafka.group and kafka.topic_prefix"
)


def protocol_name(settings: Settings) -> str:
    """The name of the group protocol: the settings that the workers of a group must share, as ``name=value;...``."""
    return ";".join([_PREFIX, *(f"{name}={value}" for name, value in _shared(settings))])


def differences(settings: Settings, theirs: str) -> list[str]:
    """What is set otherwise in the group whose protocol has that name, a phrase each."""
    ours = dict(_shared(settings))
    found = dict(part.partition("=")[::2] for part in theirs.split(";")[1:])
    return [
        f"{name} is {found.get(name, 'unknown')} there and {ours.get(name, 'unknown')} here"
        for name in sorted(ours.keys() | found.keys())
        if ours.get(name) != found.get(name)
    ]


async def require(settings: Settings) -> None:
    """Raise :class:`SettingsMismatch` when workers run in the group that have other settings, as far as the broker tells."""
    theirs = await _protocol_of_the_group(settings)
    if theirs and theirs != protocol_name(settings):
        raise _mismatch(settings, theirs)


async def refusal(settings: Settings) -> SettingsMismatch:
    """Why the coordinator did not let this worker into the group, as far as the broker tells."""
    return _mismatch(settings, await _protocol_of_the_group(settings))


def _shared(settings: Settings) -> Iterator[tuple[str, str]]:
    for section, name, value in values(settings):
        if section in _SECTIONS or (section, name) in _OTHERS:
            yield f"{section}.{name}", toml(value)


def _mismatch(settings: Settings, theirs: str) -> SettingsMismatch:
    told = "; ".join(differences(settings, theirs)) if theirs.startswith(f"{_PREFIX};") else ""
    which = told or f"in {', '.join(name for name, _ in _shared(settings))}; this broker does not tell which"
    return SettingsMismatch(
        f"the workers of group {topics.app_id(settings)} have other settings: {which}. {_REMEDY}"
    )


async def _protocol_of_the_group(settings: Settings) -> str:
    """The name of the protocol that the group's members agreed on; empty without members, or when the broker does not tell.

    A broker that has just been started has no coordinator yet, and a principal may lack the right to ask: joining tells then.
    """
    admin = AIOKafkaAdminClient(**clients.client_options(settings))
    try:
        await admin.start()
        (response,) = await admin.describe_consumer_groups([topics.app_id(settings)])
    except KafkaError as error:
        log.info("the group's settings cannot be asked for, joining will tell: %s", error)
        return ""
    finally:
        await admin.close()
    ((code, _, _, _, protocol, members, *_),) = response.groups
    return str(protocol) if code == 0 and members else ""
