"""Links within the inspector, and out of it."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# Ids that stand for themselves in a path. Others (slashes, two dots, which browsers resolve) go into the query.
_IN_PATH = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,200}")


def page_link(page: str) -> str:
    """The address of one page, by its id.

    >>> page_link("a/../b")
    '/pages?id=a%2F..%2Fb'
    """
    return f"/pages/{page}" if _IN_PATH.fullmatch(page) else f"/pages?id={quote(page, safe='')}"


def outward(url: str | None) -> str | None:
    """The URL where it may be a link: http and https only, so that none runs a script."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None
