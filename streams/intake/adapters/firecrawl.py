"""Firecrawl's pages, alone or in the ``data`` of a response of its API.

``{markdown?, html?, rawHtml?, metadata {sourceURL, url, statusCode, title ...}}``
"""

from __future__ import annotations

from typing import Any

from streams.errors import BadRecord
from streams.intake import identity, names
from streams.intake.fields import Fields, Object
from streams.intake.markdown import plain_text
from streams.intake.timestamps import stated
from streams.records import Metadata, RawPage, times
from streams.wording import counted

_FORMS = ("rawHtml", "html", "markdown", "content")
_DISTINCTIVE = ("sourceURL", "statusCode", "scrapeId")  # fields of its metadata


def recognises(record: Object) -> bool:
    """Whether a record is a page of Firecrawl or a response with pages in ``data``."""
    return _is_page(record) or any(_is_page(page) for page in _pages(record)[:1])


def _pages(response: Object) -> list[Any]:
    """The pages in a response of the API."""
    data = response.get("data")
    return data if isinstance(data, list) else [data]


def _is_page(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("metadata"), dict):
        return False
    return any(name in value["metadata"] for name in _DISTINCTIVE) and any(form in value for form in _FORMS)


def read(record: Object) -> RawPage:
    """The page: its HTML, or the text of its Markdown with the metadata of the record.

    Raises :class:`BadRecord`, also for a response with several pages: a message holds one.
    """
    pages = [record] if _is_page(record) else _pages(record)
    if len(pages) > 1:
        raise BadRecord(
            f"a Firecrawl crawl of {counted(len(pages), 'page')}; expected one page a message: send each of 'data' by itself"
        )
    fields = Fields(pages[0])
    about = Fields(fields.object("metadata"))
    answered = about.url("url")
    url = about.url("sourceURL") or fields.url("url") or answered or about.required_url("sourceURL", "url")
    name, found = fields.body("rawHtml", "html", "markdown", "content") or ("", "")
    from_text = name in ("markdown", "content") and isinstance(found, str) and "</" not in found
    content = plain_text(found) if from_text and isinstance(found, str) else found
    fetched_at = fields.time(*names.TIME)
    fields.drop(*_FORMS, "screenshot")
    return RawPage(
        id=identity.of_content(url, fetched_at, content),
        url=url,
        content=content,
        form="text" if from_text else "html",
        final_url=answered if answered != url else None,
        status=about.status("statusCode"),
        fetched_at=fetched_at,
        content_type=about.text("contentType") if not from_text else None,
        shape="firecrawl",
        given=_given(about) if from_text else Metadata(),
        attrs=fields.rest() | about.rest(),
    )


def _given(about: Fields) -> Metadata:
    """The metadata of a page that is only text; from HTML it is extracted in cleaning instead."""
    return Metadata(
        title=about.text("title", "ogTitle"),
        description=about.text("description", "ogDescription"),
        image=about.text("ogImage"),
        language=about.text("language"),
        site_name=about.text("ogSiteName"),
        **times.fields("published", about.convert(stated, "publishedTime", "article:published_time")),
        **times.fields("modified", about.convert(stated, "modifiedTime", "article:modified_time")),
    )
