"""From bytes to text. The bytes decide: what is declared is tried only where they leave it open.

The order: a byte order mark; valid UTF-8, whatever is declared (other charsets hardly ever are, by chance); UTF-16
by its zeros; the charset that the HTTP header, the crawler or the page declares, with labels read as browsers read
them (WHATWG Encoding Standard); detection by charset-normalizer; windows-1252, which decodes anything.
"""

from __future__ import annotations

import codecs
import re

import msgspec
from charset_normalizer import from_bytes

from streams.cleaning.data import table

_MARKS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF32_LE, "utf_32_le"),
    (codecs.BOM_UTF32_BE, "utf_32_be"),
    (codecs.BOM_UTF16_LE, "utf_16_le"),
    (codecs.BOM_UTF16_BE, "utf_16_be"),
)
_META = re.compile(
    rb"""<meta[^>]{0,300}?charset\s{0,5}=\s{0,5}["']?\s{0,5}([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE
)
_XML = re.compile(
    rb"""<\?xml[^>]{0,100}?encoding\s{0,5}=\s{0,5}["']([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE
)
_HEADER = re.compile(r"""charset\s{0,5}=\s{0,5}["']?\s{0,5}([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE)
_META_WINDOW = 4_096  # bytes searched for a declaration: four times what browsers search, for late ones
_SAMPLE = 20_000  # bytes given to detection, of which the ASCII part says nothing
_STRAY_SHARE = 0.02  # of characters outside ASCII that may be broken in a text that still counts as UTF-8
_STRANGE_SHARE = 0.35  # of letters outside ASCII, above which windows-1252 is taken for a mistaken label
_HIGH = re.compile(rb"[\x80-\xff]")
_HIGH_LATIN = re.compile("[\u00c0-\u00ff]")
_LETTER = re.compile("[A-Za-z\u00c0-\u00ff]")


class Decoded(msgspec.Struct, frozen=True):
    """Text, the codec that gave it, and a note where something was guessed or replaced."""

    text: str
    encoding: str
    note: str | None = None


def decode(content: bytes, content_type: str | None = None, encoding: str | None = None) -> Decoded:
    """The text of a body. Never raises: bytes that fit nowhere become U+FFFD, and ``note`` says so."""
    for mark, codec in _MARKS:
        if content.startswith(mark):
            text = content[len(mark) :].decode(codec, "replace")
            return Decoded(text, codec, _losses(text, codec))
    utf8 = _as_utf8(content)
    if utf8 is not None:
        return utf8
    wide = _as_utf16(content)
    if wide is not None:
        return wide
    for label in _declared(content, content_type, encoding):
        codec = codec_of(label)
        strict = _strictly(content, codec)
        if strict is not None and not (codec == "cp1252" and _looks_strange(strict)):
            return Decoded(strict, codec)
    return _guess(content)


def mend(text: str) -> str:
    """A string that a crawler decoded, with surrogate pairs joined and lone surrogates replaced."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def codec_of(label: str) -> str:
    """Python's name of the codec that a charset label means to a browser; empty for an unknown label."""
    name = label.strip().strip("\"'").lower()
    name = table("bytes")["labels"].get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not found._is_text_encoding or found.name in (
        "utf-7",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
    ):
        return ""
    return "cp1252" if found.name in ("iso8859-1", "ascii") else found.name


def _as_utf8(content: bytes) -> Decoded | None:
    """UTF-8, also when the end was cut off inside a character or a few bytes in a long text are stray."""
    try:
        return Decoded(content.decode("utf-8"), "utf_8")
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 3 and error.start > 0:
            return Decoded(content[: error.start].decode("utf-8"), "utf_8")
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(not c.isascii() for c in text) - broken
    if broken <= _STRAY_SHARE * whole:
        return Decoded(text, "utf_8", f"UTF-8 with {broken} broken characters among {whole} outside ASCII")
    return None


def _as_utf16(content: bytes) -> Decoded | None:
    head = content[:2_000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) < 4 or max(even, odd) < 0.2 * len(head) or min(even, odd) > 0.02 * len(head):
        return None
    codec = "utf_16_le" if odd > even else "utf_16_be"
    text = content.decode(codec, "replace")
    return Decoded(text, codec, f"no byte order mark; {codec} by its zero bytes")


def _declared(content: bytes, content_type: str | None, encoding: str | None) -> list[str]:
    """Charset labels in the order in which they are believed.

    Servers send latin-1 by default, not by knowledge: where the page itself names another charset, that one goes first.
    """
    header = _HEADER.search(content_type or "")
    head = content[:_META_WINDOW]
    page = _XML.match(head) or _META.search(head)
    labels = [header[1] if header else None, encoding, page[1].decode("ascii") if page else None]
    known = [label for label in labels if label and codec_of(label)]
    return sorted(known, key=lambda label: codec_of(label) == "cp1252")


def _strictly(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        near_end = error.start >= len(content) - 3
        return content[: error.start].decode(codec, "replace") if near_end else None


def _looks_strange(text: str) -> bool:
    """Western text is mostly ASCII letters; Cyrillic or Greek bytes read as windows-1252 are not."""
    visible = re.sub(r"<[^<>]{0,2000}>", " ", text[:200_000])
    high = len(_HIGH_LATIN.findall(visible))
    return high > 20 and high > _STRANGE_SHARE * len(_LETTER.findall(visible))


def _guess(content: bytes) -> Decoded:
    best = from_bytes(_telling(content), cp_exclusion=["utf_7", "cp037", "cp500", "cp1026", "cp1140"]).best()
    if best is not None:
        codec = codec_of(best.encoding)
        text = _strictly(content, codec) if codec else None
        if text is None and codec:
            text = content.decode(codec, "replace")
        if text is not None:
            return Decoded(text, codec, f"charset {codec} detected, none usable was declared")
    text = content.decode("cp1252", "replace")
    return Decoded(text, "cp1252", "charset unknown, read as windows-1252 with replacements")


def _telling(content: bytes) -> bytes:
    """A bounded sample from where the bytes outside ASCII are."""
    first = _HIGH.search(content)
    start = max(0, first.start() - 200) if first else 0
    return content[start : start + _SAMPLE]


def _losses(text: str, codec: str) -> str | None:
    broken = text.count("\ufffd")
    return f"{broken} characters broken in {codec}" if broken else None
