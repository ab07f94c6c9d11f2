"""The type of what a page's body holds, by its bytes, as cleaning tells pages from other content."""

from __future__ import annotations

import enum

from streams import intake
from streams.cleaning.decode import mime
from streams.cleaning.decode.decompress import Oversize, decompress
from streams.errors import BadRecord
from streams.records import MAX_PAGE_BYTES, Message, RawPage

_HEAD = 60_000  # bytes of a body that are looked at, as many as mime.form_of looks at


class ContentType(enum.StrEnum):
    """What a body holds."""

    HTML = "html"
    TEXT = "text"
    PDF = "pdf"
    IMAGE = "image"
    MEDIA = "media"  # sound or video
    DOCUMENT = "document"  # of office programs, also packed as ZIP
    XML = "xml"  # feeds, sitemaps and other XML that is no page
    JSON = "json"
    OTHER = "other"  # fonts, programs, style sheets ...
    EMPTY = "empty"
    UNREADABLE = "unreadable"  # no record that intake reads, or a body that does not unpack


# Words in the names of data/bytes.toml, the first that occurs.
_WORDS = (
    ("xml", ContentType.XML),
    ("rss", ContentType.XML),
    ("atom", ContentType.XML),
    ("pdf", ContentType.PDF),
    ("office", ContentType.DOCUMENT),
    ("document", ContentType.DOCUMENT),
    ("postscript", ContentType.DOCUMENT),
    ("image", ContentType.IMAGE),
    ("icon", ContentType.IMAGE),
    ("sound", ContentType.MEDIA),
    ("video", ContentType.MEDIA),
    ("media", ContentType.MEDIA),
    ("json", ContentType.JSON),
)


def type_of(message: Message) -> ContentType:
    """Return the type of the page in a message."""
    try:
        page = intake.read(message)
        content = page.content
        if isinstance(content, bytes):
            unpacked = decompress(content, MAX_PAGE_BYTES, page.headers.get("content-encoding", ""))
            content = content if isinstance(unpacked, Oversize) else unpacked
    except BadRecord:
        return ContentType.UNREADABLE
    return _type(page, content)


def named(name: str) -> ContentType:
    """Return the type for a name of :mod:`streams.cleaning.decode.mime`, such as ``"PNG image"``."""
    words = name.lower()
    return next((kind for word, kind in _WORDS if word in words), ContentType.OTHER)


def _type(page: RawPage, content: bytes | str) -> ContentType:
    if not content.strip():
        return ContentType.EMPTY
    declared = page.content_type or page.headers.get("content-type")
    if isinstance(content, bytes):
        other = mime.type_of_bytes(content)
        # Markup is ASCII in nearly every charset; without zeros that of UTF-16 and UTF-32 is, too.
        text = content[:_HEAD].replace(b"\0", b"").decode("latin-1").removeprefix("\xef\xbb\xbf")
    else:
        other = mime.type_of_characters(content)
        text = content[:_HEAD]
    other = other or mime.type_of_text(text, declared)
    if other:
        return named(other)
    form = page.form if page.form != "unknown" else mime.media_type(declared)
    return ContentType(
        mime.form_of(text, "text" if form in ("text", "text/plain", "text/markdown") else form)
    )
