"""crawlmill's own record: ``{id?, url, final_url?, status?, headers?, fetched_at?, content_type?, encoding?,
html | body (base64) | text, source?, attrs?}``."""

from __future__ import annotations

from streams.errors import BadRecord
from streams.intake import fields
from streams.intake.fields import Object
from streams.records import RawPage

_BODIES = frozenset(["html", "body", "text"])
_OWN = frozenset(
    [
        "id",
        "url",
        "final_url",
        "status",
        "headers",
        "fetched_at",
        "content_type",
        "encoding",
        "html",
        "body",
        "text",
        "source",
        "attrs",
    ]
)


def recognises(record: Object) -> bool:
    """Whether a JSON object is one: it has a ``url`` and a body field of ours."""
    return "url" in record and not isinstance(record["url"], list) and bool(record.keys() & _BODIES)


def read(record: Object) -> RawPage:
    """The page. Raises :class:`BadRecord` naming the field that is wrong."""
    url = fields.text(record, "url")
    if url is None:
        raise BadRecord("field 'url' is empty: a page without an address cannot be told from another")
    content, form = _content(record)
    content_type = fields.text(record, "content_type")
    headers = fields.headers(record.get("headers"))
    kind = content_type or headers.get("content-type")
    if form == "unknown" and kind is not None:
        form = _form(kind)
    fetched_at = fields.time(record.get("fetched_at"))
    unknown = {name: value for name, value in record.items() if name not in _OWN}
    return RawPage(
        id=_id(record) or fields.identity(url, fetched_at, content),
        url=url,
        content=content,
        form=form,
        final_url=fields.text(record, "final_url"),
        status=fields.whole(record, "status"),
        headers=headers,
        fetched_at=fetched_at,
        content_type=content_type,
        encoding=fields.text(record, "encoding"),
        shape="native",
        source=fields.mapping(record, "source"),
        attrs=fields.mapping(record, "attrs") | unknown,
    )


def _id(record: Object) -> str | None:
    value = record.get("id")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else fields.text(record, "id")


def _content(record: Object) -> tuple[bytes | str, str]:
    for name in ("html", "text"):
        value = record.get(name)
        if value is not None:
            if not isinstance(value, str):
                raise BadRecord(
                    f"field {name!r} is {fields.shown(value)}, expected a string; bytes go base64 into 'body'"
                )
            return value, name
    body = record.get("body")
    if body is None:
        return "", "unknown"
    if not isinstance(body, str):
        raise BadRecord(f"field 'body' is {fields.shown(body)}, expected base64")
    if "<" in body:
        return body, "unknown"  # not base64, which has none, but what many put there: the page itself
    return fields.flagged_base64(body, "body"), "unknown"


def _form(content_type: str) -> str:
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return "html"
    return "text" if kind == "text/plain" else "unknown"
