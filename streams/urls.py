"""Canonical URLs and sites: the same page under many addresses becomes one address.

A canonical URL is a *name*: two addresses of one page have the same one. It is not promised that fetching it
works; a record keeps the address that was fetched beside it. What is decided, and what ``urls_rules.toml`` decides:

* ``http`` and ``https`` are one: the name says ``https``. Default ports, user names and fragments go (a ``#!``
  route stays, for it chooses the page). ``www.``, mobile and AMP hosts are the site itself.
* Hosts are lower case and Punycode (UTS 46, as browsers do it). Percent-encoding is normalised as RFC 3986,
  section 6.2.2, says: letters that need none are bare, hexadecimal digits are capitals.
* Dot segments, doubled slashes, index pages and the slash at the end go; the root keeps its slash.
* Tracking, session and view parameters go; the rest are sorted.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Callable
from importlib.resources import files
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import idna
from tld import get_fld

# Characters of the longest URL that is processed: RFC 9110, section 4.1, recommends support for at least 8,000. A URL is in
# every record about its page, and one page causes hundreds.
MAX_URL_CHARACTERS = 8_192
_PASSES = 12  # rules uncover one another (/amp/index.html/amp): bounded; ordinary addresses need one

_SCHEME = re.compile(r"(?:https?:)?//(?=[^/?#\s])", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_LOOSE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_EXTRA = frozenset("!$&'()*+,;=:@/%")
_QUERY_EXTRA = frozenset("!$'()*,;:@/?%+")
_SESSION_VALUE = re.compile(r"(?=[^0-9]{0,128}[0-9])[0-9A-Za-z_\-]{20,128}")
_SLASHES = re.compile(r"(?<!:)/{2,}")
_COOKIELESS = re.compile(r"/\([A-Z]\([0-9a-z]{24}\)\)(?=/)")  # ASP.NET keeps its session in the path
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.\-]{0,251}[a-z0-9_])?\.?")


class _Rules:
    """The rules of ``urls_rules.toml``, ready for use."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self.tracking = frozenset(tables["tracking"]["names"])
        self.tracking_prefixes = tuple(name.lower() for name in tables["tracking"]["prefixes"])
        self.sessions = frozenset(tables["sessions"]["names"])
        self.doubtful = frozenset(tables["sessions"]["doubtful"])
        self.views: dict[str, list[str]] = tables["views"]["parameters"]
        self.same_hosts = frozenset(tables["hosts"]["same"])
        self.inner_hosts = frozenset(tables["hosts"]["inner"])
        self.caches = {rule["host"]: tuple(rule["paths"]) for rule in tables["caches"]["rule"]}
        self.index = frozenset(tables["paths"]["index"])
        self.amp_last = frozenset(tables["paths"]["amp_last"])
        self.amp_endings = tuple(tables["paths"]["amp_endings"])

    def drops(self, name: str, value: str) -> bool:
        """Whether a query parameter says nothing about what is shown."""
        if name in self.tracking or name in self.sessions or name.startswith(self.tracking_prefixes):
            return True
        if name in self.doubtful:
            return _SESSION_VALUE.fullmatch(value) is not None
        values = self.views.get(name)
        return values is not None and (not values or value.lower() in values)


@functools.cache
def _rules() -> _Rules:
    return _Rules(tomllib.loads(files("streams").joinpath("urls_rules.toml").read_text("utf-8")))


def canonical(url: str) -> str:
    """The URL under which every variant of ``url`` is known; stripped but else unchanged where it is not a web URL.

    Never raises, and ``canonical(canonical(url)) == canonical(url)``.

    >>> canonical("http://M.Example.com:80/News/./story.html?utm_source=x&b=2&a=1#comments")
    'https://example.com/News/story.html?a=1&b=2'
    >>> canonical("  not a url ")
    'not a url'
    """
    stripped = url.strip()
    current = _once(stripped)
    if current is None:
        return stripped
    for _ in range(_PASSES):
        following = _once(current)
        if following is None or following == current:
            return current
        current = following
    return stripped


@functools.lru_cache(maxsize=4_096)
def _registered(host: str) -> str:
    found = get_fld(f"https://{host}/", fail_silently=True, search_private=True)
    return str(found) if found else ""


def site(url: str) -> str:
    """The registered domain of ``url``, in Punycode; the host itself for an IP address, an intranet name, or a
    public suffix; an empty string where there is no host. Names under a shared suffix of the Public Suffix List's
    private part (``alice.github.io``) are sites of their own. The list comes with the ``tld`` package: no network.

    >>> site("https://news.example.co.uk/a")
    'example.co.uk'
    """
    parts = _split(url.strip())
    return _site_of(_host(parts)) if parts else ""


def _site_of(host: str) -> str:
    if not host or host.startswith("[") or _is_address(host):
        return host
    return _registered(host) or host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _split(url: str) -> SplitResult | None:
    """The parts of a web URL; None for anything else."""
    if len(url) > MAX_URL_CHARACTERS or not _SCHEME.match(url):
        return None
    try:
        parts = urlsplit(_CONTROLS.sub(_spell, url) if _CONTROLS.search(url) else url)
        parts.port  # noqa: B018  (raises for a port that is no number)
    except ValueError:
        return None
    return parts


def _spell(match: re.Match[str]) -> str:
    """A space inside an address is percent-encoded, every other control is dropped, as browsers do."""
    return "%20" if match[0] == " " else ""


def _host(parts: SplitResult) -> str:
    """The host in lower-case ASCII; empty where it cannot be one."""
    name = parts.hostname or ""
    if ":" in name:
        return f"[{name}]" if _is_address(name) else ""
    if not name.isascii() or "xn--" in name:
        try:
            name = idna.encode(name.rstrip("."), uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    return name.rstrip(".") if _HOST.fullmatch(name) else ""


def _once(url: str) -> str | None:
    parts = _split(url)
    host = _host(parts) if parts else ""
    if parts is None or not host:
        return None
    origin = _outside_cache(parts, host)
    if origin:
        return origin
    scheme_port = {"http": 80, "https": 443, "": 443}[parts.scheme]
    port = "" if parts.port in (None, scheme_port, 443, 80) else f":{parts.port}"
    path = _path(parts.path)
    query = _query(parts.query)
    route = f"#{_encode(parts.fragment, _PATH_EXTRA | {'?'})}" if parts.fragment.startswith("!") else ""
    return f"https://{_plain_host(host)}{port}{path}{'?' if query else ''}{query}{route}"


def _outside_cache(parts: SplitResult, host: str) -> str | None:
    """The address that an AMP cache's address stands for."""
    rules = _rules()
    for prefix in rules.caches.get(_site_of(host), ()):
        rest = parts.path[len(prefix) :]
        if parts.path.startswith(prefix) and "." in rest.partition("/")[0]:
            return f"https://{rest}{'?' + parts.query if parts.query else ''}"
    return None


def _plain_host(host: str) -> str:
    """The host without www, mobile and AMP labels, but never less than its registered domain."""
    rules, home = _rules(), _site_of(host)
    if host == home or not home:
        return host
    labels = host[: -len(home) - 1].split(".")
    while labels and labels[0] in rules.same_hosts:
        labels.pop(0)
    labels = labels[:1] + [label for label in labels[1:] if label not in rules.inner_hosts]
    return ".".join((*labels, home))


def _path(path: str) -> str:
    rules = _rules()
    path = _encode(path or "/", _PATH_EXTRA)
    path = _COOKIELESS.sub("", _SLASHES.sub("/", path))
    segments = _without_dots(path.split("/"))
    segments = [_without_session(segment) for segment in segments]
    while segments:
        last = segments[-1].lower()
        if last == "" or last in rules.index or (last in rules.amp_last and len(segments) > 1):
            segments.pop()
            continue
        for ending in rules.amp_endings:
            if last.endswith(ending) and len(last) > len(ending):
                segments[-1] = segments[-1][: -len(ending)] + (".html" if ending.endswith(".html") else "")
                break
        break
    if len(segments) > 1 and segments[0].lower() == "amp":
        segments.pop(0)
    return "/" + "/".join(segments)


def _without_dots(segments: list[str]) -> list[str]:
    """Path segments after the first slash, with ``.`` and ``..`` resolved (RFC 3986, section 5.2.4)."""
    kept: list[str] = []
    for segment in segments[1:] if segments and segments[0] == "" else segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    return kept


def _without_session(segment: str) -> str:
    if ";" not in segment:
        return segment
    name, *parameters = segment.split(";")
    kept = [p for p in parameters if p.partition("=")[0].lower() not in _rules().sessions]
    return ";".join((name, *kept))


def _query(query: str) -> str:
    rules = _rules()
    kept = []
    for pair in query.replace("&amp;", "&").split("&"):
        name, equals, value = pair.partition("=")
        name = _encode(name, _QUERY_EXTRA).replace("%20", "+")
        value = _encode(value, _QUERY_EXTRA | {"="}).replace("%20", "+")
        if name and not rules.drops(name.lower(), value):
            kept.append(f"{name}{equals}{value}")
    return "&".join(sorted(kept))


def _encode(text: str, extra: frozenset[str]) -> str:
    """``text`` with exactly those characters percent-encoded that need it."""
    plain = _LOOSE_PERCENT.sub("%25", text) if "%" in text else text
    if "%" in plain:
        plain = _ESCAPE.sub(_unescape, plain)
    allowed: Callable[[str], bool] = (_UNRESERVED | extra).__contains__
    if all(map(allowed, plain)):
        return plain
    return "".join(c if allowed(c) else _percent(c) for c in plain)


def _unescape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else f"%{match[1].upper()}"


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
