"""Messages whose value is the page itself, described by Kafka headers.

The headers are ``url`` (required), ``content-type``, ``id``, ``status``, ``final-url``, ``fetched-at`` and ``encoding``. Others
become ``attrs``.
"""

from __future__ import annotations

import enum

from streams.intake import identity
from streams.intake.adapters.native import form_of
from streams.intake.fields import Fields
from streams.records import Message, RawPage

_OWN_PREFIX = "crawlmill-"  # of headers that crawlmill adds itself
# Content types without information: defaults of producers and bridges.
_UNSPECIFIC = ("", "application/octet-stream", "binary/octet-stream", "unknown/unknown")
# Beginnings of a JSON object in UTF-8 and UTF-16, without and with a byte order mark.
_OBJECT_STARTS = (b"{", b"\xef\xbb\xbf{", b"{\x00", b"\x00{", b"\xff\xfe{", b"\xfe\xff\x00{")


class ValueKind(enum.Enum):
    """What the value of a message is, by its headers."""

    PAGE = "page"
    RECORD = "record"
    UNKNOWN = "unknown"  # a header "url" but no content type, and the value begins like a JSON object


def declared_kind(message: Message) -> ValueKind:
    """The kind of a message's value by its headers; without a content type, by its first bytes."""
    names = {name.lower(): value for name, value in message.headers}
    if "url" not in names:
        return ValueKind.RECORD
    kind = (names.get("content-type") or b"").decode("latin-1").partition(";")[0].strip().lower()
    if kind in ("application/json", "text/json") or kind.endswith(("+json", "jsonl", "ndjson")):
        return ValueKind.RECORD
    start = (message.value or b"")[:64].lstrip(b" \t\r\n")
    undeclared = kind in _UNSPECIFIC and start.startswith(_OBJECT_STARTS)
    return ValueKind.UNKNOWN if undeclared else ValueKind.PAGE


def read(message: Message) -> RawPage:
    """The page. Raises :class:`BadRecord` for an empty or overlong header ``url``."""
    headers = {name.lower(): (value or b"").decode("utf-8", "replace") for name, value in message.headers}
    fields = Fields({name: value for name, value in headers.items() if not name.startswith(_OWN_PREFIX)})
    url = fields.required_url("url")
    content = message.value or b""
    content_type = fields.text("content-type")
    fetched_at = fields.time("fetched-at")
    own = fields.own_id("id")
    if own is not None and identity.of_record(own, url) == own:
        fields.drop("id")
    return RawPage(
        id=identity.of_content(url, fetched_at, content) if own is None else identity.of_record(own, url),
        url=url,
        content=content,
        form=form_of(content_type or ""),
        final_url=fields.url("final-url"),
        status=fields.status("status"),
        fetched_at=fetched_at,
        content_type=content_type,
        encoding=fields.text("encoding"),
        shape="plain",
        attrs=fields.rest(),
    )
