"""Articles that the crawler already extracted: records of news-please and Media Cloud.

Their text is not extracted again, and their title, authors and dates take precedence over anything found later.
"""

from __future__ import annotations

from streams.intake import identity
from streams.intake.fields import Fields, Object
from streams.intake.timestamps import stated
from streams.records import Metadata, RawPage, times

_TEXTS = ("maintext", "text_content")  # news-please's, Media Cloud's


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
        **times.fields("published", fields.convert(stated, "date_publish", "publication_date")),
        **times.fields("modified", fields.convert(stated, "date_modify")),
        description=fields.text("description"),
        image=fields.text("image_url"),
        language=fields.text("language"),
        site_name=fields.text("source_domain"),
    )
