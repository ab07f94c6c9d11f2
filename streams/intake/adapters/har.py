"""Entries of an HTTP Archive (HAR 1.2), as browsers and Playwright write them.

``{startedDateTime, request {url ...}, response {status, headers [{name, value}], content {text, encoding, mimeType}}}``
"""

from __future__ import annotations

from streams.errors import BadRecord
from streams.intake import identity
from streams.intake.bodies import flagged_base64
from streams.intake.fields import Fields, Object
from streams.records import RawPage
from streams.wording import counted


def recognises(record: Object) -> bool:
    """Whether a record is an entry or a whole archive; :func:`read` accepts archives of one entry."""
    if isinstance(record.get("log"), dict):
        return isinstance(record["log"].get("entries"), list)
    request, response = record.get("request"), record.get("response")
    return isinstance(request, dict) and "url" in request and isinstance(response, dict)


def read(record: Object) -> RawPage:
    """The page. Of the request only the method is kept, since its headers hold cookies and passwords.

    Raises :class:`BadRecord`, also for an archive of several entries: a message holds one page.
    """
    entry = _entry(record)
    fields, request, response = Fields(entry), Fields(entry["request"]), Fields(entry["response"])
    url = request.required_url("url")
    body = Fields(response.object("content"))
    text = (body.body("text") or ("", ""))[1]
    content = (
        flagged_base64(text, "response.content.text") if _is_base64(body) and isinstance(text, str) else text
    )
    headers = response.headers("headers")
    fetched_at = fields.time("startedDateTime")
    fields.drop("request", "response", "cache", "timings")
    method = request.text("method")
    return RawPage(
        id=identity.of_content(url, fetched_at, content),
        url=url,
        content=content,
        status=response.status("status"),
        headers=headers,
        fetched_at=fetched_at,
        content_type=body.text("mimeType") or headers.get("content-type"),
        shape="har",
        source={"method": method} if method else {},
        attrs=fields.rest(),
    )


def _entry(record: Object) -> Object:
    if "log" not in record:
        return record
    entries = record["log"]["entries"]
    if len(entries) != 1 or not (
        isinstance(entries[0], dict) and recognises(entries[0]) and "log" not in entries[0]
    ):
        raise BadRecord(
            f"an HTTP Archive with {counted(len(entries), 'entry', 'entries')}; expected one page a message: send each of 'log.entries' by itself"
        )
    entry: Object = entries[0]
    return entry


def _is_base64(body: Fields) -> bool:
    return (body.text("encoding") or "").strip().lower() == "base64"
