"""Decoding of a response body: decompression, MIME sniffing, charset detection and HTML parsing, in this order.

The result is text with, for HTML, its tree; or the finding that the body is no page (:class:`NotAPage`).
"""

from __future__ import annotations

import re

import lxml.html
import msgspec
import numpy as np

from streams.cleaning.decode import mime
from streams.cleaning.decode.charset import Decoded, decode, repair
from streams.cleaning.decode.decompress import Oversize, decompress
from streams.cleaning.decode.html import parse_outlined
from streams.cleaning.decode.outline import Outline
from streams.records import Evidence, RawPage, Reason
from streams.wording import counted

# Characters that XML forbids (XML 1.0, section 2.2): lxml raises when text with them is moved within a tree.
_FORBIDDEN = re.compile("[\\x00-\\x08\\x0e-\\x1f\\ufffe\\uffff]")
_CHUNK = 65_536  # bytes compared at once: the results stay in the cache, and their memory is taken once
_MAX_UTF8 = 4  # bytes of a character in UTF-8, at most


class NotAPage(msgspec.Struct, frozen=True):
    """A body that cannot be a page, whatever its content says: too large, or of another type."""

    reason: Reason
    evidence: Evidence


class Body(msgspec.Struct, frozen=True):
    """A decoded body. ``tree`` and its ``outline`` are None for plain text; ``notes`` say what was guessed or replaced in
    decoding.
    """

    text: str
    tree: lxml.html.HtmlElement | None
    notes: tuple[Evidence, ...] = ()
    outline: Outline | None = None


def decode_body(page: RawPage, limit: int) -> Body | NotAPage:
    """Return the decoded body of ``page``; NotAPage above ``limit`` bytes (decompressed) and for other types than pages.

    Raises :class:`streams.errors.BadRecord` with code ``undecodable`` for a compressed body that does not decompress.
    """
    content_type = page.content_type or page.headers.get("content-type")
    decoded = _decoded(page, content_type, limit)
    if isinstance(decoded, NotAPage):
        return decoded
    notes = (Evidence(signal="charset", detail=decoded.note),) if decoded.note else ()
    text, encoded = _without_forbidden(decoded.text, decoded.utf8)
    other_type = mime.type_of_text(text, content_type)
    if other_type:
        return _not_html(other_type)
    html = mime.form_of(text, _claimed_form(page, content_type)) == "html"
    tree, outline = (html and parse_outlined(text, encoded)) or (None, None)
    return Body(text, tree, notes, outline)


def _without_forbidden(text: str, encoded: bytes | None) -> tuple[str, bytes | None]:
    """Return ``text`` with form feeds and vertical tabs as spaces, and without characters that XML forbids; and the same in UTF-8
    where ``encoded``, which is ``text`` in UTF-8, can be kept.

    Hardly any text has them. That there are none is seen at a fraction of the time that the substitution takes.
    """
    data = encoded if encoded is not None else text.encode("utf-8", "surrogatepass")
    if "\ufffe" not in text and "\uffff" not in text and not _has_controls(data):
        return text, encoded
    return _FORBIDDEN.sub("", text.replace("\f", " ").replace("\v", " ")), None


def _has_controls(data: bytes) -> bool:
    """Whether text in UTF-8 has control characters other than tabs and line ends."""
    units, found = np.frombuffer(data, np.uint8), np.empty(_CHUNK, np.bool_)
    for start in range(0, len(units), _CHUNK):
        chunk = units[start : start + _CHUNK]
        matches = found[: len(chunk)]
        controls = np.count_nonzero(np.less(chunk, ord(" "), out=matches))
        if controls != sum([np.count_nonzero(np.equal(chunk, unit, out=matches)) for unit in b"\n\t\r"]):
            return True
    return False


def _decoded(page: RawPage, content_type: str | None, limit: int) -> Decoded | NotAPage:
    """Return the text of the page: its bytes decompressed and decoded, or the crawler's string repaired."""
    if isinstance(page.content, str):
        size = len(page.content)
        if size > limit // _MAX_UTF8 and (size := len(page.content.encode("utf-8", "replace"))) > limit:
            return _too_large(Oversize(size, compressed=False), limit)
        other_type = mime.type_of_characters(page.content)
        return _not_html(other_type) if other_type else repair(page.content)
    content = decompress(page.content, limit, page.headers.get("content-encoding", ""))
    if isinstance(content, Oversize):
        return _too_large(content, limit)
    other_type = mime.type_of_bytes(content)
    return _not_html(other_type) if other_type else decode(content, content_type, page.encoding)


def _claimed_form(page: RawPage, content_type: str | None) -> str:
    """Return ``html``, ``text`` or ``unknown``: the crawler's field, else by the content type."""
    if page.form != "unknown":
        return page.form
    declared = mime.media_type(content_type)
    if declared in ("text/plain", "text/markdown"):
        return "text"
    return "html" if "html" in declared else "unknown"


def _not_html(other_type: str) -> NotAPage:
    return NotAPage(Reason.NOT_HTML, Evidence(signal="bytes", detail=f"body is: {other_type}"))


def _too_large(found: Oversize, limit: int) -> NotAPage:
    size = (
        f"more than {limit:,} bytes once unpacked" if found.compressed else f"{counted(found.size, 'byte')}"
    )
    return NotAPage(
        Reason.TOO_LARGE, Evidence(signal="size", detail=f"{size}; cleaning.max_bytes is {limit:,}")
    )
