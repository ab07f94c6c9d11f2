"""Charset labels: their codecs by the WHATWG Encoding Standard, and their extraction from HTTP headers and pages."""

from __future__ import annotations

import functools
import re

from webencodings.labels import LABELS

# Python's codecs for the encodings of the Encoding Standard (chapter 4) that have another name there. GBK is decoded as its
# superset, as the standard does. "replacement" and "x-user-defined" are omitted: neither is a charset of text.
_CODECS = {
    "utf-8": "utf_8",
    "utf-16le": "utf_16_le",
    "utf-16be": "utf_16_be",
    "ibm866": "cp866",
    "iso-8859-8-i": "iso8859_8",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "windows-874": "cp874",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "shift_jis": "cp932",
    "euc-kr": "cp949",
}
_NOT_TEXT = frozenset(("replacement", "x-user-defined"))
# Labels of crawlers and old servers that the standard lacks: Python's codec names, and common misspellings.
_OTHER_NAMES = {
    "big5hkscs": "big5",
    "cp874": "windows-874",
    "cp932": "shift_jis",
    "cp936": "gbk",
    "cp949": "euc-kr",
    "cp950": "big5",
    "cp1361": "euc-kr",
    "eucjp": "euc-jp",
    "euckr": "euc-kr",
    "gb18030_2000": "gb18030",
    "koi8": "koi8-r",
    "latin_1": "windows-1252",
    "uft8": "utf-8",
    "utf": "utf-8",
    "utf8mb4": "utf-8",
    "utf8bom": "utf-8",
    "utf8sig": "utf-8",
    "utf32": "utf-32",
}
_UTF32 = {"utf-32": "utf_32_le", "utf-32le": "utf_32_le", "utf-32be": "utf_32_be"}
_MAX_LABEL = 60  # characters; the longest label of the standard has 19
_PUNCTUATION = re.compile(r"[^a-z0-9]+")

_HEADER = re.compile(r"""charset\s{0,5}=\s{0,5}["']?\s{0,5}([^\s"';,]{2,60})""", re.IGNORECASE)
# A meta element; or a comment, script, style, title or textarea, whose content declares nothing. Possessive and without
# required ends, so that a search takes linear time.
_MARKUP = re.compile(
    rb"""
    <(?: !--(?:-?>|(?:[^-]++|-(?!->))*+(?:-->)?)
    | (?:script|style|title|textarea)(?=[\s/>])[^>]*+>(?:[^<]++|<(?!/(?:script|style|title|textarea)[\s/>]))*+
    | meta(?=[\s/])(?P<meta>(?:"[^"]*+"|'[^']*+'|[^>"'])*+) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    rb"""([A-Za-z][A-Za-z\-]{0,20})\s{0,20}=\s{0,20}(?:"([^"]{0,500})"|'([^']{0,500})'|([^\s"'>]{1,500}))"""
)
_IN_CONTENT = re.compile(rb"""charset\s{0,5}=\s{0,5}["']?\s{0,5}([^\s"';,]{2,60})""", re.IGNORECASE)
_XML = re.compile(
    rb"""\s{0,20}<\?xml\s[^>]{0,200}?encoding\s{0,5}=\s{0,5}["']([^"'\s]{2,60})["']""", re.IGNORECASE
)
# Bytes searched. Browsers prescan 1,024 bytes and parse anew on a later declaration; 1 MB covers heads full of scripts.
_WINDOW = 1_000_000


@functools.lru_cache(maxsize=1_000)
def codec_of(label: str) -> str:
    """Return the Python codec for a charset label as browsers interpret it; empty for an unknown label.

    Case, quotation marks and punctuation are ignored; Python's codec names are labels, too.

    >>> codec_of("ISO-8859-1"), codec_of("gb2312"), codec_of("utf-7"), codec_of("undefined")
    ('cp1252', 'gb18030', '', '')
    """
    name = label[:_MAX_LABEL].strip(" \t\n\r\f\"';,").lower()
    bare = _PUNCTUATION.sub("", name)
    known = LABELS.get(name) or _by_bare_name().get(bare)
    if known is None or known in _NOT_TEXT:
        return ""
    return (
        _UTF32.get(known)
        or _CODECS.get(known)
        or known.replace("iso-", "iso").replace("windows-", "cp").replace("-", "_")
    )


@functools.cache
def _by_bare_name() -> dict[str, str]:
    """Return encoding names by label without punctuation (``windows1251``, ``shiftjis``), also with ``win`` or ``cp`` for
    ``windows``.
    """
    names = {_PUNCTUATION.sub("", label): name for label, name in LABELS.items()}
    for name in set(LABELS.values()):
        names.setdefault(_PUNCTUATION.sub("", name), name)
        if name.startswith("windows-"):
            number = name.removeprefix("windows-")
            for prefix in ("win", "cp", "ms", "ansi"):
                names.setdefault(prefix + number, name)
        elif name.startswith("iso-8859-"):
            names.setdefault("iso" + name.removeprefix("iso-8859-"), name)
    names.update({_PUNCTUATION.sub("", label): name for label, name in _OTHER_NAMES.items()})
    names.update({_PUNCTUATION.sub("", label): label for label in _UTF32})
    return names


def label_in_header(content_type: str | None) -> str | None:
    """Return the charset label in a ``content-type`` header, known or not; None if there is none."""
    found = _HEADER.search((content_type or "")[:2_000])
    return found[1] if found else None


def label_in_page(content: bytes) -> str | None:
    """Return the first known label in the page's XML declaration or meta elements; None if there is none.

    A declaration of UTF-16 or UTF-32 that is readable as ASCII cannot be true, and means UTF-8 (HTML standard, section
    13.2.3.2).
    """
    found = _XML.match(content[:400])
    labels = [found[1]] if found else []
    for markup in _MARKUP.finditer(content[:_WINDOW]):
        if markup["meta"] and b"charset" in markup["meta"].lower():
            labels.extend(_of_meta(markup["meta"]))
            if labels and codec_of(labels[-1].decode("ascii", "replace")):
                break
    for label in labels:
        name = label.decode("ascii", "replace")
        codec = codec_of(name)
        if codec:
            return "utf-8" if codec.startswith(("utf_16", "utf_32")) else name
    return None


def _of_meta(attributes: bytes) -> list[bytes]:
    """Return the label in a meta element: its ``charset``, or that in ``content`` beside ``http-equiv=content-type``."""
    named = {m[1].lower(): m[2] or m[3] or m[4] or b"" for m in _ATTRIBUTE.finditer(attributes[:3_000])}
    if b"charset" in named:
        return [named[b"charset"]]
    pragma = named.get(b"http-equiv", b"").strip().lower()
    found = (
        _IN_CONTENT.search(named.get(b"content", b"")) if pragma in (b"content-type", b"charset") else None
    )
    return [found[1]] if found else []
