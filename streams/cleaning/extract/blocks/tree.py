"""The block tree of a page: every text block with its place, from one walk over the parsed tree.

A *node* is a block-level element; nodes are numbered in document order, so the blocks inside one are a contiguous range.
A *block* is a run of text between the boundaries of nodes, inline elements included. Nothing is left out by name: what is
navigation, hidden or an advertisement is a question of features (:mod:`streams.cleaning.extract.blocks.features`).
"""

from __future__ import annotations

import re

import lxml.html
from lxml import etree

from streams.cleaning.data import table
from streams.cleaning.decode.outline import COMMENT, INSTRUCTION, Outline, outline_of

# Elements that are rendered in lines, and whose text is a label or message of its own all the same.
_MORE_BLOCKS = (
    "button",
    "caption",
    "dialog",
    "figcaption",
    "hgroup",
    "html",
    "label",
    "legend",
    "menu",
    "noscript",
    "option",
    "select",
)
BREAKS = frozenset(("br", "hr"))  # end a block and are no nodes
BLOCK_TAGS = frozenset([*table("elements")["blocks"], *_MORE_BLOCKS]) - BREAKS
SKIPPED = frozenset(
    [
        "script",
        "style",
        "template",
        "svg",
        "iframe",
        "title",
        "object",
        "video",
        "audio",
        "canvas",
        "textarea",
        "map",
        "embed",
        "applet",
    ]
)
_CELLS = frozenset(("td", "th"))
_HIDDEN = re.compile(r"display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden", re.IGNORECASE)
_MAX_BLOCKS = 20_000
_MARKS = frozenset(("img", "input", "time", "picture", "code"))
_UNNAMED = ("", "", "")
_BLOCK, _BREAK, _SKIPPED = 1, 2, 3
_KINDS = {
    **dict.fromkeys(BLOCK_TAGS, _BLOCK),
    **dict.fromkeys(BREAKS, _BREAK),
    **dict.fromkeys((*SKIPPED, COMMENT, INSTRUCTION), _SKIPPED),
}


class BlockTree:
    """The nodes and blocks of a page, as parallel lists.

    ``tags``, ``names`` (class, id, role and itemprop), ``parents``, ``starts``, ``ends`` (range of block numbers),
    ``hidden``, ``depths`` and ``elements`` have an entry a node; ``texts``, ``homes`` (the innermost node), ``linked`` (code points inside
    links), ``links``, ``anchors`` (links within the page), ``inner`` (tag, class and id of an inline element that begins
    the block) and ``broken`` (whether a line break begins it) an entry a block. ``marks`` lists, for some tags without
    text, the number of the next block at each occurrence; ``images`` are the elements of ``img``.
    """

    def __init__(self) -> None:
        self.tags: list[str] = []
        self.names: list[tuple[str, str, str]] = []
        self.parents: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.hidden: list[bool] = []
        self.depths: list[int] = []
        self.elements: list[etree._Element] = []
        self.texts: list[str] = []
        self.homes: list[int] = []
        self.linked: list[int] = []
        self.links: list[int] = []
        self.anchors: list[int] = []
        self.inner: list[tuple[str, str]] = []
        self.broken: list[bool] = []
        self.marks: dict[str, list[int]] = {tag: [] for tag in _MARKS}
        self.images: list[etree._Element] = []


def read_blocks(tree: lxml.html.HtmlElement, outline: Outline | None = None) -> BlockTree:
    """Return the block tree of ``tree``, which is not changed. At most 20,000 blocks are read.
    ``outline`` is that of ``tree``, where it is known.
    """
    return _Walker(outline or outline_of(tree)).walk()


class _Walker:
    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.found = BlockTree()
        self.buffer: list[str] = []
        self.node = -1
        self.in_link = 0
        self.in_pre = 0
        self.linked = self.links = self.anchors = 0
        self.inner = ("", "")
        self.blank = True
        self.broken = False

    def walk(self) -> BlockTree:
        texts_found, outline = self.found.texts, self.outline
        tags, texts, tails, ends = outline.tags, outline.texts, outline.tails, outline.ends
        opened: list[int] = []
        at = 0
        while at < len(tags):
            while opened and ends[opened[-1]] == at:
                self.leave(opened.pop())
            tag = tags[at]
            kind = _KINDS.get(tag)
            if kind == _SKIPPED:
                if (text := tails[at]) and self.node >= 0:
                    self.add(text)
                at = ends[at]
                continue
            if kind is None:
                self.inline(tag, at)
            elif kind == _BLOCK:
                self.open(tag, at)
            else:
                self.flush()
                self.broken = True
            if text := texts[at]:
                self.add(text)
            if len(texts_found) >= _MAX_BLOCKS:
                break
            if ends[at] == at + 1:
                self.leave(at)
            else:
                opened.append(at)
            at += 1
        else:
            while opened:
                self.leave(opened.pop())
        while self.node >= 0:
            self.close()
        return self.found

    def leave(self, at: int) -> None:
        tag = self.outline.tags[at]
        if tag in BLOCK_TAGS:
            self.close()
        elif tag == "a" and self.in_link:
            self.in_link -= 1
        if (text := self.outline.tails[at]) and self.node >= 0:
            self.add(text)

    def open(self, tag: str, at: int) -> None:
        self.flush()
        found = self.found
        parent = self.node
        self.node = len(found.tags)
        found.tags.append(tag)
        found.elements.append(self.outline.elements[at])
        found.parents.append(parent)
        found.starts.append(len(found.texts))
        found.ends.append(0)
        hidden = parent >= 0 and found.hidden[parent]
        names = _UNNAMED
        if attributes := self.outline.attributes[at]:
            get = attributes.get
            style = get("style")
            hidden = (
                hidden
                or "hidden" in attributes
                or get("aria-hidden") == "true"
                or (style is not None and _HIDDEN.search(style) is not None)
            )
            role, prop = get("role"), get("itemprop")
            names = (get("class") or "", get("id") or "", f"{role or ''} {prop or ''}")
        found.names.append(names)
        found.hidden.append(hidden)
        found.depths.append(found.depths[parent] + 1 if parent >= 0 else 0)
        if tag == "pre":
            self.in_pre += 1

    def close(self) -> None:
        self.flush()
        found = self.found
        found.ends[self.node] = len(found.texts)
        if found.tags[self.node] == "pre":
            self.in_pre -= 1
        self.node = found.parents[self.node]

    def inline(self, tag: str, at: int) -> None:
        attributes = self.outline.attributes[at]
        if tag == "a":
            self.in_link += 1
            self.links += 1
            href = attributes.get("href")
            if href and href[0] == "#":
                self.anchors += 1
        elif tag in _MARKS:
            self.found.marks[tag].append(len(self.found.texts))
            if tag == "img":
                self.found.images.append(self.outline.elements[at])
        if self.blank:
            name = ""
            if attributes:
                name = f"{attributes.get('class') or ''} {attributes.get('itemprop') or ''}"
            if name or not self.inner[1]:
                self.inner = (tag, name)

    def add(self, text: str) -> None:
        self.buffer.append(text)
        if not text.isspace():
            self.blank = False
            if self.in_link:
                self.linked += len(text.strip())

    def flush(self) -> None:
        if not self.blank:
            text = "".join(self.buffer)
            text = text.strip("\r\n").rstrip() if self.in_pre else " ".join(text.split())
            found = self.found
            found.texts.append(text)
            found.homes.append(self.node)
            found.linked.append(self.linked)
            found.links.append(max(self.links, self.linked > 0))
            found.anchors.append(self.anchors)
            found.inner.append(self.inner)
            found.broken.append(self.broken)
            self.links = self.anchors = 0
            self.blank = True
        self.buffer.clear()
        self.linked = 0
        self.inner = ("", "")
        self.broken = False
