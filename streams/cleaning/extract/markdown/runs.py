"""The inline content of kept blocks: runs of text with their style, and images, from a walk over the parts of a page that hold
kept blocks.

The walk counts nodes and blocks as :func:`streams.cleaning.extract.blocks.tree.read_blocks` does, and passes over subtrees
without kept blocks.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import lxml.html
from lxml import etree

from streams.cleaning.extract.blocks.tree import BLOCK_TAGS, BREAKS, SKIPPED, BlockTree

_STRONG = frozenset(("b", "strong"))
_EMPHASIS = frozenset(("i", "em", "cite", "dfn", "var"))
_CODE = frozenset(("code", "kbd", "samp", "tt"))
_STYLED = _STRONG | _EMPHASIS | _CODE | {"a"}


class Style(NamedTuple):
    """How a run of text is set; ``href`` is the address of the link that it is in, as written."""

    href: str | None = None
    strong: bool = False
    emphasis: bool = False
    code: bool = False


class Run(NamedTuple):
    """Text of one style, with whitespace as in the source; or an image, whose ``text`` is its alt and ``source`` its address."""

    text: str
    style: Style
    source: str | None = None


class Inline(NamedTuple):
    """The runs of each kept block; ``leading``: images between a block and the one before it; ``elements``: of some nodes.

    ``elements`` has the ``<pre>`` and ``<ol>`` elements around kept blocks, by number of the node, and table cells.
    """

    runs: dict[int, list[Run]]
    leading: dict[int, list[Run]]
    elements: dict[int, etree._Element]


PLAIN = Style()
_REMEMBERED = frozenset(("pre", "ol", "td", "th"))
# Of an image; templates that load images late have another address in src, or none.
_SOURCES = ("src", "data-src", "data-original", "data-lazy-src")


def read_inline(tree: lxml.html.HtmlElement, blocks: BlockTree, kept: Iterable[int]) -> Inline:
    """Return the inline content of the blocks ``kept``. ``blocks`` are those of ``tree``, which is not changed."""
    return _Walker(blocks, kept).walk(tree)


class _Walker:
    def __init__(self, blocks: BlockTree, kept: Iterable[int]) -> None:
        self.blocks = blocks
        self.kept = frozenset(kept)
        self.last = max(self.kept, default=-1)
        self.within = _counts(len(blocks.texts), self.kept)
        self.found = Inline({}, {}, {})
        self.block = 0  # number of the block being read
        self.node = -1
        self.next = 0  # number of the next node
        self.styles = [PLAIN]
        self.runs: list[Run] = []
        self.images: list[Run] = []
        self.blank = True

    def walk(self, tree: lxml.html.HtmlElement) -> Inline:
        walker = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
        passed: etree._Element | None = None
        for event, element in walker:
            if self.block > self.last:
                break
            if event == "start":
                tag = element.tag
                if tag in SKIPPED or not isinstance(tag, str) or (tag in BLOCK_TAGS and self.passes()):
                    walker.skip_subtree()
                    passed = element
                    continue
                self.start(tag, element)
                text = element.text
            else:
                if event == "end":
                    if element is passed:
                        passed = None
                    else:
                        self.end(element.tag)
                text = element.tail
            if text and self.node >= 0:
                self.runs.append(Run(text, self.styles[-1]))
                if self.blank and not text.isspace():
                    self.blank = False
        self.flush()
        return self.found

    def passes(self) -> bool:
        """Whether the next node holds no kept block; its blocks and nodes are counted then."""
        self.flush()
        if self.block > self.last:
            return True
        node = self.next
        start, end = self.blocks.starts[node], self.blocks.ends[node]
        if start == end or self.within[end] > self.within[start]:  # without text it may have images
            return False
        self.block = end
        self.images = []
        self.next = _behind(self.blocks.parents, node)
        return True

    def start(self, tag: str, element: etree._Element) -> None:
        if tag in BLOCK_TAGS:
            self.node, self.next = self.next, self.next + 1
            if tag in _REMEMBERED:
                self.found.elements[self.node] = element
        elif tag in BREAKS:
            self.flush()
        elif tag in _STYLED:
            self.styles.append(_styled(self.styles[-1], tag, element))
        elif tag == "img":
            self.image(element)

    def end(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.flush()
            self.node = self.blocks.parents[self.node]
        elif tag in _STYLED:
            self.styles.pop()

    def image(self, element: etree._Element) -> None:
        alt = " ".join((element.get("alt") or "").split())
        if not alt or _is_tiny(element.get("width")) or _is_tiny(element.get("height")):
            return
        for name in _SOURCES:
            source = (element.get(name) or "").strip()
            if source and not source.startswith("data:"):
                (self.images if self.blank else self.runs).append(Run(alt, self.styles[-1], source))
                return

    def flush(self) -> None:
        """End the block that is being read, if it has text. Images are kept beside kept text: captioned, or between two blocks."""
        if not self.blank:
            if self.block in self.kept:
                self.found.runs[self.block] = self.runs
                captioned = self.blocks.tags[self.blocks.homes[self.block]] == "figcaption"
                if self.images and (captioned or self.block - 1 in self.kept):
                    self.found.leading[self.block] = self.images
            self.images = []
            self.blank = True
            self.block += 1
        self.runs = []


def _counts(size: int, kept: frozenset[int]) -> list[int]:
    """Return how many of the first n blocks are kept, for every n."""
    found = [0]
    for number in range(size):
        found.append(found[-1] + (number in kept))
    return found


def _behind(parents: list[int], node: int) -> int:
    """Return the number of the first node behind ``node`` that is not inside it. Nodes are numbered in document order."""
    after = node + 1
    while after < len(parents) and parents[after] >= node:
        after += 1
    return after


def _styled(style: Style, tag: str, element: etree._Element) -> Style:
    if tag == "a":
        return style._replace(href=style.href or element.get("href"))
    if tag in _STRONG:
        return style._replace(strong=True)
    if tag in _EMPHASIS:
        return style._replace(emphasis=True)
    return style._replace(code=True)


def _is_tiny(size: str | None) -> bool:
    """Whether a width or height is that of a counting pixel."""
    return size is not None and size.strip().removesuffix("px") in ("0", "1", "2")
