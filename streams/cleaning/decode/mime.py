"""MIME sniffing: whether a body is HTML, plain text or another type, by its content; the declared type is a hint.

After the WHATWG MIME Sniffing Standard, with the signatures and element names of ``data/bytes.toml``.
"""

from __future__ import annotations

import functools
import re
from typing import Literal

from streams.cleaning.data import table
from streams.cleaning.decode.charset_codecs import codec_by_zeros

Form = Literal["html", "text"]

_WINDOW = 1_445  # bytes: the resource header of the WHATWG MIME Sniffing Standard, section 5.2
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # without ESC, which ISO-2022 charsets use
_CONTROL_CHARACTER = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
# Shares of control bytes from which a body is binary: all of them, and those other than NUL. UTF-16 text, half NUL, is
# recognised before. Pages written by C programs contain NULs, too; a tenth of random bytes are other controls, which text
# in no charset contains.
_BINARY_SHARE = 0.1
_NOT_NUL_SHARE = 0.05
_PREAMBLE = re.compile(
    r"(?:\s|\ufeff|\x00|<\?[^>]{0,500}>|<!--(?:(?!-->).){0,2000}-->|<!doctype[^>]{0,500}>)*+", re.I | re.S
)
_TAG = re.compile(r"<([a-z!?/][a-z0-9:\-]{0,40})(?=[\s/>])", re.I)
_CLOSING = re.compile(
    r"</(?:p|div|a|span|html|body|head|title|h[1-6]|li|ul|td|tr|table|script|article|section)\s*>", re.I
)
# Binary files that a crawler decoded as text, as they then begin.
_DECODED_SIGNATURES = (
    ("PDF", "%PDF-"),
    ("PNG image", "\x89PNG"),
    ("PNG image", "\ufffdPNG"),
    ("ZIP archive", "PK\x03\x04"),
)
_TYPE_WINDOW = 20_000  # characters searched for the root element of another XML type
_FORM_WINDOW = 60_000  # characters searched for tags
_MANY_TAGS = 5  # end tags above which text declared plain may be HTML
_TAG_DISTANCE = 400  # characters per end tag, at most, for it to be HTML
_LINE_BREAK = re.compile(r"<(?:p|br|hr)\s*/?>", re.I)


@functools.cache
def _signatures() -> tuple[tuple[str, re.Pattern[bytes]], ...]:
    def pattern(digits: str) -> re.Pattern[bytes]:
        parts = [b"." if byte == ".." else re.escape(bytes.fromhex(byte)) for byte in digits.split()]
        return re.compile(b"".join(parts), re.DOTALL)

    return tuple((row["name"], pattern(row["hex"])) for row in table("bytes")["signature"])


@functools.cache
def _names(key: str) -> frozenset[str]:
    """Return the element names or media types under ``key``."""
    return frozenset(table("bytes")["markup"][key])


def type_of_bytes(content: bytes) -> str | None:
    """Return the type of bytes that are no text: ``"PDF"``, ``"PNG image"``, ``"binary data (...)"``; None for text."""
    head = content[:_WINDOW].lstrip(b"\t\n\x0c\r ")
    for name, signature in _signatures():
        if signature.match(head):
            return name
    controls = len(_CONTROL.findall(head))
    others = controls - head.count(0)
    many = controls > _BINARY_SHARE * len(head) or others > _NOT_NUL_SHARE * len(head)
    if many and not _is_utf16_or_32(head):
        return f"binary data ({controls} control bytes in the first {len(head)})"
    return None


def type_of_characters(text: str) -> str | None:
    """Return ``"binary data, decoded (...)"`` for a string that a crawler decoded from binary data; None for text."""
    head = text[:_WINDOW]
    controls = len(_CONTROL_CHARACTER.findall(head))
    if controls > _NOT_NUL_SHARE * len(head):
        return f"binary data, decoded ({controls} control characters in the first {len(head)})"
    return None


def _is_utf16_or_32(head: bytes) -> bool:
    """Whether the bytes are text in UTF-16 or UTF-32, by a byte order mark or by their zero bytes."""
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:4] == b"\0\0\xfe\xff" or codec_by_zeros(head) != ""


def type_of_text(text: str, content_type: str | None) -> str | None:
    """Return the type of decoded text that is no page: a feed, a sitemap, JSON, a style sheet; None for a page."""
    head = text[:_TYPE_WINDOW]
    name = _first_tag(head)
    if name in _names("foreign_roots"):
        return f"XML document with root <{name}>"
    declared = media_type(content_type)
    if declared in _names("foreign_types") and name not in _names("page_starts"):
        return f"declared {declared}, and not contradicted by its text"
    return next((name for name, signature in _DECODED_SIGNATURES if head.startswith(signature)), None)


def media_type(content_type: str | None) -> str:
    """Return the media type of a ``content-type`` header in lower case, without parameters.

    >>> media_type("Text/HTML; charset=utf-8"), media_type(None)
    ('text/html', '')
    """
    return (content_type or "").partition(";")[0].strip().lower()


def form_of(text: str, declared: str) -> Form:
    """Return ``"html"`` or ``"text"``; ``declared`` is what the crawler or header says: ``html``, ``text`` or ``unknown``."""
    head = text[:_FORM_WINDOW]
    start = _PREAMBLE.match(head)
    if start and "!doctype" in start[0].lower():
        return "html"
    name = _first_tag(head)
    if name in _names("page_starts"):
        return "html"
    closings = len(_CLOSING.findall(head))
    if declared == "text":  # a text about HTML contains some tags; a page declared as text is full of them
        return "html" if closings > _MANY_TAGS and closings * _TAG_DISTANCE > len(head) else "text"
    return "html" if closings or _LINE_BREAK.search(head) else "text"


def _first_tag(head: str) -> str:
    """Return the lower-case name of the tag that the text begins with; empty if it begins with anything else."""
    start = _PREAMBLE.match(head)
    tag = _TAG.match(head, start.end() if start else 0)
    return tag[1].lower() if tag else ""
