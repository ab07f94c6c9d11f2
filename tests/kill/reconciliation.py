"""Reconciles fed pages with records on the output topics, by page id, whatever happened in between."""

from __future__ import annotations

import collections
import random
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import NamedTuple

import msgspec
from live.mill import Fed, article

from streams import pipeline, topics
from streams.dedup.bucket import Bucket, decode_bucket
from streams.dedup.bucket_entries import digest
from streams.errors import BadRecord
from streams.records import (
    Candidate,
    CleanDocument,
    Disposition,
    Message,
    Page,
    Provenance,
    Rejection,
    decode,
)
from streams.runtime.kafka.topic_records import ended_page
from streams.runtime.state.fact_keys import is_page
from streams.settings import Settings

_ERROR = """<!doctype html><html lang="en"><head><title>Page not found</title></head><body><h1>Page not found</h1>
<p>Sorry, the page you are looking for does not exist or was moved. Reference {number}.</p><a href="/">Home</a></body></html>"""


class Expected(NamedTuple):
    """The expected outcome of a page. Of the pages of one ``family`` exactly one is kept; the others are duplicates of it."""

    kind: str
    family: str = ""
    of: str = ""  # the older version, of a revision


class Batch(NamedTuple):
    """Pages to feed, and their expected outcomes by page id."""

    pages: list[Fed]
    expected: dict[str, Expected]


_KINDS = {"article": 10, "copy": 3, "near": 2, "recrawl": 1, "revision": 1, "error": 3, "broken": 1}


def batch(
    chance: random.Random, start: int, size: int, before: Mapping[str, Expected] | None = None
) -> Batch:
    """Return ``size`` pages numbered from ``start``, with the expected outcome of each.

    They are articles; exact and near copies of some under other URLs; articles of ``before`` crawled again, unchanged or
    changed; error pages; and values that are not a valid record. Each article of ``before`` is used at most once.
    """
    pages, expected = [], {}
    older = [name for name, known in (before or {}).items() if known.family == f"family-{_number(name)}"]
    revised = {known.of for known in (before or {}).values()}
    chance.shuffle(older)
    for number in range(start, start + size):
        kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
        name, url = f"page-{number}", address(number)
        record = {"id": name, "url": url, "status": 200, "content_type": "text/plain"}
        source = chance.randrange(start, number) if kind in ("copy", "near") and number > start else number
        if kind in ("recrawl", "revision"):
            again = next((one for one in older if one not in revised), name)
            revised.add(again)
            source = _number(again)
        if kind == "revision" and source != number:
            record |= {"url": (url := address(source)), "text": revision(source)}
            expected[name] = Expected("revision", of=f"page-{source}")
        elif kind in ("article", "copy", "near", "recrawl", "revision"):
            text = article(source)
            if kind == "near":
                text = text.replace(" days after ", " days before ", 1)
            elif kind == "recrawl":
                record["url"] = url = address(source)
            record["text"] = text
            expected[name] = Expected("kept", f"family-{source}")
        elif kind == "error":
            record |= {"content_type": "text/html", "html": _ERROR.format(number=number)}
            expected[name] = Expected("soft_404")
        else:
            expected[name] = Expected("bad_record")
        value = msgspec.json.encode(record) if kind != "broken" else f'{{"id": "{name}", "broken'.encode()
        pages.append(Fed(Message(value=value, key=url.encode()), f"made:{number}"))
    return Batch(pages, expected)


def address(number: int) -> str:
    """Return the URL of article ``number``."""
    return f"https://news{number % 7}.example/{number}/story"


def revision(number: int) -> str:
    """Return a later version of article ``number``, the second half of which is new."""
    old, new = article(number).split("\n\n"), article(number + 1_000_000).split("\n\n")
    return "\n\n".join(old[: len(old) // 2] + new[len(new) // 2 :])


def _number(name: str) -> int:
    return int(name.removeprefix("page-"))


class End(NamedTuple):
    """One terminal record of one page. ``content`` is the record without provenance: times and durations differ on redelivery."""

    id: str
    disposition: str
    reason: str
    content: bytes
    copy_of: str = ""
    revision_of: str = ""


def read(settings: Settings, message: Message) -> tuple[str, End]:
    """Return the source position on pages.raw and the outcome for a message of a terminal topic.

    Raises ``AssertionError`` for a message that is not a terminal record.
    """
    ended = ended_page(settings, message)
    if ended is None:
        raise AssertionError(f"{message.topic}/{message.partition}/{message.offset} is no end of a page")
    value = message.value or b""
    if ended.disposition is Disposition.DEADLETTER:
        name = value.decode("utf-8", "replace").split('"')[3] if b'"' in value else ""
        return ended.page, End(name, "deadletter", ended.reason, value)
    if ended.disposition is Disposition.REJECTED:
        rejection = msgspec.structs.replace(decode(value, Rejection), provenance=Provenance(), cluster="")
        copy_of = rejection.duplicate_of or ""
        return ended.page, End(
            rejection.id, "rejected", ended.reason, msgspec.json.encode(rejection), copy_of
        )
    record = msgspec.json.decode(value)
    record.pop("provenance", None)
    content, older = msgspec.json.encode(record), record.get("revision_of") or ""
    return ended.page, End(decode(value, Page).id, "enriched", "none", content, revision_of=older)


class Reconciliation:
    """All pages fed, and all terminal records seen."""

    def __init__(self) -> None:
        self.expected: dict[str, Expected] = {}
        self.ends: dict[str, list[End]] = collections.defaultdict(list)
        self._seen: set[tuple[str, int, int]] = set()

    def fed(self, expected: dict[str, Expected]) -> None:
        """Record the expected outcomes of pages that were fed."""
        self.expected |= expected

    def add(self, settings: Settings, message: Message) -> None:
        """Record a message of a terminal topic; the same topic, partition and offset counts once."""
        place = (message.topic, message.partition, message.offset)
        if place not in self._seen:
            self._seen.add(place)
            _, end = read(settings, message)
            self.ends[end.id].append(end)

    def missing(self) -> list[str]:
        """Return the ids of pages without a terminal record."""
        return [name for name in self.expected if name not in self.ends]

    @property
    def repeated(self) -> int:
        """The number of terminal records beyond the first of each page."""
        return sum(len(ends) - 1 for ends in self.ends.values())

    def wrong(self, exactly_once: bool = False) -> list[str]:
        """Return one line for each violation of the delivery guarantee."""
        found = [f"{name}: lost" for name in self.missing()]
        found += [f"{name}: never fed" for name in self.ends if name not in self.expected]
        for name, ends in self.ends.items():
            if len({(end.disposition, end.reason) for end in ends}) > 1:
                found.append(f"{name}: {sorted({(end.disposition, end.reason) for end in ends})}")
            elif len({end.content for end in ends}) > 1:
                found.append(f"{name}: two contents for one id")
            if any(end.copy_of == name for end in ends):
                found.append(f"{name}: a copy of itself")
            if exactly_once and len(ends) > 1:
                found.append(f"{name}: {len(ends)} times")
        return found + list(self._families()) + list(self._kinds())

    def _kinds(self) -> Iterable[str]:
        for name, expected in self.expected.items():
            for end in self.ends.get(name, [])[:1]:
                if expected.kind == "revision":
                    if (end.disposition, end.revision_of) != ("enriched", expected.of):
                        yield f"{name}: {end.disposition} as a revision of {end.revision_of!r}, not of {expected.of}"
                elif expected.kind != "kept" and end.reason != expected.kind:
                    yield f"{name}: {end.disposition} {end.reason}, not {expected.kind}"

    def _families(self) -> Iterable[str]:
        families: dict[str, list[str]] = collections.defaultdict(list)
        for name, expected in self.expected.items():
            if expected.family and name in self.ends:
                families[expected.family].append(self.ends[name][0].disposition)
        for family, kept in families.items():
            if kept.count("enriched") != 1 or set(kept) - {"enriched", "rejected"}:
                yield f"{family}: {sorted(kept)}, exactly one is to be kept"


def twice(messages: Iterable[Message]) -> list[str]:
    """Return one line for each record that occurs more than once on a topic.

    ``messages`` are those of all output topics, read committed. No page is fed twice, so each topic must have each key
    once: that of a page or of a fact, and on pages.candidates that of a page for each of its buckets.
    """
    count = collections.Counter((message.topic, _identity(message)) for message in messages)
    return [
        f"{topic}: {name.decode('utf-8', 'replace')}: {number} times"
        for (topic, name), number in count.items()
        if number > 1
    ]


def _identity(message: Message) -> bytes:
    """Return the identity of a record within its topic: its key; for candidates the page, the bucket and the kind of lookup."""
    if message.topic.endswith((topics.ENTITIES, topics.QUOTES, topics.EVENTS)):
        # Facts of a page's versions have one key, and so have their tombstones, of which each version may write one.
        if message.value is None:
            return b"%s at %d" % (message.key or b"", message.offset)
        return b"%s of %s" % (
            message.key or b"",
            msgspec.json.decode(message.value).get("document_id", "").encode(),
        )
    if not message.topic.endswith(topics.CANDIDATES):
        return message.key or b""
    value = msgspec.json.decode(message.value or b"")
    copied = msgspec.json.encode(value.get("copied"))
    return f"{value['document']['id']} at bucket {value.get('bucket_index', 0)}, {copied.decode()}".encode()


def durable(
    settings: Settings, messages: Iterable[Message], committed: dict[tuple[str, int], int]
) -> list[str]:
    """Return one line for each committed offset of pages.raw and pages.clean whose page left no record after the stage.

    ``messages`` are those of all topics, read while no worker runs.
    """
    raw, clean = topics.full_name(settings, topics.RAW), topics.full_name(settings, topics.CLEAN)
    candidates = topics.full_name(settings, topics.CANDIDATES)
    went: set[tuple[str, int, int]] = set()
    waiting: list[tuple[tuple[str, int, int], str]] = []
    enriched: set[str] = set()
    for message in messages:
        place = (message.topic, message.partition, message.offset)
        if message.topic == raw:
            waiting.append((place, ""))
        elif message.topic == candidates:
            went.add(_source(msgspec.json.decode(message.value or b"")["document"]["provenance"]))
        elif message.topic == clean:
            page = decode(message.value or b"", CleanDocument)
            waiting.append((place, page.id))
            went.add(_source(msgspec.to_builtins(page.provenance)))
        else:
            page_place, end = read(settings, message)
            topic, partition, offset = page_place.rsplit("/", 2)
            went.add((topic, int(partition), int(offset)))
            if end.disposition != "rejected":
                enriched.add(end.id)
    return [
        f"{'/'.join(map(str, place))}: committed, and nothing behind it"
        for place, name in waiting
        if place[2] < committed.get(place[:2], 0) and not (name in enriched if name else place in went)
    ]


def missing_entries(settings: Settings, messages: Iterable[Message]) -> list[str]:
    """Return one line for each page that has an entry in a dedup bucket and none in an earlier bucket of the page.

    ``messages`` are those of pages.raw, from which the pages' buckets are computed again, and of the table's changelog.
    """
    pages: list[Candidate] = []
    buckets: dict[str, Bucket] = {}
    for message in messages:
        if message.topic == topics.changelog_name(settings) and not is_page(message.key or b""):
            buckets[(message.key or b"").decode()] = decode_bucket(message.value or b"")
        elif message.topic == topics.full_name(settings, topics.RAW):
            with suppress(BadRecord):
                outcome = pipeline.clean(message, settings)
                if isinstance(outcome, Candidate):
                    pages.append(outcome)
    missing = []
    for page in pages:
        known = [_has_entry(buckets.get(key), page) for key in page.fingerprint.bucket_keys]
        if known != sorted(known, reverse=True):
            missing.append(f"{page.document.id}: entries at its buckets: {known}")
    return missing


def _has_entry(bucket: Bucket | None, page: Candidate) -> bool:
    """Return whether a bucket has an entry of the page, as kept or as a duplicate, or has evicted it."""
    if bucket is None:
        return False
    name = page.document.id
    there = any(entry.id == name for entry in (*bucket.documents, *bucket.copies))
    return there or bucket.has_evicted(name, digest(page))


def _source(provenance: dict[str, object]) -> tuple[str, int, int]:
    return (
        str(provenance["topic"]),
        int(str(provenance["partition"])),
        int(str(provenance["offset"])),
    )
