"""Canonical URLs and registered domains.

A canonical URL is an identifier: all addresses of one page have the same one. It may not be fetchable; records keep the
fetched URL as well. The rules, whose lists of names are in ``urls_rules.toml``:

* The scheme becomes ``https``. Default ports, user names and fragments are removed, except ``#!`` fragments, which select
  the page. ``www.``, mobile and AMP host labels are removed.
* Hosts are lower-cased and converted to Punycode (UTS 46, as browsers do). Percent-encoding is normalised as in RFC 3986,
  section 6.2.2: unreserved characters are decoded, hexadecimal digits are upper case.
* Dot segments, repeated slashes, index pages and the trailing slash are removed; the root path keeps its slash.
* Tracking, session and view parameters are removed; the others are sorted.
"""

from __future__ import annotations

import functools
import re
import tomllib
from importlib.resources import files
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import idna
from tld import get_fld

from streams.percent_encoding import encode

# Characters of the longest URL that is processed: RFC 9110, section 4.1, recommends support for at least 8,000. A URL is
# repeated in every record about its page, of which there can be hundreds.
MAX_URL_CHARACTERS = 8_192
_PASSES = (
    12  # bound on passes: one rule may expose text for another (/amp/index.html/amp); most URLs need one
)

_SCHEME = re.compile(r"(?:https?:)?//(?=[^/?#\s])", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]")
_PATH_EXTRA = frozenset("!$&'()*+,;=:@/%")
_QUERY_EXTRA = frozenset("!$'()*,;:@/?%+")
# A long value with a digit, as session identifiers have; in parameters whose name alone does not tell.
_SESSION_VALUE = re.compile(r"(?=[^0-9]{0,128}[0-9])[0-9A-Za-z_\-]{20,128}")
_SLASHES = re.compile(r"(?<!:)/{2,}")
_COOKIELESS = re.compile(r"/\([A-Z]\([0-9a-z]{24}\)\)(?=/)")  # ASP.NET's session identifier in the path
_PATH_WORD = re.compile(r"[^\W\d_]{4,}")
_EXTENSION = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.\-]{0,251}[a-z0-9_])?\.?")


class _Rules:
    """The parsed rules of ``urls_rules.toml``."""

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
        """Whether a query parameter is removed: it has no influence on the content of the page."""
        if name in self.tracking or name in self.sessions or name.startswith(self.tracking_prefixes):
            return True
        if name in self.doubtful:
            return _SESSION_VALUE.fullmatch(value) is not None
        values = self.views.get(name)
        return values is not None and (not values or value.lower() in values)


@functools.cache
def _rules() -> _Rules:
    return _Rules(tomllib.loads(files("streams").joinpath("urls_rules.toml").read_text("utf-8")))


@functools.lru_cache(maxsize=256)  # the steps of a page ask for the same few addresses
def canonical(url: str) -> str:
    """The canonical form of a web URL; any other text is returned without surrounding whitespace.

    Never raises. Idempotent: ``canonical(canonical(url)) == canonical(url)``.

    >>> canonical("http://M.Example.com:80/News/./story.html?utm_source=x&b=2&a=1#comments")
    'https://example.com/News/story.html?a=1&b=2'
    >>> canonical("  not a url ")
    'not a url'
    """
    stripped = url.strip()
    current = _canonical_pass(stripped)
    if current is None:
        return stripped
    for _ in range(_PASSES):
        following = _canonical_pass(current)
        if following is None or following == current:
            return current
        current = following
    return stripped


@functools.lru_cache(maxsize=4_096)
def _registered(host: str) -> str:
    found = get_fld(f"https://{host}/", fail_silently=True, search_private=True)
    return str(found) if found else ""


def path_words(url: str) -> frozenset[str]:
    """The words of at least four letters in the last segment of the path that has some, in lower case.

    >>> sorted(path_words("https://example.org/2024/pier-to-be-rebuilt.html"))
    ['pier', 'rebuilt']
    """
    try:
        segments = unquote(urlsplit(url).path).split("/")
    except ValueError:
        return frozenset()
    for segment in reversed(segments):
        words = _PATH_WORD.findall(_EXTENSION.sub("", segment).casefold())
        if words:
            return frozenset(words)
    return frozenset()


def site(url: str) -> str:
    """The registered domain of ``url``, in Punycode.

    For an IP address, an intranet name or a public suffix it is the host itself; an empty string where there is no host. The
    private section of the Public Suffix List counts: ``alice.github.io`` is a site. The list is the one packaged with ``tld``;
    nothing is downloaded.

    >>> site("https://news.example.co.uk/a")
    'example.co.uk'
    """
    parts = _split(url.strip())
    return _site_of(_host(parts)) if parts else ""


def host(url: str) -> str:
    """The host of a web URL in lower-case ASCII, without its port; an empty string for any other text.

    >>> host("https://M\u00fcnchen.Example:8443/a"), host("mailto:a@b.example")
    ('xn--mnchen-3ya.example', '')
    """
    parts = _split(url.strip())
    return _host(parts) if parts else ""


def _site_of(host: str) -> str:
    if not host or host.startswith("[") or _is_address(host):
        return host
    return _registered(host) or host


def _is_address(host: str) -> bool:
    if ":" not in host and not host[-1:].isdigit():  # neither of IPv6 nor of IPv4
        return False
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
        parts = urlsplit(_CONTROLS.sub(_space_or_nothing, url) if _CONTROLS.search(url) else url)
        parts.port  # noqa: B018  (raises for a port that is no number)
    except ValueError:
        return None
    return parts


def _space_or_nothing(match: re.Match[str]) -> str:
    """The replacement of a control character: ``%20`` for a space, nothing for others, as in browsers."""
    return "%20" if match[0] == " " else ""


def _host(parts: SplitResult) -> str:
    """The host in lower-case ASCII; empty for an invalid one."""
    name = parts.hostname or ""
    if ":" in name:
        return f"[{name}]" if _is_address(name) else ""
    if not name.isascii() or "xn--" in name:
        try:
            name = idna.encode(name.rstrip("."), uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    return name.rstrip(".") if _HOST.fullmatch(name) else ""


def _canonical_pass(url: str) -> str | None:
    """The URL after one application of all rules; None where it is not a web URL."""
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
    route = f"#{encode(parts.fragment, _PATH_EXTRA | {'?'})}" if parts.fragment.startswith("!") else ""
    return f"https://{_plain_host(host)}{port}{path}{'?' if query else ''}{query}{route}"


def _outside_cache(parts: SplitResult, host: str) -> str | None:
    """The original URL of a page in an AMP cache; None for any other URL."""
    rules = _rules()
    for prefix in rules.caches.get(_site_of(host), ()):
        rest = parts.path[len(prefix) :]
        if parts.path.startswith(prefix) and "." in rest.partition("/")[0]:
            return f"https://{rest}{'?' + parts.query if parts.query else ''}"
    return None


def _plain_host(host: str) -> str:
    """The host without www, mobile and AMP labels; its registered domain is always kept."""
    rules, home = _rules(), _site_of(host)
    if host == home or not home:
        return host
    labels = host[: -len(home) - 1].split(".")
    while labels and labels[0] in rules.same_hosts:
        labels.pop(0)
    labels = labels[:1] + [label for label in labels[1:] if label not in rules.inner_hosts]
    return ".".join((*labels, home))


def _path(path: str) -> str:
    """The canonical path: without dot segments, session parameters, index pages and AMP variants."""
    rules = _rules()
    path = encode(path or "/", _PATH_EXTRA)
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
    """The canonical query: without parameters that have no influence on the page, the others sorted."""
    rules = _rules()
    kept = []
    for pair in query.replace("&amp;", "&").split("&"):
        name, equals, value = pair.partition("=")
        name = encode(name, _QUERY_EXTRA).replace("%20", "+")
        value = encode(value, _QUERY_EXTRA | {"="}).replace("%20", "+")
        if name and not rules.drops(name.lower(), value):
            kept.append(f"{name}{equals}{value}")
    return "&".join(sorted(kept))
