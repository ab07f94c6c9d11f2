"""crawlmill's native record.

``{id?, url, final_url?, status?, headers?, fetched_at?, content_type?, encoding?, html | body (base64) | text, source?, attrs?}``

Other usual names of these fields (:mod:`streams.intake.names`) are accepted too.
"""

from __future__ import annotations

from streams.intake import identity, names
from streams.intake.bodies import flagged_base64, from_repr, maybe_base64
from streams.intake.fields import Fields, Object
from streams.records import RawPage

_BODIES = ("html", "text", "body")


def recognises(record: Object) -> bool:
    """Whether a record has a ``url`` and ``html``, ``text`` or ``body``."""
    return "url" in record and not isinstance(record["url"], list) and any(name in record for name in _BODIES)


def read(record: Object) -> RawPage:
    """The page. Raises :class:`BadRecord` that names the wrong field."""
    fields = Fields(record)
    url = fields.required_url("url")
    content, form = _content(fields)
    content_type = fields.text(*names.CONTENT_TYPE)
    headers = fields.headers(*names.HEADERS)
    kind = content_type or headers.get("content-type")
    if form == "unknown" and kind is not None:
        form = form_of(kind)
    fetched_at = fields.time(*names.TIME)
    own = fields.own_id("id")
    if own is not None and identity.of_record(own, url) == own:
        fields.drop("id")
    return RawPage(
        id=identity.of_content(url, fetched_at, content) if own is None else identity.of_record(own, url),
        url=url,
        content=content,
        form=form,
        final_url=fields.url(*names.FINAL_URL),
        status=fields.status(*names.STATUS),
        headers=headers,
        fetched_at=fetched_at,
        content_type=content_type,
        encoding=fields.text(*names.ENCODING),
        shape="native",
        source=fields.object("source"),
        attrs=fields.rest(),
    )


def _content(fields: Fields) -> tuple[bytes | str, str]:
    """The first body that is not blank, and its declared form: html, text or unknown."""
    found = fields.body(*_BODIES, *names.BODY)
    fields.drop(*_BODIES)
    if found is None:
        return "", "unknown"
    name, value = found
    if isinstance(value, bytes):
        return value, name if name == "html" else "unknown"
    if name == "text":
        return value, "text"
    if name == "html":
        return maybe_base64(value), "html"
    # Many crawlers put undecoded HTML into "body". Base64 has no "<", so such a body is the page itself.
    if name != "body" or "<" in value or from_repr(value) is not None:
        return maybe_base64(value), "unknown"
    return flagged_base64(value, "body"), "unknown"


def form_of(content_type: str) -> str:
    """The form that a media type declares: html, text or unknown."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return "html"
    return "text" if kind == "text/plain" else "unknown"
