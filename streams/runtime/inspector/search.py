"""Finds every record about one page on the topics, by its id, its URL, or the place of its raw message."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple

import msgspec

from streams import topics, urls
from streams.inspector.entries import dead_letter_entry
from streams.records import Candidate, DeadLetter, Fact, Foreign, Message, Page, Record, Rejection
from streams.runtime.kafka.follow import follow
from streams.runtime.kafka.topic_records import position, topic_record
from streams.settings import Settings

# pages.raw is not searched: its records are whole pages in any crawler's shape. The others name the place of the raw message.
SEARCHED = tuple(name for name in topics.NAMES if name != topics.RAW)


class Found(NamedTuple):
    """A record about the page; ``copy`` where it is about another page that was rejected as a copy of it."""

    topic: str  # without prefix
    position: str
    record: Record
    copy: bool


async def search(settings: Settings, asked: str) -> AsyncIterator[Found]:
    """Yield the records on all topics now that are about the page ``asked``, in the order of each partition.

    Raises :class:`~streams.errors.BrokerUnavailable` and :class:`~streams.errors.TopicMismatch`.
    """
    needles = _needles(asked)
    async for message in follow(settings, SEARCHED, from_start=True, at_end=True):
        topic = message.topic.removeprefix(settings.kafka.topic_prefix)
        if topic != topics.DEADLETTER and not any(needle in (message.value or b"") for needle in needles):
            continue  # most records: not worth decoding
        record = topic_record(topic, message)
        if record is None or isinstance(record, Foreign):
            continue
        if about(record, asked, message):
            yield Found(topic, position(message), record, False)
        elif isinstance(record, Rejection) and (
            asked == record.duplicate_of or _is_address(asked, record.duplicate_of_url)
        ):
            yield Found(topic, position(message), record, True)


def _needles(asked: str) -> tuple[bytes, ...]:
    """What a record's JSON has where it names the page: its text, the offset of its raw message, or the site of its URL."""
    needles = [msgspec.json.encode(asked)[1:-1]]
    if site := urls.site(asked):
        needles.append(
            site.encode()
        )  # other addresses of the page have no more in common: in the field "site", if not in the URL
    topic, _, offset = asked.rpartition("/")
    if topic and offset.isascii() and offset.isdigit():
        needles.append(f'"offset":{offset}'.encode())
    return tuple(needles)


def about(record: Record, asked: str, message: Message) -> bool:
    """Whether a record is about the page with this id, topic/partition/offset of the raw message, or URL, whichever of the page's."""
    if not asked:
        return False
    match record:
        case Candidate():
            return about(record.document, asked, message)
        case Page():
            source = record.provenance
            return asked in (record.id, f"{source.topic}/{source.partition}/{source.offset}") or _is_address(
                asked, record.url, record.canonical_url, record.final_url
            )
        case Fact():
            return asked == record.document_id or _is_address(asked, record.url, record.canonical_url)
        case DeadLetter():
            letter = dead_letter_entry(record, message.value, 0)
            return asked in (letter.id, letter.raw) or _is_address(asked, letter.url)
        case _:
            return False


def _is_address(asked: str, *known: str | None) -> bool:
    """Whether ``asked`` is one of these URLs, or another address of the same page."""
    wanted = urls.canonical(asked)
    return any(url and (asked == url or wanted == urls.canonical(url)) for url in known)
