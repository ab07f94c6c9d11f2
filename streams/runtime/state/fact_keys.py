"""The keys of a page's facts on their topics, as a value of the dedup table: what a later version of the page takes back.

An entry's key is the half of its facts' keys that stands for the page, so that it lies on the same partition of the table as the
page's versions on pages.clean and its facts on their topics. Keys of buckets have a colon; these have none.

The entry may name facts that are not on the topics, and never lacks one that is: it is written before facts are produced that it
does not name, and cut to those of the newest version when the tombstones of the others are acknowledged. So a crash at any
point, and whatever the redelivered document yields then (another model may run by now), leaves no fact behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from streams import topics
from streams.errors import StoreFailed

VERSION = 1
_HASH_BYTES = 16  # of what identifies the fact: the second half of its key, 32 hexadecimal digits
_TABLE_KEY = re.compile(rb"[0-9a-f]{16}")
_FACT_KEY = re.compile(rb"[0-9a-f]{16}:[0-9a-f]{32}")
_REMEDY = "crawlmill dedup forget empties the table, and crawlmill dedup warm fills it again from the topics"


class FactKey(NamedTuple):
    """Topic (without prefix) and Kafka key of a fact."""

    topic: str
    key: bytes


class PageFacts(msgspec.Struct, frozen=True, array_like=True):
    """The facts that one version of a page has on the topics.

    ``page_version`` orders the versions of a page (``CleanDocument.version``). ``written``: when the entry was written,
    milliseconds since the epoch. ``hashes``: of each topic of :data:`streams.topics.FACTS`, the second halves of the keys, sorted.
    """

    layout: int = VERSION
    page_version: int = 0
    written: int = 0
    hashes: tuple[bytes, ...] = ()

    def keys(self, page: bytes) -> frozenset[FactKey]:
        """The keys of the facts of ``page``."""
        return frozenset(
            FactKey(topic, page + b":" + digest.hex().encode())
            for topic, joined in zip(topics.FACTS, self.hashes, strict=False)
            for digest in _digests(joined)
        )


def _digests(joined: bytes) -> Iterator[bytes]:
    return (joined[at : at + _HASH_BYTES] for at in range(0, len(joined), _HASH_BYTES))


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(PageFacts)


def is_page(table_key: bytes) -> bool:
    """Whether a key of the dedup table is that of a page's facts, and not that of a bucket."""
    return _TABLE_KEY.fullmatch(table_key) is not None


def is_fact(kafka_key: bytes) -> bool:
    """Whether a message's key is that of a fact."""
    return _FACT_KEY.fullmatch(kafka_key) is not None


def page_facts(page_version: int, written: int, keys: Iterable[FactKey]) -> PageFacts:
    """The entry of a page with these facts."""
    digests: dict[str, set[bytes]] = {topic: set() for topic in topics.FACTS}
    for topic, key in keys:
        digests[topic].add(bytes.fromhex(key.partition(b":")[2].decode()))
    return PageFacts(
        page_version=page_version,
        written=written,
        hashes=tuple(b"".join(sorted(found)) for found in digests.values()),
    )


def encode_facts(facts: PageFacts) -> bytes:
    """The table's value for an entry."""
    return _encoder.encode(facts)


def decode_facts(value: bytes) -> PageFacts | None:
    """The entry in a table's value; None for ``b""``. Raises :class:`StoreFailed` for another layout or no entry at all."""
    if not value:
        return None
    try:
        facts = _decoder.decode(value)
    except msgspec.MsgspecError as error:
        raise StoreFailed(f"the facts of a page cannot be decoded ({error}); {_REMEDY}") from error
    if facts.layout != VERSION or any(len(joined) % _HASH_BYTES for joined in facts.hashes):
        raise StoreFailed(
            f"the facts of a page have layout {facts.layout}, this release reads {VERSION}; {_REMEDY}"
        )
    return facts


def merge_facts(newer: bytes, older: bytes) -> bytes:
    """The value of two values of one page: all facts that either names, so that none stays behind.

    For a table and a changelog of which each has changes that the other lacks. Raises as :func:`decode_facts`.
    """
    one, other = decode_facts(newer), decode_facts(older)
    if one is None or other is None:
        return newer or older
    page = b""  # left out of the values, and so of their union
    return encode_facts(
        page_facts(
            max(one.page_version, other.page_version),
            max(one.written, other.written),
            one.keys(page) | other.keys(page),
        )
    )


def last_written(value: bytes) -> int:
    """When an entry was written, milliseconds since the epoch. Raises as :func:`decode_facts`."""
    facts = decode_facts(value)
    return 0 if facts is None else facts.written
