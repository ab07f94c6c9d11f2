"""Checks of the broker: whether it answers and lets us in, its time, its topics, transactions, the settings of the group."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams import topics
from streams.errors import BrokerUnavailable, CrawlmillError, SettingsError, StateError
from streams.runtime.doctor import broker_clock
from streams.runtime.doctor.finding import Finding, ok, warning, wrong
from streams.runtime.group import settings_agreement
from streams.runtime.kafka import clients, topic_admin, topic_check
from streams.runtime.state.folder import StateFolder
from streams.settings import Settings
from streams.wording import counted, noun

_MANY = 5  # differences of topics that are listed
_CREATE = "run: crawlmill topics create"  # how the difference of a missing topic ends


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what is found; nothing further once the broker does not answer."""
    try:
        brokers, cluster = await _cluster(settings)
    except (BrokerUnavailable, SettingsError) as error:
        yield wrong("broker", f"no connection to {settings.kafka.bootstrap_servers}", str(error))
        return
    yield _replication(settings, brokers)
    yield await broker_clock.finding(settings)
    yield state_owner(settings, cluster)
    yield await _topics(settings)
    if settings.kafka.processing_guarantee == "exactly_once":
        yield await _transactions(settings)
    yield await _group(settings)


async def _cluster(settings: Settings) -> tuple[int, str]:
    """The number of brokers in the cluster, and its id. Raises :class:`BrokerUnavailable` or :class:`SettingsError`."""
    admin = await topic_admin.connect(settings)
    try:
        described = await admin.describe_cluster()
        return len(described["brokers"]), described.get("cluster_id") or ""
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(f"describing the cluster: {clients.why(error)}") from error
    finally:
        await admin.close()


def _replication(settings: Settings, brokers: int) -> Finding:
    kafka = settings.kafka
    said = f"{brokers} at {kafka.bootstrap_servers}, {kafka.security}"
    if kafka.replication > brokers:
        return wrong(
            "broker", said, f"--set kafka.replication={brokers}: a topic has no more replicas than brokers"
        )
    if kafka.replication == 1 < brokers:
        return warning(
            "broker", f"{said}; topics have one replica", f"--set kafka.replication={min(3, brokers)}"
        )
    return ok("broker", said)


def state_owner(settings: Settings, cluster: str) -> Finding:
    """Whether the state that lies in the state folder, if any, is this mill's on this cluster."""
    try:
        StateFolder(settings).require_owner(cluster)
    except (StateError, OSError) as error:
        return wrong("state owner", "the state folder is another mill's", str(error))
    return ok("state owner", "nobody else's state is in the state folder")


async def _topics(settings: Settings) -> Finding:
    try:
        found = await topic_check.check(settings)
    except CrawlmillError as error:
        return wrong("topics", "they cannot be read", str(error))
    if not found:
        return ok("topics", f"as declared, {counted(settings.kafka.partitions, 'partition')} each")
    missing = [difference for difference in found if difference.text.endswith(_CREATE)]
    if len(missing) == len(found):
        return await _absent(settings, len(missing))
    listed = "; ".join(difference.text for difference in found[:_MANY])
    more = f"; and {len(found) - _MANY} more" if len(found) > _MANY else ""
    look = wrong if any(difference.stops for difference in found) else warning
    first = next((f"{difference.remedy}\n" for difference in found if difference.remedy), "")
    return look("topics", listed + more, f"{first}crawlmill topics check lists all, and what to type")


async def _absent(settings: Settings, count: int) -> Finding:
    """What is wrong with topics that are all missing: nothing where the worker may create them."""
    hidden = clients.hidden_from(settings)
    said = f"{count} {noun(count, 'is', 'are')} missing{hidden}"
    if not hidden:
        return warning(
            "topics", f"{said}; a worker creates {noun(count, 'it', 'them')}", "crawlmill topics create"
        )
    try:
        allowed = await topic_admin.may_create(settings, topics.declared(settings)[0].name)
    except CrawlmillError as error:
        return wrong("topics", said, str(error))
    granted = "grant what crawlmill topics acls prints"
    if not allowed:
        return wrong(
            "topics",
            f"{said}, who may not create topics",
            f"crawlmill topics create as another user, and {granted}",
        )
    return warning(
        "topics", f"{said}; a worker creates what is missing", f"crawlmill topics create; or {granted}"
    )


async def _transactions(settings: Settings) -> Finding:
    """Whether the broker has transactions and lets us use them; nothing is written."""
    name = f"{settings.kafka.topic_prefix}{settings.kafka.group}-doctor-{uuid.uuid4().hex[:8]}"
    producer = AIOKafkaProducer(**clients.producer_options(settings), transactional_id=name)
    try:
        await producer.start()
    except (KafkaError, OSError, TimeoutError, NotImplementedError) as error:
        return wrong(
            "transactions", clients.why(error),
            "--set kafka.processing_guarantee=at_least_once, or a broker with transactions that allows them (docs/security.md, access list)",
        )  # fmt: skip
    finally:
        await producer.stop()
    return ok("transactions", "the broker has them")


async def _group(settings: Settings) -> Finding:
    """Whether the workers that run in the group have the settings of these."""
    try:
        await settings_agreement.require(settings)
    except CrawlmillError as error:
        return wrong("group", f"workers of {settings.kafka.group} have other settings", str(error))
    return ok("group", f"{settings.kafka.topic_prefix}{settings.kafka.group}")
