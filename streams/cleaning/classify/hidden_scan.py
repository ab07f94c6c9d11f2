"""Collection of what a page contains without showing it: scripts, JSON-LD, meta elements, noscript, comments, and the names by
which servers, themes and walls are told: classes and ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from streams.cleaning.decode.outline import Outline

_MAX_SCRIPT_TEXT = 8_000  # code points of inline scripts and script addresses kept
_MAX_SCRIPT = 3_000  # of one inline script
_MAX_SOURCE = 300  # of one script address
_MAX_LD = 40_000  # code points of JSON-LD searched
_MAX_META = 200  # meta elements kept
_MAX_CONTENT = 500  # code points of the content of one
_MAX_COMMENTS = 40
_MAX_COMMENT = 200  # code points of one
_MAX_TEXTS = 20  # texts of one noscript element kept
_MAX_TEXT = 500  # code points of one
_MAX_OG_TYPE = 40  # code points
_MAX_TOKENS = 6_000  # class and id names kept; bounds the cost of pages with a million attributes
_MAX_ID, _MAX_CLASSES = 80, 400  # code points kept of an id and of a class attribute
_WHOLE = ("html", "body")
_ARTICLE_TYPE = re.compile(
    r'"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"(\w{0,40}(?:Article|Posting|Report|Review|Recipe|Blog))"'
)
_NOT_FREE = re.compile(r'"isAccessibleForFree"\s{0,9}:\s{0,9}"?(?:false|no)\b', re.IGNORECASE)


class HiddenContent:
    """Accumulates the content of elements that browsers do not render, bounded in size."""

    def __init__(self) -> None:
        self.scripts = 0  # how many
        self.script_bytes = 0  # code points of their text
        self.script_text: list[str] = []
        self.noscript: list[str] = []
        self.comments: list[str] = []
        self.meta: dict[str, str] = {}  # first content by lower-case name, property or http-equiv
        self.canonical = ""  # href of the canonical link
        self.free: bool | None = None  # False if JSON-LD says that the article is not free
        self._article_types: list[str] = []
        self._kept = 0

    def declared_types(self) -> list[str]:
        """Return the article types that JSON-LD and OpenGraph declare: ``"JSON-LD NewsArticle"``, ``"og:type article"``."""
        og_type = self.meta.get("og:type", "").casefold()
        return [
            *self._article_types,
            *([f"og:type {og_type[:_MAX_OG_TYPE]}"] if "article" in og_type else []),
        ]

    def add(self, outline: Outline, at: int) -> None:
        """Collect from one element; others than script, noscript, meta, link and iframe have nothing to collect."""
        tag, own = outline.tags[at], outline.attributes[at]
        if tag == "script":
            self._add_script(outline.texts[at] or "", own)
        elif tag == "meta":
            self._add_meta(own)
        elif tag == "link":
            if not self.canonical and "canonical" in own.get("rel", "").casefold().split():
                self.canonical = own.get("href", "").strip()[:_MAX_CONTENT]
        elif tag == "noscript":
            self.noscript.extend(_first_texts(outline.elements[at].itertext(), _MAX_TEXTS))
        elif tag == "iframe":
            self._keep_script_text(own.get("src", ""))

    def add_comment(self, text: str | None) -> None:
        """Collect the beginning of a comment."""
        if len(self.comments) < _MAX_COMMENTS:
            self.comments.append((text or "").strip()[:_MAX_COMMENT])

    def _add_script(self, text: str, own: dict[str, str]) -> None:
        self.scripts += 1
        self.script_bytes += len(text)
        if "ld+json" in own.get("type", ""):
            found = _ARTICLE_TYPE.search(text[:_MAX_LD])
            if found:
                self._article_types.append(f"JSON-LD {found[1]}")
            if _NOT_FREE.search(text[:_MAX_LD]):
                self.free = False
            return
        if self._kept < _MAX_SCRIPT_TEXT:
            self._keep_script_text(own.get("src", "")[:_MAX_SOURCE])
            self._keep_script_text(text[:_MAX_SCRIPT])

    def _keep_script_text(self, text: str) -> None:
        if text and self._kept < _MAX_SCRIPT_TEXT:
            self._kept += len(text)
            self.script_text.append(text)

    def _add_meta(self, own: dict[str, str]) -> None:
        content = own.get("content")
        if content and len(self.meta) < _MAX_META:
            name = own.get("name") or own.get("property") or own.get("http-equiv") or ""
            self.meta.setdefault(name.casefold(), content[:_MAX_CONTENT])


def _first_texts(texts: Iterable[str | bytes], limit: int) -> list[str]:
    """Return the first ``limit`` texts, each on one line and cut to ``_MAX_TEXT``."""
    return [" ".join(str(text).split())[:_MAX_TEXT] for text, _ in zip(texts, range(limit), strict=False)]


def tokens_of(outline: Outline, unread: Sequence[tuple[int, int]]) -> tuple[set[str], set[str]]:
    """Return the names of html and body, and those of all else but what is in the ranges ``unread``; 6,000 of these."""
    whole = [at for tag in _WHOLE for at in _places(outline.tags, tag)]
    read = [*_between(sorted([*unread, *((at, at + 1) for at in whole)]), len(outline.tags))]
    attributes: list[dict[str, str]] = []
    for start, end in read:
        attributes += outline.attributes[start:end]
    ids = {own["id"] for own in attributes if "id" in own}
    classes = {own["class"] for own in attributes if "class" in own}
    tokens = _names(ids, classes)
    if len(tokens) > _MAX_TOKENS:
        tokens = _first(outline, read)
    of_body: set[str] = set()
    for at in whole:
        of_body |= _names_at(outline, at)
    return of_body, tokens


def _places(tags: list[str], tag: str) -> Iterator[int]:
    """Yield where ``tag`` is among ``tags``; a page has it once as a rule."""
    at = -1
    for _ in range(tags.count(tag)):
        at = tags.index(tag, at + 1)
        yield at


def _between(ranges: Sequence[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges between ``ranges``, which are sorted, up to ``size``."""
    behind = 0
    for start, end in ranges:
        if behind < start:
            yield behind, start
        behind = max(behind, end)
    if behind < size:
        yield behind, size


def _names(ids: set[str], classes: set[str]) -> set[str]:
    found = {identity[:_MAX_ID].casefold() for identity in ids if identity}
    found.update(" ".join([written[:_MAX_CLASSES] for written in classes]).casefold().split())
    return found


def _names_at(outline: Outline, at: int) -> set[str]:
    own = outline.attributes[at]
    return _names({own.get("id", "")}, {own.get("class", "")})


def _first(outline: Outline, read: Sequence[tuple[int, int]]) -> set[str]:
    """Return the names of the first elements, until there are enough."""
    found: set[str] = set()
    for start, end in read:
        for at in range(start, end):
            if len(found) >= _MAX_TOKENS:
                return found
            if outline.attributes[at]:
                found |= _names_at(outline, at)
    return found
