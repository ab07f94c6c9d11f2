"""The text blocks of a content root: paragraphs, headings, list items and table rows, without embedded boilerplate.

Skipped subtrees (by tag, hidden style, class or id) are listed in ``data/markup``; link lists and repeated passages are
removed afterwards.
"""

from __future__ import annotations

import functools
import itertools
import re

import msgspec
from lxml import etree

from streams.cleaning.data import table

_BLOCKS = frozenset(table("elements")["blocks"])
_KEPT = frozenset(
    ("p", "blockquote", "a", "b", "strong", "em", "i", "br", "li", "td", "tr", "th")
)  # their class names mostly describe style, so only a shorter list of names excludes them
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6", "h1"))
_FIGURED = (
    "table",
    "blockquote",
    "pre",
    "code",
    "ul",
    "ol",
)  # a figure that contains one of these holds text, not only a picture
_MOST = 0.45  # share of the root's text; a larger subtree is never skipped, whatever its name
_TEASERS = 0.6  # nested <article> elements below this share of _MOST are teasers for other articles
_LINKS_LINE = 0.8  # link share above which a block of any length is a list of links
_LINKS_SHORT = 0.6  # the same for a block shorter than _SHORT, or one that is not a paragraph
_SHORT = 80  # code points
_LINKS_LIST = 0.7  # link share above which a whole list is dropped
_PASSAGE = 3  # distinct consecutive paragraphs that must repeat to count as a copied passage
_HIDDEN = re.compile(r"display\s?:\s?none|visibility\s?:\s?hidden", re.IGNORECASE)

Element = etree._Element


class Block(msgspec.Struct, frozen=True):
    """A paragraph, heading, list item or table row.

    ``kind`` is its tag; ``linked`` is the share of its text inside links, 0 to 1.
    """

    kind: str
    text: str
    linked: float


@functools.cache
def _skipped_tags() -> frozenset[str]:
    return frozenset(table("markup")["skipped_tags"])


@functools.cache
def _skipped_names() -> re.Pattern[str]:
    markup = table("markup")
    return re.compile(
        "|".join([*markup["never_names"], *markup["aside_names"], *markup["inside_names"]]), re.IGNORECASE
    )


@functools.cache
def _kept_names() -> re.Pattern[str]:
    return re.compile("|".join(table("markup")["paragraph_names"]), re.IGNORECASE)


def read(part: Element) -> str:
    """Return the text of ``part``: its blocks, separated by blank lines."""
    return "\n\n".join(block.text for block in blocks_of(part))


def blocks_of(part: Element) -> list[Block]:
    """Return the text blocks of ``part`` in document order; headings at the end are dropped."""
    blocks = _once(_without_links(_Reader(part).blocks()))
    while blocks and blocks[-1].kind in _HEADINGS:
        blocks.pop()
    return blocks


def _once(blocks: list[Block]) -> list[Block]:
    """Return ``blocks`` without repeated passages: some pages hold one copy per screen width, or one for subscribers."""
    first: dict[str, int] = {}
    kept: list[Block] = []
    run: list[Block] = []
    expected = -1
    for at, block in enumerate(blocks):
        before = first.setdefault(block.text, at)
        if before != at and (before == expected or not run):
            run.append(block)
        else:
            kept.extend(run if len({b.text for b in run}) < _PASSAGE else [])
            run = [block] if before != at else []
            if before == at:
                kept.append(block)
        expected = before + 1
    return kept + (run if len({b.text for b in run}) < _PASSAGE else [])


def _without_links(blocks: list[Block]) -> list[Block]:
    """Return ``blocks`` without lists of links.

    The items of a list are kept or dropped together: a single item may be all link in a list that is text.
    """
    kept: list[Block] = []
    for listed, group in itertools.groupby(blocks, key=lambda block: block.kind == "li"):
        run = list(group)
        if not listed:
            kept.extend(block for block in run if not _is_links(block))
        elif sum(b.linked * len(b.text) for b in run) <= _LINKS_LIST * sum(len(b.text) for b in run):
            kept.extend(run)
    return kept


def _is_links(block: Block) -> bool:
    if block.kind in ("td", "th", "tr"):
        return False
    return block.linked > _LINKS_LINE or (
        block.linked > _LINKS_SHORT and (len(block.text) < _SHORT or block.kind != "p")
    )


class _Reader:
    """Collects the text blocks of one element in a single walk over its subtree."""

    def __init__(self, part: Element) -> None:
        self.part = part
        self.most = _MOST * len("".join(map(str, part.itertext())))
        inner = sum(len("".join(map(str, e.itertext()))) for e in part.iter("article") if e is not part)
        self.has_teasers = (
            inner <= _TEASERS * self.most
        )  # small nested articles are teasers; the entries of a live blog make up all of the text
        self.found: list[Block] = []
        self.buffer: list[str] = []
        self.kind = "p"
        self.links = self.linked = self.preformatted = 0

    def blocks(self) -> list[Block]:
        walker = etree.iterwalk(self.part, events=("start", "end"))
        skipped: Element | None = None
        for event, element in walker:
            if event == "start":
                if element is not self.part and self.skips(element):
                    walker.skip_subtree()
                    skipped = element
                    if element.tag in _BLOCKS:
                        self.flush("p")
                else:
                    self.enter(element)
            elif skipped is not None and element is skipped:
                self.add(element.tail)
            else:
                self.leave(element)
        self.flush("p")
        return self.found

    def skips(self, element: Element) -> bool:
        tag = element.tag
        if not isinstance(tag, str) or tag in _skipped_tags():
            return True
        if (tag == "article" and self.has_teasers) or (tag == "figure" and self.is_picture(element)):
            return True
        attributes = element.attrib
        if not attributes:
            return False
        style = attributes.get("style")
        if (style and _HIDDEN.search(style)) or "hidden" in attributes:
            return True
        if tag not in _BLOCKS and any(not text.isspace() for text in self.buffer):
            return False  # an inline element within a sentence
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        if len(names) < 3:
            return False
        unwanted = _kept_names() if tag in _KEPT else _skipped_names()
        return unwanted.search(names[:300]) is not None and self.is_small(element)

    def is_picture(self, figure: Element) -> bool:
        """Whether a figure holds only a picture and its caption."""
        return next(figure.iter(*_FIGURED), None) is None and self.is_small(figure)

    def is_small(self, element: Element) -> bool:
        return len("".join(map(str, element.itertext()))) <= self.most

    def enter(self, element: Element) -> None:
        tag = str(element.tag)
        if tag in _BLOCKS:
            self.open(tag)
        elif tag == "a":
            self.links += 1
        self.add(element.text)

    def open(self, tag: str) -> None:
        if tag in ("td", "th"):
            if self.buffer:
                self.buffer.append(" | ")
            self.kind = "td"
        elif self.kind == "td" and tag in ("p", "div", "br"):
            self.buffer.append(" ")
        else:
            self.flush(self.kind if tag == "br" else tag)

    def leave(self, element: Element) -> None:
        tag = element.tag
        if tag in ("tr", "table") or (tag in _BLOCKS and tag != "br" and self.kind != "td"):
            self.flush("p")
        elif tag == "a":
            self.links -= 1
        if element is not self.part:
            self.add(element.tail)

    def add(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)
            if self.links:
                self.linked += len(text)

    def flush(self, kind: str) -> None:
        if self.buffer:
            raw = "".join(self.buffer)
            text = " ".join(raw.split()).strip("| ") if self.kind == "td" else " ".join(raw.split())
            if text:
                self.found.append(Block(self.kind, text, self.linked / len(raw)))
            self.buffer.clear()
        self.kind, self.linked = kind, 0
