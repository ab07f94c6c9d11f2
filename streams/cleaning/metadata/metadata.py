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
from streams.cleaning.metadata.declared import DeclaredMetadata, ShortLine
from streams.cleaning.metadata.marked import MarkedElement
from streams.cleaning.metadata.title_candidates import Candidate, candidates
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


def choose(
    declared: DeclaredMetadata,
    url: str,
    fetched_at: str | None = None,
    tree: Callable[[], Any] | None = None,
) -> Metadata:
    """Return the metadata of a page at ``url``.

    ``tree`` returns the unmodified tree, for the fallback: a search for a date in the text (htmldate).
    """
    node = jsonld.article(declared.jsonld, tuple(heading.text for heading in declared.headings))
    site_name = _site_name(declared, node)
    section = _section(declared, node)
    publisher_names = [*_publisher_names(site_name, node, url), section or ""]
    published = _published(declared, node, url) or _searched(tree, url, fetched_at)
    return Metadata(
        title=title.title(declared, node, publisher_names, url),
        authors=authors.authors(declared, node, publisher_names),
        published_at=published,
        modified_at=_stamped(
            jsonld.string(node, "dateModified"), *_all(declared, _MODIFIED), *_timed(declared, "modified")
        ),
        description=_text(
            declared.first("og:description", "description", "twitter:description", "dc.description")
            or jsonld.string(node, "description"),
            _MAX_DESCRIPTION,
        ),
        image=_image(declared, node, url),
        site_name=site_name,
        section=section,
        language=_language(declared, node),
        canonical_url=_canonical(declared, node, url),
    )


def title_candidates(declared: DeclaredMetadata, url: str) -> list[Candidate]:
    """Return what the title of the page at ``url`` is chosen from, with features: what its training learns from."""
    node = jsonld.article(declared.jsonld, tuple(heading.text for heading in declared.headings))
    names = [*_publisher_names(_site_name(declared, node), node, url), _section(declared, node) or ""]
    return candidates(declared, node, names, url)


def description(declared: DeclaredMetadata) -> str | None:
    """Return the declared description of the article, or None."""
    return declared.first("og:description", "description", "twitter:description", "dc.description")


def merged(given: Metadata, found: Metadata) -> Metadata:
    """Return ``found`` with the fields of ``given``, which the crawler extracted, where those are set."""
    known = {name: value for name in given.__struct_fields__ if (value := getattr(given, name))}
    return msgspec.structs.replace(found, **known) if known else found


def _text(value: str | None, limit: int) -> str | None:
    text = one_line(value)[:limit].rstrip() if value else ""
    return text or None


def _section(declared: DeclaredMetadata, node: jsonld.Node) -> str | None:
    """Return the section of the site that the page names, or None."""
    return _text(
        jsonld.string(node, "articleSection")
        or declared.first("article:section", "og:article:section", "parsely-section", "section"),
        100,
    )


def _site_name(declared: DeclaredMetadata, node: jsonld.Node) -> str | None:
    publisher = jsonld.names(node.get("publisher"))
    name = declared.first("og:site_name", "twitter:site_name", "application-name") or (
        publisher[0][0] if publisher else None
    )
    return _text(name, 100)


def _publisher_names(site_name: str | None, node: jsonld.Node, url: str) -> list[str]:
    """Return the names of the site and its publisher."""
    home = urls.site(url)
    names = [site_name or "", home, home.partition(".")[0], urlsplit(url).hostname or "" if home else ""]
    return [*names, *(name for name, _ in jsonld.names(node.get("publisher")))]


def _all(declared: DeclaredMetadata, names: tuple[str, ...]) -> list[str]:
    return [value for name in names for value in declared.meta.get(name, ())]


def _stamped(*values: str | None) -> str | None:
    return next((found for found in map(dates.stamp, values) if found), None)


def _timed(declared: DeclaredMetadata, kind: str) -> list[str]:
    """Return the values of time and itemprop elements marked as the published or modified time (``kind``)."""
    return [
        element.value or element.text
        for element in (*declared.marked, *declared.times)
        if kind in element.role or kind in element.names.split()
    ]


def _published(declared: DeclaredMetadata, node: jsonld.Node, url: str) -> str | None:
    stated = _stamped(
        jsonld.string(node, "datePublished"),
        *_all(declared, _PUBLISHED),
        *_timed(declared, "datepublished"),
        jsonld.string(node, "dateCreated", "uploadDate"),
    )
    if stated:
        return stated
    day = next(filter(None, map(_in_address, (url, declared.canonical, declared.first("og:url")))), None)
    return _first_time(declared.times, day) or day or _below_headline(declared.lines)


def _in_address(address: str | None) -> str | None:
    """Return the date in a URL path, as segments or as the start of a timestamp; None where there is none."""
    try:
        path = urlsplit(address or "").path[:_MAX_PATH] + "/"
    except ValueError:
        return None
    found = _URL_DATE.search(path) or _URL_STAMP.search(path)
    return dates.stamp("-".join(found.groups())) if found else None


def _below_headline(lines: tuple[ShortLine, ...]) -> str | None:
    """Return the first date between headline and text, in a byline or dateline."""
    return next((day for line in lines if not line.signed and (day := dates.mentioned(line.text))), None)


def _first_time(times: tuple[MarkedElement, ...], day: str | None) -> str | None:
    """Return the time of the first <time> element, normally the article's; if the URL has a ``day``, the first on that day."""
    found = [stamp for element in times[:20] if (stamp := dates.stamp(element.value or element.text))]
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


def _image(declared: DeclaredMetadata, node: jsonld.Node, url: str) -> str | None:
    address = declared.first(
        "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"
    ) or jsonld.image(node)
    if not address or len(address) > 2_000:
        return None
    try:
        absolute = urljoin(url, address.strip())
        return absolute if urlsplit(absolute).scheme in ("http", "https") else None
    except ValueError:
        return None


def _language(declared: DeclaredMetadata, node: jsonld.Node) -> str | None:
    """Return the declared language as a BCP 47 tag; unreliable, since many pages keep their template's."""
    for claim in (
        declared.language,
        jsonld.string(node, "inLanguage"),
        declared.first("content-language", "og:locale", "language", "dc.language"),
    ):
        tag = _LANGUAGE.match((claim or "").strip())
        if tag:
            return tag[0].replace("_", "-")
    return None


def _canonical(declared: DeclaredMetadata, node: jsonld.Node, url: str) -> str | None:
    """Return the declared canonical URL if plausible: on the same site, and no front page for a deep page; else None."""
    page = urls.canonical(url)
    for claim in (declared.canonical, declared.first("og:url")):
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
