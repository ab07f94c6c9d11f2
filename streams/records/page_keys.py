"""The half of a fact's key that stands for its page."""

from __future__ import annotations

import xxhash

from streams import utf8
from streams.records.documents import Page


def page_key(page: Page) -> str:
    """The half of the facts' keys that stands for the page, the same for all of its versions: XXH3-64 of its canonical URL.

    The versions of a page lie on the partition of this key on pages.clean, as its facts do on their topics.
    """
    return xxhash.xxh3_64_hexdigest(utf8.well_formed(page.canonical_url or page.url).encode())


def page_of(key: str) -> str:
    """The part of a fact's key that is the same for all facts of all versions of a page."""
    return key.partition(":")[0]
