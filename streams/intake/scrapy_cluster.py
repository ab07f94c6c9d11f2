"""scrapy-cluster's crawled items: ``response_url``, ``status_code``, ``response_headers {k: [v]}``, ``body`` as text or as
base64 that nothing flags, ``timestamp`` in UTC without a zone."""

from __future__ import annotations

from streams.errors import BadRecord
from streams.intake import fields
from streams.intake.fields import Object
from streams.records import RawPage

_OWN = frozenset(
    ["url", "response_url", "status_code", "response_headers", "body", "encoding", "timestamp", "attrs"]
)


def recognises(record: Object) -> bool:
    """Whether a JSON object is one."""
    return "response_url" in record or ("crawlid" in record and "status_code" in record)


def read(record: Object) -> RawPage:
    """The page. What scrapy-cluster says about the crawl (appid, crawlid, links ...) goes into ``attrs``."""
    asked, answered = fields.text(record, "url"), fields.text(record, "response_url")
    url = asked or answered
    if url is None:
        raise BadRecord("a scrapy-cluster item with neither 'url' nor 'response_url'")
    body = record.get("body")
    if body is not None and not isinstance(body, str):
        raise BadRecord(f"field 'body' is {fields.shown(body)}, expected text or base64")
    content = fields.maybe_base64(body or "")
    headers = fields.headers(record.get("response_headers"))
    fetched_at = fields.time(record.get("timestamp"))
    return RawPage(
        id=fields.identity(url, fetched_at, content),
        url=url,
        content=content,
        form="unknown",
        final_url=answered if answered != asked else None,
        status=fields.whole(record, "status_code"),
        headers=headers,
        fetched_at=fetched_at,
        content_type=headers.get("content-type"),
        encoding=fields.text(record, "encoding") if isinstance(content, bytes) else None,
        shape="scrapy_cluster",
        attrs=fields.mapping(record, "attrs")
        | {name: value for name, value in record.items() if name not in _OWN},
    )
