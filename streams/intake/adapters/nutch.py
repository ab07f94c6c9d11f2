"""Apache Nutch's CommonCrawl JSON (``nutch commoncrawldump``).

``{url, timestamp, request {...}, response {status, server, headers [[name, value]], body}}``. The body is text; the timestamp is
milliseconds since the epoch, often as a string.
"""

from __future__ import annotations

from streams.intake import identity
from streams.intake.bodies import maybe_base64
from streams.intake.fields import Fields, Object
from streams.records import RawPage


def recognises(record: Object) -> bool:
    """Whether a record has a ``url`` beside a ``response`` object with a ``body``."""
    response = record.get("response")
    return "url" in record and isinstance(response, dict) and "body" in response


def read(record: Object) -> RawPage:
    """The page; the request and the server's name and address become ``source``. Raises :class:`BadRecord`."""
    fields, response = Fields(record), Fields(record["response"])
    url = fields.required_url("url")
    body = (response.body("body") or ("", ""))[1]
    content = maybe_base64(body) if isinstance(body, str) else body
    headers = response.headers("headers")
    fetched_at = fields.time("timestamp")
    answered, indexed = response.status("status"), fields.status("status")
    request = fields.object("request")
    fields.drop("response")
    return RawPage(
        id=identity.of_content(url, fetched_at, content),
        url=url,
        content=content,
        status=answered if answered is not None else indexed,
        headers=headers,
        fetched_at=fetched_at,
        content_type=fields.text("mimeType") or headers.get("content-type"),
        shape="nutch",
        source=({"request": request} if request else {}) | response.rest(),
        attrs=fields.rest(),
    )
