"""Frontera's ``page_crawled`` messages: ``{"type": "page_crawled", "r": {url, status_code, headers?, meta, body?}}``.

The body is base64. Frontera's JSON codec sends it only with the setting SEND_BODY or a codec of the crawler's own.
"""

from __future__ import annotations

from streams.intake import identity
from streams.intake.bodies import maybe_base64
from streams.intake.fields import Fields, Object
from streams.records import RawPage


def recognises(record: Object) -> bool:
    """Whether a record is a ``page_crawled`` message."""
    return record.get("type") == "page_crawled" and isinstance(record.get("r"), dict)


def read(record: Object) -> RawPage:
    """The page; other fields (``meta``) become ``attrs``. Raises :class:`BadRecord`."""
    fields = Fields(record["r"])
    url = fields.required_url("url")
    body = (fields.body("body") or ("", ""))[1]
    content = maybe_base64(body) if isinstance(body, str) else body
    headers = fields.headers("headers")
    encoding = fields.text("encoding")
    return RawPage(
        id=identity.of_content(url, None, content),
        url=url,
        content=content,
        status=fields.status("status_code"),
        headers=headers,
        content_type=headers.get("content-type"),
        encoding=encoding if isinstance(content, bytes) else None,
        shape="frontera",
        attrs=fields.rest(),
    )
