"""Chooses which of the pages in the input are fed: by type, by a sample of the addresses, up to a number."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

import msgspec
import xxhash

from streams.feeding.item import Item
from streams.feeding.tally import Skip, Tally
from streams.feeding.types import ContentType, type_of

_HASHES = 1 << 64


class Selection(msgspec.Struct, frozen=True):
    """What is fed. ``types``: of these only, unless empty. ``sample``: this share of the addresses. ``limit``: so many pages at most."""

    types: tuple[ContentType, ...] = ()
    sample: float = 1.0
    limit: int | None = None

    def description(self) -> str:
        """The choice of pages as text, without the limit: runs that feed the same files bit by bit must agree in it."""
        types = ",".join(sorted(self.types)) or "all"
        return f"type {types}, sample {self.sample:g}"


def select(items: Iterable[Item], chosen: Selection, tally: Tally) -> Iterator[Item]:
    """Yield the chosen items; the others are counted in ``tally``. Nothing is read behind the last one of the limit."""
    limit = None if chosen.limit is None else min(chosen.limit, sys.maxsize)  # which is islice's
    return islice(_selected(items, chosen, frozenset(chosen.types), tally), limit)


def _selected(
    items: Iterable[Item], chosen: Selection, types: Collection[ContentType], tally: Tally
) -> Iterator[Item]:
    for item in items:
        if chosen.sample < 1 and not in_sample(item, chosen.sample):
            tally.skip(Skip.NOT_SAMPLED)
        elif types and type_of(item.message) not in types:
            tally.skip(Skip.NOT_OF_TYPE)
        else:
            yield item


def in_sample(item: Item, share: float) -> bool:
    """Whether a page belongs to the sample of this share: by a hash of its URL, or of its record where no URL was found.

    Every run takes the same addresses, and a larger sample has all of a smaller one.
    """
    return (
        xxhash.xxh3_64_intdigest(item.url.encode("utf-8", "replace") or item.message.value or b"")
        < share * _HASHES
    )
