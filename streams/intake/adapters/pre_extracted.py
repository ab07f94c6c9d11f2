"""Articles that the crawler already extracted: records of news-please and Media Cloud.

Their text is not extracted again, and their title, authors and dates take precedence over anything found later.
"""

from __future__ import annotations

import datetime

from streams.intake import identity, timestamps
from streams.intake.fields import Fields, Object
from streams.records import Metadata, RawPage

_TEXTS = ("maintext", "text_content")  # news-please's, Media Cloud's
_EARLIEST = datetime.datetime(1600, 1, 1, tzinfo=datetime.UTC)  # archives hold articles older than the web


def recognises(record: Object) -> bool:
    """Whether a record has a URL and a text under a name that only these two crawlers use."""
    return ("url" in record or "original_url" in record) and any(name in record for name in _TEXTS)


def read(record: Object) -> RawPage:
    """The page, as plain text with the record's metadata. Raises :class:`BadRecord`."""
    fields = Fields(record)
    url = fields.required_url("url", "original_url")
    fields.drop("original_url")
    found = (fields.body(*_TEXTS) or ("", ""))[1]
    content = found if isinstance(found, str) else found.decode("utf-8", "replace")
    fetched_at = fields.time("date_download", "indexed_date")
    own = fields.own_id("id")
    return RawPage(
        id=identity.of_content(url, fetched_at, content) if own is None else identity.of_item(own, url),
        url=url,
        content=content,
        form="text",
        status=200,
        fetched_at=fetched_at,
        shape="extracted",
        given=_given(fields),
        attrs=fields.rest(),
    )


def _given(fields: Fields) -> Metadata:
    return Metadata(
        title=fields.text("title", "article_title"),
        authors=fields.texts("authors"),
        published_at=fields.convert(published, "date_publish", "publication_date"),
        modified_at=fields.convert(published, "date_modify"),
        description=fields.text("description"),
        image=fields.text("image_url"),
        language=fields.text("language"),
        site_name=fields.text("source_domain"),
    )


def published(value: object) -> str | None:
    """A publication date in ISO 8601; None for anything else.

    Text keeps its zone, or has none where it had none: most crawlers write local times without one. Numbers are UTC.
    """
    moment = timestamps.utc(value, _EARLIEST)
    if moment is None or not isinstance(value, str):
        return moment
    written = value.strip()
    try:
        datetime.datetime.fromisoformat(written)
    except ValueError:
        return moment
    return moment if written.isdigit() else written.replace(" ", "T", 1)
