"""Frontera's ``page_crawled`` messages: ``{"type": "page_crawled", "r": {url, status_code, headers?, meta, body?}}``.

The body, which Frontera's JSON codec sends only with SEND_BODY (or a crawler's own codec), is base64.
"""

from __future__ import annotations

from streams.errors import BadRecord
from streams.intake import fields
from streams.intake.fields import Object
from streams.records import RawPage

_OWN = frozenset(["url", "status_code", "headers", "body", "encoding"])


def recognises(record: Object) -> bool:
    """Whether a JSON object is one."""
    return record.get("type") == "page_crawled" and isinstance(record.get("r"), dict)


def read(record: Object) -> RawPage:
    """The page. What Frontera knows of it besides (``meta``) goes into ``attrs``."""
    response = fields.mapping(record, "r")
    url = fields.text(response, "url")
    if url is None:
        raise BadRecord("a page_crawled message without 'url' in its 'r'")
    body = response.get("body")
    if body is not None and not isinstance(body, str):
        raise BadRecord(f"field 'r.body' is {fields.shown(body)}, expected base64")
    content = fields.maybe_base64(body or "")
    headers = fields.headers(response.get("headers"))
    return RawPage(
        id=fields.identity(url, None, content),
        url=url,
        content=content,
        status=fields.whole(response, "status_code"),
        headers=headers,
        content_type=headers.get("content-type"),
        encoding=fields.text(response, "encoding") if isinstance(content, bytes) else None,
        shape="frontera",
        attrs={name: value for name, value in response.items() if name not in _OWN},
    )
