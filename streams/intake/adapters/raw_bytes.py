"""Bytes of a page as they are, with what is known of it in Kafka headers: ``url``, ``content-type``, and any of ``id``,
``status``, ``final-url``, ``fetched-at``, ``encoding``. Other headers are carried through as attrs."""

from __future__ import annotations

import enum

from streams.intake import identity
from streams.intake.adapters.native import form_of
from streams.intake.fields import Fields
from streams.records import Message, RawPage

_OURS = "crawlmill-"  # headers that the mill puts on messages itself
# Types that say nothing: what producers and bridges put there by default.
_UNSAID = ("", "application/octet-stream", "binary/octet-stream", "unknown/unknown")
_OBJECT = (b"{", b"\xef\xbb\xbf{", b"{\x00", b"\x00{", b"\xff\xfe{", b"\xfe\xff\x00{")


class Says(enum.Enum):
    """What the headers of a message say that its value is."""

    PAGE = "page"
    RECORD = "record"
    NEITHER = "neither"  # there is an address, no type, and the value may be either


def says(message: Message) -> Says:
    """What a message's value is by its headers; where they leave it open, what it begins like."""
    names = {name.lower(): value for name, value in message.headers}
    if "url" not in names:
        return Says.RECORD
    kind = (names.get("content-type") or b"").decode("latin-1").partition(";")[0].strip().lower()
    if kind in ("application/json", "text/json") or kind.endswith(("+json", "jsonl", "ndjson")):
        return Says.RECORD
    begins = (message.value or b"")[:64].lstrip(b" \t\r\n")
    return Says.NEITHER if kind in _UNSAID and begins.startswith(_OBJECT) else Says.PAGE


def read(message: Message) -> RawPage:
    """The page. Raises :class:`BadRecord` for a header ``url`` that is no address."""
    said = {name.lower(): (value or b"").decode("utf-8", "replace") for name, value in message.headers}
    fields = Fields({name: value for name, value in said.items() if not name.startswith(_OURS)})
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
