"""Remembers the newest dispositions within a bound of memory."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from typing import NamedTuple

from streams import urls
from streams.inspector.entries import LONGEST, Entry
from streams.records import Disposition

# Bytes of one entry beside its strings and its record: the object, its numbers, its places in the queues and indexes. Measured with
# tracemalloc: tests/inspector/test_store.py::test_the_memory_taken_stays_within_the_bound.
ENTRY_BYTES = 1_700
VALUE_SHARE = (
    0.7  # of the bound, for the records themselves; what is dropped of them is read again from its topic
)
_LARGEST_VALUE_SHARE = 0.1  # of the bound: a larger record is not kept

Keys = Callable[[Entry], Iterable[str]]
_INDEXES: dict[str, Keys] = {
    "id": lambda entry: {entry.id, entry.raw},
    "url": lambda entry: {*_addresses(entry), *_canonical_forms(entry)},
    "canonical": lambda entry: {entry.canonical_url or entry.url},
    "copy": lambda entry: {entry.duplicate_of or ""},
}
_TEXTS = tuple(field.name for field in fields(Entry) if field.name not in ("value", "disposition"))


class Reach(NamedTuple):
    """What the memory holds: how many pages, since when, in how many bytes of how many; and what it did not read."""

    pages: int
    oldest: int | None
    bytes: int
    limit: int
    seen: int
    dropped: int
    skipped: int
    foreign: int


class Known(NamedTuple):
    """What a store knows at one moment, for views that are made in another thread: its entries, the newest first, and its reach."""

    entries: list[Entry]
    reach: Reach


class Store:
    """The newest entries of at most ``limit`` bytes: one share of it for their records, the rest for entries, which so reach further back.

    ``skipped`` counts records that were not read to stay cheap, ``foreign`` those that were no disposition.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.seen = self.dropped = self.skipped = self.foreign = 0
        self._entries: deque[Entry] = deque()
        self._with_value: deque[Entry] = deque()
        self._gone: set[int] = (
            set()
        )  # identities of entries that a repetition replaced and that still stand in the queues
        self._entry_bytes = self._value_bytes = 0
        self._indexes: dict[str, dict[str, list[Entry]]] = {name: {} for name in _INDEXES}

    def __len__(self) -> int:
        return len(self._entries) - len(self._gone)

    @property
    def bytes(self) -> int:
        """The memory taken, as estimated."""
        return self._entry_bytes + self._value_bytes

    @property
    def oldest(self) -> int | None:
        """The time of the oldest entry, milliseconds since the epoch; None where there is none."""
        return min((entry.at for entry in self), default=None)

    def add(self, entry: Entry) -> None:
        """Remember an entry, in place of an earlier one of the same raw message (redelivery), and forget the oldest beyond the bound."""
        self.seen += 1
        self._replace(entry)
        if entry.value is not None and len(entry.value) > self.limit * _LARGEST_VALUE_SHARE:
            entry.value = None
        self._entries.append(entry)
        self._entry_bytes += _entry_bytes(entry)
        for name, keys in _INDEXES.items():
            for key in keys(entry):
                if key:
                    self._indexes[name].setdefault(key, []).append(entry)
        if entry.value is not None:
            self._with_value.append(entry)
            self._value_bytes += len(entry.value)
        self._shrink()

    def _replace(self, entry: Entry) -> None:
        if not entry.raw:
            return
        for known in self._indexes["id"].get(entry.raw, ()):
            if known.raw == entry.raw:
                self._forget(known)
                self._gone.add(id(known))
                self._sweep()
                return

    def _sweep(self) -> None:
        """Let go of replaced entries once there are many, since their memory is not counted any more."""
        if len(self._gone) > len(self) // 8 + 16:
            self._entries = deque(self)
            self._with_value = deque(entry for entry in self._with_value if entry.value is not None)
            self._gone.clear()

    def _shrink(self) -> None:
        while self._value_bytes > self.limit * VALUE_SHARE:
            self._drop_value(self._with_value.popleft())
        while self._entry_bytes > self.limit * (1 - VALUE_SHARE):
            oldest = self._entries.popleft()
            if id(oldest) in self._gone:
                self._gone.discard(id(oldest))
                continue
            self.dropped += 1
            self._forget(oldest)
        while self._with_value and self._with_value[0].value is None:
            self._with_value.popleft()

    def _forget(self, entry: Entry) -> None:
        """Take an entry out of the sums and indexes."""
        self._entry_bytes -= _entry_bytes(entry)
        self._drop_value(entry)
        for name, keys in _INDEXES.items():
            index = self._indexes[name]
            for key in keys(entry):
                if key and (others := index.get(key)):
                    others[:] = [other for other in others if other is not entry]
                    if not others:
                        del index[key]

    def _drop_value(self, entry: Entry) -> None:
        if entry.value is not None:
            self._value_bytes -= len(entry.value)
            entry.value = None

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries in the order in which they came."""
        return (entry for entry in self._entries if id(entry) not in self._gone)

    def known(self) -> Known:
        """All entries now, the newest first by the time of their records, and the reach."""
        entries = sorted(self, key=lambda entry: -entry.at)
        return Known(entries, self._reach(entries[-1].at if entries else None))

    def reach(self) -> Reach:
        """What the memory holds now."""
        return self._reach(self.oldest)

    def _reach(self, oldest: int | None) -> Reach:
        return Reach(
            len(self), oldest, self.bytes, self.limit, self.seen, self.dropped, self.skipped, self.foreign
        )

    def find(self, page: str) -> Entry | None:
        """The newest entry of a page's id, or of the topic/partition/offset of its raw message."""
        return _newest(self._indexes["id"].get(page[:LONGEST], ()))

    def at_url(self, url: str) -> Entry | None:
        """The newest entry with this URL, asked for, canonical or after redirects; else the newest with another address of that page.

        Two URLs are addresses of one page where their canonical forms (:func:`streams.urls.canonical`) are the same.
        """
        index, url = self._indexes["url"], url[:LONGEST]
        return _newest(index.get(url, ())) or _newest(index.get(urls.canonical(url), ()))

    def copies_of(self, page: str) -> list[Entry]:
        """The entries that were rejected as copies of a page, oldest first."""
        return sorted(self._indexes["copy"].get(page, ()), key=lambda entry: entry.at)

    def revisions(self, canonical_url: str) -> list[Entry]:
        """The entries of one canonical URL that were kept, oldest first."""
        found = self._indexes["canonical"].get(canonical_url, ())
        return sorted((entry for entry in found if not entry.reason), key=lambda entry: entry.at)


def _addresses(entry: Entry) -> tuple[str, ...]:
    return (entry.url, entry.canonical_url, entry.final_url or "")


def _canonical_forms(entry: Entry) -> Iterator[str]:
    """The canonical forms of an entry's URLs. They cost 0.1 ms each, so what is canonical but for its beginning and end is not computed."""
    known = entry.canonical_url or ("" if entry.disposition is Disposition.DEADLETTER else entry.url)
    for url in (entry.url, entry.final_url or ""):
        if url and _without_ends(url) != _without_ends(known):
            yield urls.canonical(url)


def _without_ends(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


def _newest(entries: Iterable[Entry]) -> Entry | None:
    return max(entries, key=lambda entry: entry.at, default=None)


def _entry_bytes(entry: Entry) -> int:
    strings = (getattr(entry, name) for name in _TEXTS)
    return ENTRY_BYTES + sum(sys.getsizeof(text) for text in strings if isinstance(text, str) and text)
