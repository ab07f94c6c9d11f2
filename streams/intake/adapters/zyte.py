"""Responses of Zyte API.

``{url, statusCode, httpResponseBody (base64) | browserHtml, httpResponseHeaders [{name, value}]}``
"""

from __future__ import annotations

from streams.intake import identity, names
from streams.intake.bodies import flagged_base64
from streams.intake.fields import Fields, Object
from streams.records import RawPage


def recognises(record: Object) -> bool:
    """Whether a record has a ``url`` and ``httpResponseBody`` or ``browserHtml``."""
    return "url" in record and ("httpResponseBody" in record or "browserHtml" in record)


def read(record: Object) -> RawPage:
    """The page: the browser's HTML, else the server's response body. Extracted data become ``attrs``. Raises :class:`BadRecord`."""
    fields = Fields(record)
    url = fields.required_url("url")
    rendered = fields.body("browserHtml")
    received = fields.text("httpResponseBody")
    content = rendered[1] if rendered is not None else flagged_base64(received or "", "httpResponseBody")
    headers = fields.headers("httpResponseHeaders")
    fetched_at = fields.time(*names.TIME)
    fields.drop("browserHtml", "httpResponseBody", "screenshot")
    return RawPage(
        id=identity.of_content(url, fetched_at, content),
        url=url,
        content=content,
        form="html" if rendered is not None else "unknown",
        status=fields.status("statusCode"),
        headers=headers,
        fetched_at=fetched_at,
        content_type=headers.get("content-type") if rendered is None else None,
        shape="zyte",
        attrs=fields.rest(),
    )
