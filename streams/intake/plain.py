"""Bytes of a page as they are, with what is known of it in Kafka headers: ``url``, ``content-type``, and any of ``id``,
``status``, ``final-url``, ``fetched-at``, ``encoding``. Other headers are carried through as attrs."""

from __future__ import annotations

from streams.errors import BadRecord
from streams.intake import fields
from streams.records import Message, RawPage

_OWN = frozenset(["url", "content-type", "id", "status", "final-url", "fetched-at", "encoding"])

_OURS = "crawlmill-"  # headers that the mill puts on messages itself


def recognises(message: Message) -> bool:
    """Whether a message is one: its headers say where it is from, and do not say that it is a record."""
    names = {name.lower(): value for name, value in message.headers}
    return "url" in names and not names.get("content-type", b"").startswith(b"application/json")


def read(message: Message) -> RawPage:
    """The page. Raises :class:`BadRecord` for headers that are not what they should be."""
    said = {name.lower(): value.decode("utf-8", "replace") for name, value in message.headers}
    url = said.get("url", "").strip()
    if not url:
        raise BadRecord("header 'url' is empty")
    content = message.value or b""
    content_type = said.get("content-type")
    kind = (content_type or "").partition(";")[0].strip().lower()
    fetched_at = fields.time(said.get("fetched-at"))
    return RawPage(
        id=said.get("id") or fields.identity(url, fetched_at, content),
        url=url,
        content=content,
        form={"text/plain": "text", "text/html": "html"}.get(kind, "unknown"),
        final_url=said.get("final-url"),
        status=fields.whole({"status": said.get("status")}, "status"),
        fetched_at=fetched_at,
        content_type=content_type,
        encoding=said.get("encoding"),
        shape="plain",
        attrs={
            name: value for name, value in said.items() if name not in _OWN and not name.startswith(_OURS)
        },
    )
