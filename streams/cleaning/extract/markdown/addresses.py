"""Addresses of links and images for Markdown: absolute, of schemes that cannot run code, without characters that end them."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

_SCHEMES = frozenset(("http", "https", "mailto"))
_LONGEST = 2_000  # code points
# Whitespace and controls do not belong into an address; the others end a link's destination, a table's cell, or both.
_UNSAFE = re.compile(r"""[\s\x00-\x20\x7f()<>"`\\|\[\]*]""")
_ENTITY = re.compile(r"&(?=#?\w{1,32};)")
_ABSOLUTE = re.compile(r"https?://[^/?#\[\]]", re.IGNORECASE)
# Most addresses without a host: a path from the root and a query that only lack what is before them.
_SEGMENT = r"[\w%-][\w%.-]*"
_ROOTED = re.compile(rf"/(?:{_SEGMENT}/)*(?:{_SEGMENT})?(?:\?[\w%=&+.-]+)?", re.ASCII)


class Addresses:
    """Resolves the addresses on one page, each once. ``base`` is the page's, or that of its ``<base>`` element."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._known: dict[str, str | None] = {}
        try:
            self._root = urljoin(base, "/")[:-1] if _ABSOLUTE.match(base) else ""
        except ValueError:
            self._root = ""

    def __call__(self, written: str | None) -> str | None:
        """Return the absolute address; None where there is none, or it is not one to follow: of a script, or a place in the page."""
        if not written:
            return None
        if written not in self._known:
            self._known[written] = self._resolved(written)
        return self._known[written]

    def _resolved(self, written: str) -> str | None:
        address = written.strip()
        if not address or address[0] == "#" or len(address) > _LONGEST:
            return None
        if self._root and _ROOTED.fullmatch(address):
            return _UNSAFE.sub(_quoted, self._root) + address
        if not _ABSOLUTE.match(address):
            try:
                address = urljoin(self._base, address)
                parts = urlsplit(address)
            except ValueError:
                return None
            if parts.scheme not in _SCHEMES or not (parts.netloc or parts.scheme == "mailto"):
                return None
        if "#" in address and address.partition("#")[0] == self._base.partition("#")[0]:
            return None
        return _ENTITY.sub("&amp;", _UNSAFE.sub(_quoted, address))


def _quoted(match: re.Match[str]) -> str:
    return quote(match[0])
