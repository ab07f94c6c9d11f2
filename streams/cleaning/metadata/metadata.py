"""The metadata of an article, chosen from what its page declares: title, authors, times, site, image, URL, section,
language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec
from htmldate import find_date

from streams import urls
from streams.cleaning.metadata import authors, dates, jsonld, title
from streams.cleaning.metadata.declared import Line, Mark, Signals
from streams.cleaning.text import normalise, one_line
from streams.records import Metadata

_PUBLISHED = ("article:published_time", "og:article:published_time", "datepublished", "article:published", "og:published_time", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "published_at", "publish-date", "publishdate", "publish_date", "pubdate", "publication_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dc.date.created", "dcterms.date", "date", "article.published", "article_date_original", "datecreated", "originalpublicationdate", "citation_publication_date", "citation_date", "release_date", "video:release_date", "news_date", "created")  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "dcterms.modified", "lastmod", "last-modified", "modified_time")  # fmt: skip
_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/\-_.]?(0[1-9]|1[0-2])[/\-_.]?(0[1-9]|[12]\d|3[01])(?=[/\-_.])")
_URL_STAMP = re.compile(
    r"/[A-Za-z]{0,5}((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d\d*(?=[/.])"
)
_MAX_PATH = 500
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_MAX_DESCRIPTION = 1_000


def read(
    signals: Signals,
    url: str,
    fetched_at: str | None = None,
    tree: Callable[[], Any] | None = None,
) -> Metadata:
    """Return the metadata of a page at ``url``.

    ``tree`` returns the unmodified tree, for the fallback: a search for a date in the text (htmldate).
    """
    node = jsonld.article(signals.jsonld, signals.headings)
    site_name = _site_name(signals, node)
    section = _text(
        jsonld.string(node, "articleSection")
        or signals.first("article:section", "og:article:section", "parsely-section", "section"),
        100,
    )
    house = [*_house(site_name, node, url), section or ""]
    published = _published(signals, node, url) or _searched(tree, url, fetched_at)
    return Metadata(
        title=title.title(signals, node, house),
        authors=authors.authors(signals, node, house),
        published_at=published,
        modified_at=_stamped(
            jsonld.string(node, "dateModified"), *_all(signals, _MODIFIED), *_timed(signals, "modified")
        ),
        description=_text(
            signals.first("og:description", "description", "twitter:description", "dc.description")
            or jsonld.string(node, "description"),
            _MAX_DESCRIPTION,
        ),
        image=_image(signals, node, url),
        site_name=site_name,
        section=section,
        language=_language(signals, node),
        canonical_url=_canonical(signals, node, url),
    )


def summary(signals: Signals) -> str | None:
    """Return the declared description of the article, or None."""
    return signals.first("og:description", "description", "twitter:description", "dc.description")


def merged(given: Metadata, found: Metadata) -> Metadata:
    """Return ``found`` with the fields of ``given``, which the crawler extracted, where those are set."""
    known = {name: value for name in given.__struct_fields__ if (value := getattr(given, name))}
    return msgspec.structs.replace(found, **known) if known else found


def _text(value: str | None, limit: int) -> str | None:
    text = one_line(value)[:limit].rstrip() if value else ""
    return text or None


def _site_name(signals: Signals, node: jsonld.Node) -> str | None:
    publisher = jsonld.names(node.get("publisher"))
    name = signals.first("og:site_name", "twitter:site_name", "application-name") or (
        publisher[0][0] if publisher else None
    )
    return _text(name, 100)


def _house(site_name: str | None, node: jsonld.Node, url: str) -> list[str]:
    """Return the names of the site and its publisher."""
    home = urls.site(url)
    names = [site_name or "", home, home.partition(".")[0], urlsplit(url).hostname or "" if home else ""]
    return [*names, *(name for name, _ in jsonld.names(node.get("publisher")))]


def _all(signals: Signals, names: tuple[str, ...]) -> list[str]:
    return [value for name in names for value in signals.meta.get(name, ())]


def _stamped(*values: str | None) -> str | None:
    return next((found for found in map(dates.stamp, values) if found), None)


def _timed(signals: Signals, kind: str) -> list[str]:
    """Return the values of time and itemprop elements marked as the published or modified time (``kind``)."""
    return [
        mark.value or mark.text
        for mark in (*signals.marks, *signals.times)
        if kind in mark.role or kind in mark.names.split()
    ]


def _published(signals: Signals, node: jsonld.Node, url: str) -> str | None:
    stated = _stamped(
        jsonld.string(node, "datePublished"),
        *_all(signals, _PUBLISHED),
        *_timed(signals, "datepublished"),
        jsonld.string(node, "dateCreated", "uploadDate"),
    )
    if stated:
        return stated
    day = next(filter(None, map(_in_address, (url, signals.canonical, signals.first("og:url")))), None)
    return _first_time(signals.times, day) or day or _below_headline(signals.lines)


def _in_address(address: str | None) -> str | None:
    """Return the date in a URL path, as segments or as the start of a timestamp; None where there is none."""
    try:
        path = urlsplit(address or "").path[:_MAX_PATH] + "/"
    except ValueError:
        return None
    found = _URL_DATE.search(path) or _URL_STAMP.search(path)
    return dates.stamp("-".join(found.groups())) if found else None


def _below_headline(lines: tuple[Line, ...]) -> str | None:
    """Return the first date between headline and text, in a byline or dateline."""
    return next((day for line in lines if not line.signed and (day := dates.mentioned(line.text))), None)


def _first_time(times: tuple[Mark, ...], day: str | None) -> str | None:
    """Return the time of the first <time> element, normally the article's; if the URL has a ``day``, the first on that day."""
    found = [stamp for mark in times[:20] if (stamp := dates.stamp(mark.value or mark.text))]
    if day:
        return next((stamp for stamp in found if stamp[:10] == day), None)
    return found[0] if found else None


def _searched(tree: Callable[[], Any] | None, url: str, latest: str | None) -> str | None:
    """Return htmldate's guess from the text of the page.

    ``latest`` as upper bound keeps the result independent of the clock. The extensive search is off: it takes any number
    for a year, and loads the grammars of 200 languages.
    """
    root = tree() if tree else None
    if root is None:
        return None
    limit = latest[:10] if latest else "2100-01-01"
    found = find_date(
        root, original_date=True, extensive_search=False, url=url, max_date=limit, min_date="1995-01-01"
    )
    return dates.stamp(found)


def _image(signals: Signals, node: jsonld.Node, url: str) -> str | None:
    address = signals.first(
        "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"
    ) or jsonld.image(node)
    if not address or len(address) > 2_000:
        return None
    try:
        absolute = urljoin(url, address.strip())
        return absolute if urlsplit(absolute).scheme in ("http", "https") else None
    except ValueError:
        return None


def _language(signals: Signals, node: jsonld.Node) -> str | None:
    """Return the declared language as a BCP 47 tag; unreliable, since many pages keep their template's."""
    for claim in (
        signals.language,
        jsonld.string(node, "inLanguage"),
        signals.first("content-language", "og:locale", "language", "dc.language"),
    ):
        tag = _LANGUAGE.match((claim or "").strip())
        if tag:
            return tag[0].replace("_", "-")
    return None


def _canonical(signals: Signals, node: jsonld.Node, url: str) -> str | None:
    """Return the declared canonical URL if plausible: on the same site, and no front page for a deep page; else None."""
    page = urls.canonical(url)
    for claim in (signals.canonical, signals.first("og:url")):
        if not claim or len(claim) > 2_000:
            continue
        try:
            absolute = urljoin(url, normalise(claim))
        except ValueError:
            continue
        named = urls.canonical(absolute)
        same_site = urls.site(named) == urls.site(page) != ""
        if same_site and not (_depth(named) == 0 and _depth(page) > 0):
            return named
    return None


def _depth(url: str) -> int:
    parts = urlsplit(url)
    return len([segment for segment in parts.path.split("/") if segment]) + bool(parts.query)
