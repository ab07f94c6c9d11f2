"""The metadata of an article, chosen from what its page declares: title, authors, times, site, image, URL, section,
language."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import msgspec

from streams import urls
from streams.cleaning.metadata import authors, jsonld, title
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.cleaning.metadata.publication.choice import PageDates
from streams.cleaning.metadata.ranking import Candidate
from streams.cleaning.metadata.title_candidates import candidates
from streams.cleaning.text import normalise, one_line
from streams.records import Metadata, times

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_SECTION = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
# The last segment of an article's address has several words or a number; that of a page of it says so.
_ARTICLE = re.compile(r"(?!(?:page|comments?|amp|print|part|feed)\b)\S*(?:[^-]-[^-]|\d{4})", re.IGNORECASE)
_MAX_DESCRIPTION = 1_000


def choose(
    declared: DeclaredMetadata,
    url: str,
    fetched_at: str | None = None,
) -> Metadata:
    """Return the metadata of a page at ``url``. No date is believed that is later than ``fetched_at``."""
    node = jsonld.article(declared.jsonld, tuple(heading.text for heading in declared.headings))
    site_name = _site_name(declared, node)
    section = _section(declared, node)
    publisher_names = [*_publisher_names(site_name, node, url), section or ""]
    language = _language(declared, node)
    page_dates = PageDates(declared, node, url, fetched_at, language)
    return Metadata(
        title=title.title(declared, node, publisher_names, url),
        authors=authors.authors(declared, node, publisher_names),
        **times.fields("published", page_dates.published()),
        **times.fields("modified", page_dates.modified()),
        description=_text(
            declared.first("og:description", "description", "twitter:description", "dc.description")
            or jsonld.string(node, "description"),
            _MAX_DESCRIPTION,
        ),
        image=_image(declared, node, url),
        site_name=site_name,
        section=section,
        language=language,
        canonical_url=_canonical(declared, node, url),
    )


def title_candidates(declared: DeclaredMetadata, url: str) -> list[Candidate]:
    """Return what the title of the page at ``url`` is chosen from, with features: what its training learns from."""
    node = jsonld.article(declared.jsonld, tuple(heading.text for heading in declared.headings))
    names = [*_publisher_names(_site_name(declared, node), node, url), _section(declared, node) or ""]
    return candidates(declared, node, names, url)


def date_candidates(declared: DeclaredMetadata, url: str) -> list[Candidate]:
    """Return what the time of publication of the page at ``url`` is chosen from: what its training learns from."""
    node = jsonld.article(declared.jsonld, tuple(heading.text for heading in declared.headings))
    return PageDates(declared, node, url, None, _language(declared, node)).candidates()


def description(declared: DeclaredMetadata) -> str | None:
    """Return the declared description of the article, or None."""
    return declared.first("og:description", "description", "twitter:description", "dc.description")


def merged(given: Metadata, found: Metadata) -> Metadata:
    """Return ``found`` with the fields of ``given``, which the crawler extracted, where those are set."""
    known = {name: value for name in given.__struct_fields__ if (value := getattr(given, name))}
    for time in ("published", "modified"):
        if f"{time}_at" in known:  # its zone may be stated by one of the two only
            known[f"{time}_offset"] = getattr(given, f"{time}_offset")
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
    """Return the declared canonical URL if plausible: on the same site, and neither a front page nor a section for a deep page.

    None without one. A template that states its section on each article would make revisions of them all.
    """
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
        if same_site and not (_depth(named) == 0 and _depth(page) > 0) and not _is_section(named, page):
            return named
    return None


def _is_section(named: str, page: str) -> bool:
    """Whether ``named`` is a folder of words above ``page``, whose own name is that of an article: "/news" of "/news/1-ferry"."""
    above, path = urlsplit(named).path.rstrip("/"), urlsplit(page).path.rstrip("/")
    own = path.rpartition("/")[2]
    folder = _SECTION.fullmatch(above.rpartition("/")[2])
    return bool(folder and path.startswith(f"{above}/") and _ARTICLE.match(own))


def _depth(url: str) -> int:
    parts = urlsplit(url)
    return len([segment for segment in parts.path.split("/") if segment]) + bool(parts.query)
