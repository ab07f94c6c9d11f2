"""Splits the API response of a crawling service, one JSON object with a list of pages, into a record per page.

Firecrawl's ``{"success": true, "data": [...]}``, Crawl4AI's ``{"success": true, "results": [...]}``, and the like.
"""

from __future__ import annotations

import re

import msgspec

_LISTS = ("data", "results", "items", "pages")
_ADDRESSES = frozenset(
    ["url", "uri", "link", "loc", "response_url", "source_url", "page_url", "request", "metadata"]
)
# A response begins with the list or with the status of a crawl. Most records begin differently and are not decoded.
_BEGINS = re.compile(
    rb'\s*\{\s*"(?:data|results|items|pages|success|status|state|completed|total|count|creditsUsed|expiresAt|next|id|jobId)"'
)
_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_elements = msgspec.json.Decoder(list[msgspec.Raw])


def records(value: bytes) -> list[bytes]:
    """Return the objects of the one page list in a response; ``[value]`` where it is no such response.

    >>> records(b'{"success": true, "data": [{"url": "a"}, {"url": "b"}]}')
    [b'{"url": "a"}', b'{"url": "b"}']
    >>> records(b'{"url": "a", "data": [{"n": 1}]}')
    [b'{"url": "a", "data": [{"n": 1}]}']
    """
    if not _BEGINS.match(value):
        return [value]
    try:
        fields = _decoder.decode(value)
        lists = [
            _elements.decode(fields[name]) for name in _LISTS if bytes(fields.get(name, b""))[:1] == b"["
        ]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [value]
    if len(lists) != 1 or not lists[0] or not _ADDRESSES.isdisjoint(fields):
        return [value]
    found = [bytes(element).strip() for element in lists[0]]
    return found if all(element.startswith(b"{") for element in found) else [value]
