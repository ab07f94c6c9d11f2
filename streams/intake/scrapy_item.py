"""Scrapy items as their authors name the fields: a URL and a body under one of the usual names.

Item loaders leave every value in a list; a list of one is its value.
"""

from __future__ import annotations

from typing import Any

from streams.errors import BadRecord
from streams.intake import fields
from streams.intake.fields import Object
from streams.records import RawPage

# In the order in which they are believed when an item has several.
_URL = ("url", "page_url", "link", "source_url", "request_url", "permalink", "uri", "href", "loc")
_BODY = (
    "html", "body", "raw_html", "html_content", "page_source", "source_html", "response_body", "html_body", "body_html",
    "page_html", "raw_content", "raw_body", "page_content", "content", "markup", "source_code", "response", "page", "raw",
)  # fmt: skip
_FINAL_URL = ("final_url", "response_url", "redirected_url", "redirect_url")
_STATUS = ("status", "status_code", "http_status", "response_status", "http_code")
_HEADERS = ("headers", "response_headers", "http_headers")
_TIME = (
    "fetched_at", "crawled_at", "scraped_at", "downloaded_at", "timestamp", "crawl_time", "fetch_time", "crawl_date",
    "scrape_date", "scraped_date", "date_crawled", "date_scraped", "retrieved_at", "time",
)  # fmt: skip
_CONTENT_TYPE = ("content_type", "mime_type", "mimetype", "mime")
_ENCODING = ("encoding", "charset")
_ID = ("id", "_id", "item_id", "uuid", "guid")
_OTHERS = (_FINAL_URL, _STATUS, _HEADERS, _TIME, _CONTENT_TYPE, _ENCODING, _ID)


def recognises(record: Object) -> bool:
    """Whether a JSON object is one. A status without a body is a page too."""
    return _named(record, _URL) is not None and any(_named(record, names) for names in (_BODY, _STATUS))


def read(record: Object) -> RawPage:
    """The page. Fields that are none of the page's own go into ``attrs``. Raises :class:`BadRecord`."""
    known = {name: _alone(value) for name, value in record.items()}
    url_name, body_name = _named(record, _URL) or "url", _named(record, _BODY) or "body"
    url = fields.text(known, url_name)
    if url is None:
        raise BadRecord(f"field {url_name!r} is empty")
    body = known.get(body_name)
    if body is not None and not isinstance(body, str):
        raise BadRecord(f"field {body_name!r} is {fields.shown(body)}, expected text or base64")
    content = fields.maybe_base64(body or "")
    headers = fields.headers(_value(record, _HEADERS))
    fetched_at = fields.time(_value(known, _TIME))
    used = {url_name, body_name} | {_named(record, names) for names in _OTHERS}
    return RawPage(
        id=_identity(known) or fields.identity(url, fetched_at, content),
        url=url,
        content=content,
        final_url=_text(known, _FINAL_URL),
        status=_status(known),
        headers=headers,
        fetched_at=fetched_at,
        content_type=_text(known, _CONTENT_TYPE) or headers.get("content-type"),
        encoding=_text(known, _ENCODING) if isinstance(content, bytes) else None,
        shape="scrapy_item",
        source=fields.mapping(known, "source") if isinstance(known.get("source"), dict) else {},
        attrs=_attrs(record, used),
    )


def _attrs(record: Object, used: set[str | None]) -> Object:
    own = record.get("attrs")
    carried = dict(own) if isinstance(own, dict) else {}
    taken = used | ({"attrs"} if isinstance(own, dict) else set())
    taken |= {"source"} if isinstance(record.get("source"), dict) else set()
    return carried | {name: value for name, value in record.items() if name not in taken}


def _named(record: Object, names: tuple[str, ...]) -> str | None:
    """The first of the names under which the record has something."""
    return next((name for name in names if record.get(name) not in (None, "", [])), None)


def _value(record: Object, names: tuple[str, ...]) -> Any:
    name = _named(record, names)
    return record[name] if name is not None else None


def _text(record: Object, names: tuple[str, ...]) -> str | None:
    value = _value(record, names)
    return value if isinstance(value, str) else None


def _identity(record: Object) -> str | None:
    value = _value(record, _ID)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _status(record: Object) -> int | None:
    name = _named(record, _STATUS)
    return fields.whole(record, name) if name is not None else None


def _alone(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
