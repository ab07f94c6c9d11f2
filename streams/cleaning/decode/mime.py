"""What a body is, by its bytes: no page at all, HTML, or plain text. What was declared is a hint."""

from __future__ import annotations

import functools
import re
from typing import Literal

from streams.cleaning.data import table
from streams.cleaning.decode.charset_codecs import by_zeros

Form = Literal["html", "text"]

_WINDOW = 1_445  # bytes: the resource header of the WHATWG MIME Sniffing Standard, section 5.2
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")  # without ESC, of which ISO-2022 charsets are full
_CONTROL_CHARACTER = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
# Of control bytes: UTF-16 text, which has half, is known before by its byte order mark or zeros. Zeros also stand in pages
# that programs in C wrote; random bytes have a tenth of other controls, of which no charset's text has any.
_BINARY_SHARE = 0.1
_RANDOM_SHARE = 0.05
_PREAMBLE = re.compile(
    r"(?:\s|\ufeff|\x00|<\?[^>]{0,500}>|<!--(?:(?!-->).){0,2000}-->|<!doctype[^>]{0,500}>)*+", re.I | re.S
)
_TAG = re.compile(r"<([a-z!?/][a-z0-9:\-]{0,40})(?=[\s/>])", re.I)
_CLOSING = re.compile(
    r"</(?:p|div|a|span|html|body|head|title|h[1-6]|li|ul|td|tr|table|script|article|section)\s*>", re.I
)
_LINE_BREAK = re.compile(r"<(?:p|br|hr)\s*/?>", re.I)


@functools.cache
def _signatures() -> tuple[tuple[str, re.Pattern[bytes]], ...]:
    def pattern(digits: str) -> re.Pattern[bytes]:
        parts = [b"." if byte == ".." else re.escape(bytes.fromhex(byte)) for byte in digits.split()]
        return re.compile(b"".join(parts), re.DOTALL)

    return tuple((row["name"], pattern(row["hex"])) for row in table("bytes")["signature"])


@functools.cache
def _names(key: str) -> frozenset[str]:
    return frozenset(table("bytes")["markup"][key])


def foreign_bytes(content: bytes) -> str | None:
    """What the bytes are, where they are no text at all: ``"PDF"``, ``"PNG image"`` ... None for text."""
    head = content[:_WINDOW].lstrip(b"\t\n\x0c\r ")
    for name, signature in _signatures():
        if signature.match(head):
            return name
    controls = len(_CONTROL.findall(head))
    others = controls - head.count(0)
    many = controls > _BINARY_SHARE * len(head) or others > _RANDOM_SHARE * len(head)
    if many and not _wide(head):
        return f"binary data ({controls} control bytes in the first {len(head)})"
    return None


def foreign_characters(text: str) -> str | None:
    """The same for what a crawler decoded though it was no text: compressed and random bytes show by their controls."""
    head = text[:_WINDOW]
    controls = len(_CONTROL_CHARACTER.findall(head))
    if controls > _RANDOM_SHARE * len(head):
        return f"binary data, decoded ({controls} control characters in the first {len(head)})"
    return None


def _wide(head: bytes) -> bool:
    """Text in two or four bytes a character: a byte order mark, or zeros in the same places of each."""
    return head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:4] == b"\0\0\xfe\xff" or by_zeros(head) != ""


def foreign_text(text: str, content_type: str | None) -> str | None:
    """What decoded text is, where it is no page: a feed, a sitemap, JSON, a style sheet. None for a page."""
    head = text[:20_000]
    name = _first_tag(head)
    if name in _names("foreign_roots"):
        return f"XML document with root <{name}>"
    declared = (content_type or "").partition(";")[0].strip().lower()
    if declared in _names("foreign_types") and name not in _names("page_starts"):
        return f"declared {declared}, and not contradicted by its text"
    for form, signature in (
        ("PDF", "%PDF-"),
        ("PNG image", "\x89PNG"),
        ("PNG image", "\ufffdPNG"),
        ("ZIP archive", "PK\x03\x04"),
    ):
        if head.startswith(signature):  # a body that the crawler decoded though it was no text
            return form
    return None


def form_of(text: str, declared: str) -> Form:
    """``"html"`` or ``"text"``. ``declared`` is what the crawler or the header says: ``html``, ``text`` or ``unknown``."""
    head = text[:60_000]
    start = _PREAMBLE.match(head)
    if start and "!doctype" in start[0].lower():
        return "html"
    name = _first_tag(head)
    if name in _names("page_starts"):
        return "html"
    closings = len(_CLOSING.findall(head))
    if declared == "text":  # a text about HTML shows some tags; a page taken for text is full of them
        return "html" if closings > 5 and closings * 400 > len(head) else "text"
    return "html" if closings or _LINE_BREAK.search(head) else "text"


def _first_tag(head: str) -> str:
    """The name of the element the text begins with, in lower case; empty where it begins with anything else."""
    start = _PREAMBLE.match(head)
    tag = _TAG.match(head, start.end() if start else 0)
    return tag[1].lower() if tag else ""
