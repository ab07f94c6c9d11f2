"""Apify's dataset items.

Website Content Crawler and RAG Web Browser write ``{url, crawl {loadedUrl, loadedTime, httpStatusCode}, metadata {...}, html?,
text?, markdown?}``. Items of Apify's scrapers have an object ``#debug``.
"""

from __future__ import annotations

from streams.intake import identity, names
from streams.intake.bodies import maybe_base64
from streams.intake.fields import Fields, Object
from streams.intake.markdown import plain_text
from streams.records import Metadata, RawPage

_CRAWL = ("loadedUrl", "loadedTime", "httpStatusCode", "referrerUrl")
_DEBUG = "#debug"


def recognises(record: Object) -> bool:
    """Whether a record has Apify's ``crawl`` or ``#debug`` object."""
    crawl = record.get("crawl")
    known = isinstance(crawl, dict) and any(name in crawl for name in _CRAWL)
    return known or isinstance(record.get(_DEBUG), dict)


def read(record: Object) -> RawPage:
    """The page: its HTML where there is some, else its text with the metadata of the item. Raises :class:`BadRecord`."""
    fields = Fields(record)
    crawl = Fields(fields.object("crawl") | fields.object(_DEBUG))
    about = Fields(fields.object("metadata"))
    answered = crawl.url("loadedUrl") or about.url("redirectedUrl")
    url = (
        fields.url(*names.URL)
        or crawl.url("url")
        or about.url("url")
        or answered
        or fields.required_url("url")
    )
    found = fields.body(*names.BODY)
    text = None if found is not None else fields.text("text") or plain_text(fields.text("markdown") or "")
    content = text if text is not None else found[1] if found is not None else ""
    content = maybe_base64(content) if found is not None and isinstance(content, str) else content
    fetched_at = crawl.time("loadedTime", "createdAt") or fields.time(*names.TIME)
    fields.drop("text", "markdown", "#error")
    return RawPage(
        id=identity.of_content(url, fetched_at, content),
        url=url,
        content=content,
        form="text" if text is not None else "unknown",
        final_url=answered if answered != url else None,
        status=crawl.status("httpStatusCode", "statusCode"),
        headers=fields.headers(*names.HEADERS) or about.headers("headers"),
        fetched_at=fetched_at,
        shape="apify",
        given=_given(about) if text is not None else Metadata(),
        source=crawl.rest(),
        attrs=fields.rest() | about.rest(),
    )


def _given(about: Fields) -> Metadata:
    return Metadata(
        title=about.text("title"),
        authors=about.texts("author"),
        description=about.text("description"),
        language=about.text("languageCode"),
        canonical_url=about.url("canonicalUrl"),
    )
