"""scrapy-cluster's crawled items.

``{url, response_url, status_code, response_headers {name: [values]}, body, timestamp ...}``. The body is text or undeclared base64,
the timestamp UTC without a zone.
"""

from __future__ import annotations

from streams.intake import identity, names
from streams.intake.bodies import maybe_base64
from streams.intake.fields import Fields, Object
from streams.records import RawPage


def recognises(record: Object) -> bool:
    """Whether a record has ``response_url``, or ``crawlid`` with ``status_code``."""
    return "response_url" in record or ("crawlid" in record and "status_code" in record)


def read(record: Object) -> RawPage:
    """The page; fields about the crawl (appid, crawlid, links ...) become ``attrs``. Raises :class:`BadRecord`."""
    fields = Fields(record)
    answered = fields.url("response_url")
    url = fields.url("url") or answered or fields.required_url("url", "response_url")
    body = (fields.body("body", *names.BODY) or ("", ""))[1]
    content = maybe_base64(body) if isinstance(body, str) else body
    headers = fields.headers("response_headers", *names.HEADERS)
    fetched_at = fields.time("timestamp", *names.TIME)
    encoding = fields.text("encoding")
    return RawPage(
        id=identity.of_content(url, fetched_at, content),
        url=url,
        content=content,
        final_url=answered if answered != url else None,
        status=fields.status("status_code", *names.STATUS),
        headers=headers,
        fetched_at=fetched_at,
        content_type=headers.get("content-type"),
        encoding=encoding if isinstance(content, bytes) else None,
        shape="scrapy_cluster",
        attrs=fields.rest(),
    )
