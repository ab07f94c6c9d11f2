"""The block tree of a page: every text block with its place, from one walk over the parsed tree.

A *node* is a block-level element; nodes are numbered in document order, so the blocks inside one are a contiguous range.
A *block* is a run of text between the boundaries of nodes, inline elements included. Nothing is left out by name: what is
navigation, hidden or an advertisement is a question of features (:mod:`streams.cleaning.extract.blocks.features`).
"""

from __future__ import annotations

import functools
import re

import lxml.html
from lxml import etree

from streams.cleaning.data import table
from streams.cleaning.decode.outline import NAMELESS, Outline, outline_of

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
_WORD = re.compile(r"\w+")
LABEL = 400  # code points of a text whose words are read
_UNNAMED = ("", "", "")
_NO_INNER = ("", "")
BLOCK, BREAK, LEFT_OUT = 1, 2, 3
KINDS = {
    **dict.fromkeys(BLOCK_TAGS, BLOCK),
    **dict.fromkeys(BREAKS, BREAK),
    **dict.fromkeys(SKIPPED | NAMELESS, LEFT_OUT),
}


class BlockTree:
    """The nodes and blocks of a page, as parallel lists.

    ``tags``, ``names`` (class, id, role and itemprop), ``parents``, ``starts``, ``ends`` (range of block numbers),
    ``hidden``, ``depths``, ``elements`` and ``entries`` (their numbers in the outline) have an entry a node; ``texts``, ``homes`` (the innermost node), ``linked`` (code points inside
    links), ``links``, ``anchors`` (links within the page), ``inner`` (tag, class and id of an inline element that begins
    the block) and ``broken`` (whether a line break begins it) an entry a block. ``marks`` lists, for some tags without
    text, the number of the next block at each occurrence; ``images`` are the entries of ``img`` in ``outline``, from which all is read.
    """

    def __init__(self, outline: Outline | None = None) -> None:
        self.outline = outline or Outline([], [], [], [], [], [], [])
        self.entries: list[int] = []
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
        self.images: list[int] = []

    @functools.cached_property
    def folded(self) -> list[str]:
        """Each text case-folded: one by one, for most are ASCII, which takes a tenth of the time."""
        return list(map(str.casefold, self.texts))

    @functools.cached_property
    def words(self) -> dict[str, list[str]]:
        """The words of each distinct text of fewer than 400 code points, case-folded."""
        texts = dict(zip(self.texts, self.folded, strict=True))
        return {text: _WORD.findall(folded) for text, folded in texts.items() if len(text) < LABEL}


def read_blocks(tree: lxml.html.HtmlElement, outline: Outline | None = None) -> BlockTree:
    """Return the block tree of ``tree``, which is not changed. At most 20,000 blocks are read.
    ``outline`` is that of ``tree``, where it is known.
    """
    return _Walker(outline or outline_of(tree)).walk()


class _Walker:
    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.found = BlockTree(outline)
        self.buffer: list[str] = []
        self.node = -1
        self.in_link = 0
        self.in_pre = 0
        self.linked = self.links = self.anchors = 0
        self.inner = _NO_INNER
        self.blank = True
        self.broken = False

    def walk(self) -> BlockTree:
        outline, texts_found, add = self.outline, self.found.texts, self.add
        texts, tails, ends = outline.texts, outline.tails, outline.ends
        kinds = list(map(KINDS.get, outline.tags))
        opened: list[int] = []
        at, size = 0, len(kinds)
        limit = size  # where the innermost open element ends
        while at < size:
            while at == limit:
                self.leave(kinds, opened.pop())
                limit = ends[opened[-1]]
            kind = kinds[at]
            if kind == LEFT_OUT:
                if (text := tails[at]) and self.node >= 0:
                    add(text)
                at = ends[at]
                continue
            if kind == BLOCK:
                self.open(at)
            elif kind == BREAK:
                self.flush()
                self.broken = True
            else:
                self.inline(at)
            if text := texts[at]:
                add(text)
            if len(texts_found) >= _MAX_BLOCKS:
                opened.clear()
                break
            behind = ends[at]
            if behind > at + 1:
                opened.append(at)
                limit = behind
            elif kind is None and not self.in_link:  # in a line, and nothing in it
                if (text := tails[at]) and self.node >= 0:
                    add(text)
            else:
                self.leave(kinds, at)
            at += 1
        while opened:
            self.leave(kinds, opened.pop())
        while self.node >= 0:
            self.close()
        return self.complete()

    def complete(self) -> BlockTree:
        """Return what was found, with what needs no walk."""
        found, outline = self.found, self.outline
        found.tags = [outline.tags[at] for at in found.entries]
        found.elements = [outline.elements[at] for at in found.entries]
        found.names = [_named(own) if (own := outline.attributes[at]) else _UNNAMED for at in found.entries]
        for at, parent in zip(found.entries, found.parents, strict=True):
            above = parent >= 0 and found.hidden[parent]
            own = outline.attributes[at]
            found.hidden.append(above or (bool(own) and _is_hidden(own)))
            found.depths.append(found.depths[parent] + 1 if parent >= 0 else 0)
        return found

    def open(self, at: int) -> None:
        if self.buffer:
            self.flush()
        elif self.inner is not _NO_INNER or self.broken:
            self.inner = _NO_INNER
            self.broken = False
        found = self.found
        parent, self.node = self.node, len(found.entries)
        found.entries.append(at)
        found.parents.append(parent)
        found.starts.append(len(found.texts))
        found.ends.append(0)
        if self.outline.tags[at] == "pre":
            self.in_pre += 1

    def close(self) -> None:
        if self.buffer:
            self.flush()
        elif self.inner is not _NO_INNER or self.broken:
            self.inner = _NO_INNER
            self.broken = False
        found, node = self.found, self.node
        found.ends[node] = len(found.texts)
        if self.in_pre and self.outline.tags[found.entries[node]] == "pre":
            self.in_pre -= 1
        self.node = found.parents[node]

    def leave(self, kinds: list[int | None], at: int) -> None:
        if kinds[at] == BLOCK:
            self.close()
        elif self.in_link and self.outline.tags[at] == "a":
            self.in_link -= 1
        if (text := self.outline.tails[at]) and self.node >= 0:
            self.add(text)

    def inline(self, at: int) -> None:
        tag, attributes = self.outline.tags[at], self.outline.attributes[at]
        if tag == "a":
            self.in_link += 1
            self.links += 1
            href = attributes.get("href")
            if href and href[0] == "#":
                self.anchors += 1
        elif tag in _MARKS:
            self.found.marks[tag].append(len(self.found.texts))
            if tag == "img":
                self.found.images.append(at)
        if self.blank:
            name = f"{attributes.get('class') or ''} {attributes.get('itemprop') or ''}" if attributes else ""
            if name or not self.inner[1]:
                self.inner = (tag, name)

    def add(self, text: str) -> None:
        self.buffer.append(text)
        if (self.blank or self.in_link) and not text.isspace():
            self.blank = False
            if self.in_link:
                self.linked += len(text.strip())

    def flush(self) -> None:
        if not self.blank:
            text = "".join(self.buffer) if len(self.buffer) > 1 else self.buffer[0]
            text = text.strip("\r\n").rstrip() if self.in_pre else " ".join(text.split())
            found = self.found
            found.texts.append(text)
            found.homes.append(self.node)
            found.linked.append(self.linked)
            found.links.append(max(self.links, self.linked > 0))
            found.anchors.append(self.anchors)
            found.inner.append(self.inner)
            found.broken.append(self.broken)
            self.linked = self.links = self.anchors = 0
            self.blank = True
        self.buffer.clear()
        self.inner = _NO_INNER
        self.broken = False


def _named(own: dict[str, str]) -> tuple[str, str, str]:
    get = own.get
    return get("class") or "", get("id") or "", f"{get('role') or ''} {get('itemprop') or ''}"


def _is_hidden(own: dict[str, str]) -> bool:
    style = own.get("style")
    return (
        "hidden" in own
        or own.get("aria-hidden") == "true"
        or (style is not None and _HIDDEN.search(style) is not None)
    )
