"""Empties the dedup table, and fills it again from pages.clean, while no worker runs: ``crawlmill dedup``."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from faust.stores.rocksdb import RocksDBOptions

from streams import dedup, topics
from streams.errors import BrokerUnavailable, CrawlmillError
from streams.records import Candidate, CleanDocument, Document, Foreign, Message, upgrade
from streams.records.page_keys import page_key
from streams.runtime.delivery.at_least_once import partition_of
from streams.runtime.delivery.outputs import said_arrival
from streams.runtime.kafka import clients, topic_admin
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import as_record
from streams.runtime.state import fact_keys
from streams.runtime.state.changelog_check import FORGET_KEY
from streams.runtime.state.table import store_options
from streams.settings import Settings
from streams.wording import counted

_UNACKNOWLEDGED = 1_000  # buckets sent to the changelog before waiting for their acknowledgements
_DELETE_SECONDS = 30.0  # for the broker to stop listing a deleted topic

log = logging.getLogger(__name__)


async def forget(settings: Settings, *, force: bool = False) -> None:
    """Empty the dedup table: delete and create its changelog topic, and remove the tables in ``worker.data_dir``.

    Each partition of the new topic begins with a record with :data:`FORGET_KEY`. Without it, a worker on another machine that
    still has a table would take the empty changelog for a lost one, and write its table back. Raises
    :class:`CrawlmillError` while the group has members, unless ``force``, and :class:`BrokerUnavailable`.
    """
    if not force:
        await _require_no_worker(settings)
    name = topics.changelog_name(settings)
    admin = AIOKafkaAdminClient(**clients.client_options(settings))
    try:
        await admin.start()
        if name in await admin.list_topics():
            await admin.delete_topics([name])
        async with asyncio.timeout(_DELETE_SECONDS):
            while name in await admin.list_topics():
                await asyncio.sleep(0.1)  # Kafka answers before the topic is deleted, and sends no event then
    except TimeoutError as error:
        raise BrokerUnavailable(f"{name} deleted, but the broker still lists it") from error
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(f"deleting {name}: {clients.why(error)}") from error
    finally:
        await admin.close()
    _remove_tables(Path(settings.worker.data_dir))
    await topic_admin.create(settings)
    await _write_forget_records(settings)


async def warm(
    settings: Settings, progress: Callable[[int], None] = lambda count: None, *, force: bool = False
) -> int:
    """Fill an empty dedup table with the documents in pages.clean and the keys of the facts on their topics; returns how many documents.

    ``progress`` is called with the count after each document. Documents are not compared, and only the changelog is written.
    Raises :class:`CrawlmillError` for a table that is not empty, and while the group has members, unless ``force``.
    """
    if not force:
        await _require_no_worker(settings)
    await topic_admin.create(settings)
    changelog = topics.changelog_name(settings).removeprefix(settings.kafka.topic_prefix)
    async for message in follow(settings, [changelog], from_start=True, at_end=True):
        if message.key == FORGET_KEY:
            continue
        raise CrawlmillError("the buckets are not empty; empty them first: crawlmill dedup forget")
    folder = _scratch(Path(settings.worker.data_dir))
    try:
        store: Any = RocksDBOptions(**store_options(settings.worker.store_bytes)).open(folder / "buckets")
        count = 0
        async for candidate, version in _kept(settings):
            note_version(store, candidate.document, version)
            for index in range(len(candidate.fingerprint.bucket_keys)):
                at = msgspec.structs.replace(candidate, bucket_index=index)
                key = dedup.bucket_key(at).encode()
                store.put(key, dedup.insert(store.get(key) or b"", at, settings.dedup))
            count += 1
            progress(count)
        async for message in follow(settings, topics.FACTS, from_start=True, at_end=True):
            note_fact(store, message.topic.removeprefix(settings.kafka.topic_prefix), message)
        await _publish(settings, store)
        store.close()
    finally:
        shutil.rmtree(folder)
    return count


def note_version(store: Any, document: Document, version: int) -> None:
    """Add a version of a page to its entry in ``store``: the newest one counts."""
    page = page_key(document).encode()
    noted = fact_keys.encode_facts(fact_keys.page_facts(version, int(time.time() * 1_000), ()))
    store.put(page, fact_keys.merge_facts(noted, store.get(page) or b""))


def note_fact(store: Any, topic: str, message: Message) -> None:
    """Add a fact on a topic (name without prefix) to its page's entry in ``store``, or take it out where the message is a tombstone."""
    page = (message.key or b"").partition(b":")[0]
    key = fact_keys.FactKey(topic, message.key or b"")
    if not fact_keys.is_fact(key.key):
        log.warning("left out: %s/%s/%s: no key of a fact", message.topic, message.partition, message.offset)
        return
    known = fact_keys.decode_facts(store.get(page) or b"") or fact_keys.PageFacts()
    keys = known.keys(page) - {key} if message.value is None else known.keys(page) | {key}
    store.put(
        page, fact_keys.encode_facts(fact_keys.page_facts(known.page_version, int(time.time() * 1_000), keys))
    )


def _remove_tables(data: Path) -> None:
    for tables in data.glob("v*/tables"):  # v1, v2 ...: Faust's app version
        shutil.rmtree(tables)


def _scratch(data: Path) -> Path:
    """A new temporary folder on the disk of the tables."""
    data.mkdir(parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="warming-", dir=data))


async def _kept(settings: Settings) -> AsyncIterator[tuple[Candidate, int]]:
    """The documents of pages.clean, as candidates ``seen`` when their page arrived, with which version of it they are."""
    fields = Document.__struct_fields__
    async for message in follow(settings, [topics.CLEAN], from_start=True, at_end=True):
        clean = as_record(message, CleanDocument)
        if isinstance(clean, Foreign):
            log.warning("left out: %s: %s", clean.foreign, clean.why[:200])
            continue
        candidate = Candidate(
            document=Document(**{field: getattr(clean, field) for field in fields}),
            fingerprint=dedup.fingerprint(clean.text, clean.canonical_url, clean.title),
            lineage=clean.lineage,
            seen=_arrived(message),
        )
        yield candidate, clean.version if 0 < clean.version <= upgrade.LATEST_VERSION else candidate.seen


def _arrived(message: Message) -> int:
    """When the message's page arrived, milliseconds since the epoch; now where its headers do not say, or say later."""
    now = int(time.time() * 1_000)
    return min(said_arrival(message) or now, now)


async def _write_forget_records(settings: Settings) -> None:
    """Write the record to each partition of the changelog that says that it was emptied on purpose."""
    name = topics.changelog_name(settings)
    async with _producer(settings) as producer:
        for partition in range(settings.kafka.partitions):
            await producer.send_and_wait(name, key=FORGET_KEY, value=b"", partition=partition)


async def _publish(settings: Settings, store: Any) -> None:
    """Write every bucket to the changelog, on the partition that pages.candidates has its key on."""
    name, sent = topics.changelog_name(settings), []
    async with _producer(settings) as producer:
        for key, value in store.items():
            sent.append(
                await producer.send(name, key=key, value=value, partition=partition_of(key, settings))
            )
            if len(sent) >= _UNACKNOWLEDGED:
                await asyncio.gather(*sent)
                sent.clear()
        await asyncio.gather(*sent)


@asynccontextmanager
async def _producer(settings: Settings) -> AsyncIterator[AIOKafkaProducer]:
    """A producer for the changelog. Raises :class:`BrokerUnavailable` when a write fails."""
    producer = AIOKafkaProducer(**clients.producer_options(settings))
    try:
        await producer.start()
        yield producer
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(f"writing {topics.changelog_name(settings)}: {clients.why(error)}") from error
    finally:
        await producer.stop()


async def _require_no_worker(settings: Settings) -> None:
    group = topics.app_id(settings)
    admin = AIOKafkaAdminClient(**clients.client_options(settings))
    try:
        await admin.start()
        described = await admin.describe_consumer_groups([group])
    except (KafkaError, OSError) as error:
        raise await clients.unavailable(settings, error) from error
    finally:
        await admin.close()
    members = sum(len(found[5]) for answer in described for found in answer.groups)
    if members:
        raise CrawlmillError(
            f"consumer group {group} has {counted(members, 'member')}; stop the workers first, and wait "
            f"{settings.kafka.session_timeout_seconds:.0f} s after one was killed"
        )
