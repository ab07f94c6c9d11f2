"""Checks of the output topics: facts complete, headers present, and duplicates that lead to a kept page."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Iterator

import msgspec

from streams import pipeline, topics
from streams.records import CleanDocument, Enriched, Message, Rejection, decode, encode
from streams.records.page_keys import page_key
from streams.settings import Settings

_FACTS = (topics.ENTITIES, topics.QUOTES, topics.EVENTS)
_HEADERS = {"content-type", "schema", "crawlmill-arrived"}
_LETTER = {f"__connect.errors.{name}" for name in ("topic", "partition", "offset", "stage", "reason")}


def unreconciled(settings: Settings, messages: Iterable[Message]) -> list[str]:
    """Return one line for each missing, surplus or wrong record on the output topics."""
    by_topic: dict[str, list[Message]] = collections.defaultdict(list)
    for message in messages:
        by_topic[message.topic.removeprefix(settings.kafka.topic_prefix)].append(message)
    return [*_facts(by_topic), *_chains(by_topic), *_headers(by_topic)]


def _facts(by_topic: dict[str, list[Message]]) -> Iterator[str]:
    """Return facts that the compacted topics have and the newest enriched version of their page has not, and those that they lack."""
    wanted = {
        (type(fact).__name__, key.encode(), _content(encode(fact)))
        for document in _newest_versions(by_topic)
        for key, fact in pipeline.facts(document)
    }
    compacted = {
        (message.topic, message.key): message
        for topic in _FACTS
        for message in sorted(by_topic[topic], key=lambda message: (message.partition, message.offset))
    }
    found = {
        (_schema(message), message.key or b"", _content(message.value))
        for message in compacted.values()
        if message.value is not None
    }
    for kind, key, _ in sorted(wanted - found):
        yield f"{kind} {key.decode()}: in the newest version of its page, and not so on its topic"
    for kind, key, _ in sorted(found - wanted):
        yield f"{kind} {key.decode()}: on its topic, and not so in the newest version of its page"


def _newest_versions(by_topic: dict[str, list[Message]]) -> Iterator[Enriched]:
    """Return the enriched record of each page's newest version, as pages.clean orders them."""
    cleaned = (decode(message.value or b"", CleanDocument) for message in by_topic[topics.CLEAN])
    versions = {document.id: document.version for document in cleaned}
    newest: dict[str, Enriched] = {}
    for message in by_topic[topics.ENRICHED]:
        document = decode(message.value or b"", Enriched)
        known = newest.get(page_key(document))
        if known is None or versions.get(document.id, 0) >= versions.get(known.id, 0):
            newest[page_key(document)] = document
    yield from newest.values()


def _content(value: bytes) -> bytes:
    """Return a record without its timestamps and durations, which differ on redelivery."""
    record = msgspec.json.decode(value)
    record.pop("provenance", None)
    return msgspec.json.encode(record, order="sorted")


def _schema(message: Message) -> str:
    return dict(message.headers).get("schema", b"").decode().partition("/")[0]


def _chains(by_topic: dict[str, list[Message]]) -> Iterator[str]:
    """Return duplicates whose chain of originals does not end at a kept page."""
    kept = {decode(message.value or b"", Enriched).id for message in by_topic[topics.ENRICHED]}
    copies = {}
    for message in by_topic[topics.REJECTED]:
        rejection = decode(message.value or b"", Rejection)
        if rejection.duplicate_of:
            copies[rejection.id] = rejection.duplicate_of
    for name in copies:
        seen, at = {name}, copies[name]
        while at in copies and at not in seen:
            seen.add(at)
            at = copies[at]
        if at not in kept:
            yield f"{name}: a copy of {copies[name]}, and the chain ends at {at}, which was not kept"


def _headers(by_topic: dict[str, list[Message]]) -> Iterator[str]:
    """Return records that lack a documented header, or have one twice."""
    for topic in topics.NAMES:
        if topic == topics.RAW:
            continue
        wanted = _LETTER if topic == topics.DEADLETTER else _HEADERS
        for message in by_topic[topic]:
            count = collections.Counter(name for name, _ in message.headers)
            if wrong := sorted(name for name in wanted if count[name] != 1):
                yield f"{topic}/{message.partition}/{message.offset}: headers missing or repeated: {', '.join(wrong)}"
