"""The text of an article's part of a page, in paragraphs, without what stands in it but does not belong to it."""

from __future__ import annotations

import functools
import itertools
import re

import msgspec
from lxml import etree

from streams.cleaning.data import table

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_KEPT = frozenset(
    ("p", "blockquote", "a", "b", "strong", "em", "i", "br", "li", "td", "tr", "th")
)  # most of their class names style, and do not sort
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6", "h1"))
_FIGURED = ("table", "blockquote", "pre", "code", "ul", "ol")  # text that may stand in a figure
_MOST = 0.45  # of the part's text: what holds more is not skipped, whatever it is called
_TEASERS = 0.6  # of that, for all articles in an article to be teasers for others
_LINKS_LINE = 0.8  # share of links from which a paragraph of any length is a list of links
_LINKS_SHORT = 0.6  # the same for a line shorter than this:
_SHORT = 80
_LINKS_LIST = 0.7  # the same for all items of a list together
_PASSAGE = 3  # different paragraphs in a row that must come again for them to be a copy
_HIDDEN = re.compile(r"display\s?:\s?none|visibility\s?:\s?hidden", re.IGNORECASE)

Element = etree._Element


class Block(msgspec.Struct, frozen=True):
    """A paragraph, heading, list item or table row. ``linked`` is the share of its text that is links."""

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
    """The text of ``part``: its blocks, parted by blank lines."""
    return "\n\n".join(block.text for block in blocks_of(part))


def blocks_of(part: Element) -> list[Block]:
    """The paragraphs of ``part``; headings, list items and table rows are paragraphs too."""
    blocks = _once(_without_links(_Reader(part).blocks()))
    while blocks and blocks[-1].kind in _HEADINGS:
        blocks.pop()
    return blocks


def _once(blocks: list[Block]) -> list[Block]:
    """``blocks`` without a second copy of a passage: pages hold one for each width of screen, or for subscribers."""
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
    """``blocks`` without those that only lead elsewhere. The items of a list stay or go together: one may be a link
    from end to end where its neighbours are not."""
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
    """One walk over a part of a page."""

    def __init__(self, part: Element) -> None:
        self.part = part
        self.most = _MOST * len("".join(map(str, part.itertext())))
        inner = sum(len("".join(map(str, e.itertext()))) for e in part.iter("article") if e is not part)
        self.has_teasers = (
            inner <= _TEASERS * self.most
        )  # articles in an article; entries of a ticker are all of it
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
            return False  # a word in a sentence
        names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
        if len(names) < 3:
            return False
        unwanted = _kept_names() if tag in _KEPT else _skipped_names()
        return unwanted.search(names[:300]) is not None and self.is_small(element)

    def is_picture(self, figure: Element) -> bool:
        """Whether a figure holds a picture and what is said of it, and nothing that is text."""
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
