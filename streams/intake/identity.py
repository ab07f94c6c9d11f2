"""The ``id`` of a page: deterministic, so that a page fed again has the same one, and unique over all sites."""

from __future__ import annotations

from typing import Any

import xxhash

from streams import urls

_LONGEST = 200  # characters of an id: it is a Kafka key and repeated in each record about the page


def of_content(url: str, fetched_at: str | None, content: bytes | str) -> str:
    """The id of a page whose record has none: a hash of canonical URL, fetch time and body."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return _digest(urls.canonical(url), fetched_at or "", xxhash.xxh3_128_hexdigest(data))


def of_item(own: str, url: str) -> str:
    """The id of a page whose record has one that is unique only within its site (``42``): that id and a hash of the canonical URL.

    The item crawled again has the same id.
    """
    return f"{_short(own)}-{xxhash.xxh3_64_hexdigest(urls.canonical(url).encode('utf-8', 'surrogatepass'))}"


def of_record(own: str, url: str) -> str:
    """The id of a page whose record has a globally unique one: unchanged. An id without a letter is treated as :func:`of_item` does."""
    return _short(own) if any(character.isalpha() for character in own) else of_item(own, url)


def id_text(value: Any) -> str | None:
    """An id as text, from a string that is not blank or a whole number; None for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and value.strip():
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _short(own: str) -> str:
    return own if len(own) <= _LONGEST else _digest(own)


def _digest(*parts: str) -> str:
    return xxhash.xxh3_128_hexdigest("\x1f".join(parts).encode("utf-8", "surrogatepass"))
