"""From a raw page to its text, its form, and, for HTML, its tree; or to what it is instead of a page."""

from __future__ import annotations

import re

import lxml.html
import msgspec

from streams.cleaning.decode import mime
from streams.cleaning.decode.charset import decode, mend
from streams.cleaning.decode.decompress import Oversize, unpack
from streams.cleaning.decode.html import parse
from streams.records import Evidence, RawPage, Reason

# No XML text may hold them (XML 1.0, section 2.2), and lxml refuses to move them about in a tree that has them.
_UNSPEAKABLE = re.compile("[\\x00-\\x08\\x0e-\\x1f\\ufffe\\uffff]")


class Unfit(msgspec.Struct, frozen=True):
    """A body that is no page, for a reason that needs no look at what it says."""

    reason: Reason
    evidence: Evidence


class Body(msgspec.Struct, frozen=True):
    """A decoded body. ``tree`` is None for plain text."""

    text: str
    tree: lxml.html.HtmlElement | None
    notes: tuple[Evidence, ...] = ()


def open_body(page: RawPage, limit: int) -> Body | Unfit:
    """The body of ``page``, at most ``limit`` bytes unpacked.

    Raises :class:`streams.errors.BadRecord` with code ``undecodable`` for a compressed body that does not unpack.
    """
    content_type = page.content_type or page.headers.get("content-type")
    notes: tuple[Evidence, ...] = ()
    if isinstance(page.content, bytes):
        content = unpack(page.content, limit, page.headers.get("content-encoding", ""))
        if isinstance(content, Oversize):
            return _too_large(content, limit)
        foreign = mime.foreign_bytes(content)
        if foreign:
            return Unfit(Reason.NOT_HTML, Evidence(signal="bytes", detail=f"body is: {foreign}"))
        decoded = decode(content, content_type, page.encoding)
    else:
        size = len(page.content)
        if size > limit // 4 and (size := len(page.content.encode("utf-8", "replace"))) > limit:
            return _too_large(Oversize(size, packed=False), limit)
        foreign = mime.foreign_characters(page.content)
        if foreign:
            return Unfit(Reason.NOT_HTML, Evidence(signal="bytes", detail=f"body is: {foreign}"))
        decoded = mend(page.content)
    text = decoded.text
    if decoded.note:
        notes = (Evidence(signal="charset", detail=decoded.note),)
    text = _UNSPEAKABLE.sub("", text.replace("\f", " ").replace("\v", " "))
    foreign = mime.foreign_text(text, content_type)
    if foreign:
        return Unfit(Reason.NOT_HTML, Evidence(signal="bytes", detail=f"body is: {foreign}"))
    tree = parse(text) if mime.form_of(text, _claimed(page, content_type)) == "html" else None
    return Body(text, tree, notes)


def _claimed(page: RawPage, content_type: str | None) -> str:
    """What form the page claims to have."""
    if page.form != "unknown":
        return page.form
    declared = (content_type or "").partition(";")[0].strip().lower()
    return (
        "text" if declared in ("text/plain", "text/markdown") else "html" if "html" in declared else "unknown"
    )


def _too_large(found: Oversize, limit: int) -> Unfit:
    size = f"more than {limit:,} bytes once unpacked" if found.packed else f"{found.size:,} bytes"
    return Unfit(Reason.TOO_LARGE, Evidence(signal="size", detail=f"{size}; cleaning.max_bytes is {limit:,}"))
