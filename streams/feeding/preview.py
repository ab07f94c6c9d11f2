"""What would be fed: counts of the pages in files by kind of record, type and host, without a broker."""

from __future__ import annotations

import collections
from typing import NamedTuple

from streams import urls
from streams.feeding.fit import fit, size
from streams.feeding.item import Item
from streams.feeding.tally import Tally
from streams.feeding.types import type_of

_NO_HOST = "(none)"


class Amount(NamedTuple):
    """A number of pages and the bytes of their messages."""

    pages: int
    bytes: int


class Preview:
    """Counts pages. ``limit`` is the largest message, in bytes; what is larger even gzipped is counted in ``tally``."""

    def __init__(self, limit: int, tally: Tally) -> None:
        self._limit = limit
        self._tally = tally
        self._amounts: dict[str, collections.Counter[str]] = {
            name: collections.Counter() for name in ("kind", "type", "host")
        }
        self._bytes: dict[str, collections.Counter[str]] = {
            name: collections.Counter() for name in ("kind", "type", "host")
        }
        self.total = Amount(0, 0)

    def add(self, item: Item) -> None:
        """Count a page."""
        message = fit(item.message, self._limit)
        if message is None:
            self._tally.too_large(item.origin, size(item.message), self._limit)
            return
        length = len(message.value or b"")
        self.total = Amount(self.total.pages + 1, self.total.bytes + length)
        labels = {"kind": item.kind, "type": type_of(item.message), "host": urls.host(item.url) or _NO_HOST}
        for name, label in labels.items():
            self._amounts[name][str(label)] += 1
            self._bytes[name][str(label)] += length

    def by(self, name: str) -> list[tuple[str, Amount]]:
        """The amounts by ``kind``, ``type`` or ``host``, the most pages first."""
        return [
            (label, Amount(pages, self._bytes[name][label]))
            for label, pages in self._amounts[name].most_common()
        ]
