"""Items of Scrapy and similar crawlers: a URL and a body under any usual name (:mod:`streams.intake.names`).

Item loaders wrap every value in a list; a list of one is unwrapped.
"""

from __future__ import annotations

from streams.errors import BadRecord
from streams.intake import identity, names
from streams.intake.bodies import maybe_base64
from streams.intake.fields import Fields, Object
from streams.records import RawPage

_TEXT = ("text", "plain_text", "full_text", "article_text")  # used where the item has no body


def recognises(record: Object) -> bool:
    """Whether a record has a URL and a body, a text or an HTTP status: a response without a body is a page too."""
    fields = Fields(record)
    return fields.has(*names.URL) and (
        fields.has(*names.BODY, *_TEXT) or fields.status(*names.STATUS) is not None
    )


def read(record: Object) -> RawPage:
    """The page; the item's other fields become ``attrs``. Raises :class:`BadRecord`."""
    fields = Fields(record)
    url = fields.required_url(*names.URL)
    status = fields.status(*names.STATUS)
    found = fields.body(*names.BODY, *_TEXT)
    if found is None and status is None:
        raise BadRecord(
            "an item without a page: expected its text under 'html', 'body' or 'text', or an HTTP status"
        )
    name, body = found or ("", "")
    form = "text" if name.lower().replace("_", "") in {text.replace("_", "") for text in _TEXT} else "unknown"
    content = maybe_base64(body) if isinstance(body, str) else body
    headers = fields.headers(*names.HEADERS)
    fetched_at = fields.time(*names.TIME)
    own = fields.own_id(*names.ID)
    encoding = fields.text(*names.ENCODING)
    return RawPage(
        id=identity.of_content(url, fetched_at, content) if own is None else identity.of_item(own, url),
        url=url,
        content=content,
        form=form,
        final_url=fields.url(*names.FINAL_URL),
        status=status,
        headers=headers,
        fetched_at=fetched_at,
        content_type=fields.text(*names.CONTENT_TYPE) or headers.get("content-type"),
        encoding=encoding if isinstance(content, bytes) else None,
        shape="scrapy_item",
        source=fields.object("source"),
        attrs=fields.rest(),
    )
