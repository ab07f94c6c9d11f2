"""Apache Nutch's CommonCrawl JSON (``commoncrawldump``): ``{url, timestamp, request {...}, response {status, server,
headers [[name, value]], body}}``; the body is text, the timestamp milliseconds since the epoch, often as a string."""

from __future__ import annotations

from streams.errors import BadRecord
from streams.intake import fields
from streams.intake.fields import Object
from streams.records import RawPage

_OWN = frozenset(["url", "timestamp", "status", "mimeType", "response", "request"])
_SHOWN = ("headers", "body", "status")


def recognises(record: Object) -> bool:
    """Whether a JSON object is one: nothing else has its page in a ``response`` object."""
    response = record.get("response")
    return "url" in record and isinstance(response, dict) and "body" in response


def read(record: Object) -> RawPage:
    """The page. The request and the server's name and address go into ``source``."""
    url = fields.text(record, "url")
    if url is None:
        raise BadRecord("a CommonCrawl record of Nutch with an empty 'url'")
    response = fields.mapping(record, "response")
    body = response.get("body")
    if body is not None and not isinstance(body, str):
        raise BadRecord(f"field 'response.body' is {fields.shown(body)}, expected text or base64")
    content = fields.maybe_base64(body or "")
    headers = fields.headers(response.get("headers"))
    fetched_at = fields.time(record.get("timestamp"))
    source = {name: record[name] for name in ("request",) if record.get(name)}
    source |= {name: value for name, value in response.items() if name not in _SHOWN}
    status = fields.whole(response, "status")
    return RawPage(
        id=fields.identity(url, fetched_at, content),
        url=url,
        content=content,
        status=status if status is not None else fields.whole(record, "status"),
        headers=headers,
        fetched_at=fetched_at,
        content_type=fields.text(record, "mimeType") or headers.get("content-type"),
        shape="nutch",
        source=source,
        attrs={name: value for name, value in record.items() if name not in _OWN},
    )
