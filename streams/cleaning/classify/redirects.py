"""What a redirect says about a page: whether it ended on the front page, and the path where it ended."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

_FRONT = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2,4})?/?)?(?:(?:index|home|homepage|default|main|start|welcome)(?:\.\w{2,5})?/?)?",
    re.IGNORECASE,
)
_DEEP_PATH = (
    12  # characters from which a path of one segment is below the front page; "/about" may be a part of it
)
_HOST_PREFIXES = ("www.", "m.", "amp.")


def is_sent_home(url: str, final_url: str | None) -> bool:
    """Whether a request for a page below the front page was redirected to the front page of the same site.

    >>> is_sent_home("https://example.org/news/pier-to-be-rebuilt", "https://www.example.org/en/")
    True
    """
    split = _split_both(url, final_url)
    if split is None:
        return False
    asked, final = split
    same_site = _host(asked.netloc) == _host(final.netloc) != ""
    path = asked.path.strip("/")
    deep = len(path) > _DEEP_PATH or "/" in path
    to_front = bool(_FRONT.fullmatch(final.path)) and not final.query
    return same_site and deep and to_front and not _FRONT.fullmatch(asked.path)


def redirect_target(url: str, final_url: str | None) -> str:
    """Return where a redirect to another path ended, as ``//host/path/``, the host only if it changed; else empty.

    >>> redirect_target("https://example.org/a", "https://example.org/login")
    '///login/'
    """
    split = _split_both(url, final_url)
    if split is None:
        return ""
    asked, final = split
    path = final.path.strip("/")
    if path and asked.path.strip("/").casefold() == path.casefold():
        return ""
    host = final.netloc if final.netloc.casefold() != asked.netloc.casefold() else ""
    return f"//{host}{final.path}/"


def _split_both(url: str, final_url: str | None) -> tuple[SplitResult, SplitResult] | None:
    """Return both URLs parsed; None without a redirect, or if one does not parse."""
    if not final_url or final_url == url:
        return None
    try:
        return urlsplit(url), urlsplit(final_url)
    except ValueError:
        return None


def _host(netloc: str) -> str:
    """Return the host in lower case, without the prefixes of mobile and AMP versions."""
    host = netloc.rpartition("@")[2].partition(":")[0].casefold()
    for prefix in _HOST_PREFIXES:
        host = host.removeprefix(prefix)
    return host
