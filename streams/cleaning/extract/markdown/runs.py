"""The inline content of kept blocks: runs of text with their style, and images, read from the elements that hold kept blocks.

Blocks begin and end as :func:`streams.cleaning.extract.blocks.tree.read_blocks` has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from streams.cleaning.decode.outline import NAMELESS, Outline
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
    """The runs of each kept block, and ``leading``: the images between a block and the one before it."""

    runs: dict[int, list[Run]]
    leading: dict[int, list[Run]]


PLAIN = Style()
# Of an image; templates that load images late have another address in src, or none.
_SOURCES = ("src", "data-src", "data-original", "data-lazy-src")


def read_inline(blocks: BlockTree, kept: Iterable[int]) -> Inline:
    """Return the inline content of the blocks ``kept``. The elements of ``blocks`` are not changed."""
    wanted = frozenset(kept)
    homes = {blocks.homes[number] for number in wanted}
    own: dict[int, list[int]] = {home: [] for home in homes}
    for number, home in enumerate(blocks.homes):
        if home in homes:
            own[home].append(number)
    runs: dict[int, list[Run]] = {}
    inside: set[int] = set()
    styles: dict[int, Style] = {}
    for home, numbers in own.items():
        entry, style = blocks.entries[home], _style_of(blocks, home, styles)
        if blocks.outline.ends[entry] == entry + 1:
            runs[numbers[0]] = [Run(blocks.outline.texts[entry] or "", style)]
            continue
        reader = _Reader(blocks.outline, entry, style)
        for number, found in zip(
            numbers, reader.blocks(), strict=False
        ):  # a page cut off may lack the last block
            runs[number] = found
        inside.update(reader.images)
    return Inline(
        {number: runs[number] for number in wanted}, _leading(blocks, wanted, inside) if blocks.images else {}
    )


def _leading(blocks: BlockTree, kept: frozenset[int], inside: set[int]) -> dict[int, list[Run]]:
    """Return the images before kept blocks that belong there: beside a caption, or right behind another kept block."""
    found: dict[int, list[Run]] = {}
    for number, entry in zip(blocks.marks["img"], blocks.images, strict=True):
        if number not in kept or entry in inside:
            continue
        if number - 1 in kept or blocks.tags[blocks.homes[number]] == "figcaption":
            image = _image(blocks.outline.attributes[entry], PLAIN)
            if image is not None:
                found.setdefault(number, []).append(image)
    return found


class _Reader:
    """Reads the blocks whose innermost node is one element, in document order."""

    def __init__(self, outline: Outline, home: int, style: Style) -> None:
        self.outline = outline
        self.home = home
        self.styles = [style]
        self.runs: list[Run] = []
        self.blank = True
        self.images: list[int] = []  # those inside of text

    def blocks(self) -> Iterator[list[Run]]:
        outline = self.outline
        ends, tails = outline.ends, outline.tails
        self.add(outline.texts[self.home])
        opened: list[int] = []
        at = self.home + 1
        while at < ends[self.home]:
            while opened and ends[opened[-1]] == at:
                self.leave(opened.pop())
            tag = outline.tags[at]
            inner = tag in BLOCK_TAGS
            if inner or tag in BREAKS:
                yield from self.flushed()
            if inner or tag in SKIPPED or tag in NAMELESS:
                self.add(tails[at])
                at = ends[at]
                continue
            self.start(tag, at)
            self.add(outline.texts[at])
            opened.append(at)
            at += 1
        while opened:
            self.leave(opened.pop())
        yield from self.flushed()

    def leave(self, at: int) -> None:
        if self.outline.tags[at] in _STYLED:
            self.styles.pop()
        self.add(self.outline.tails[at])

    def add(self, text: str | None) -> None:
        if text:
            self.runs.append(Run(text, self.styles[-1]))
            self.blank = self.blank and text.isspace()

    def start(self, tag: str, at: int) -> None:
        if tag in _STYLED:
            self.styles.append(_styled(self.styles[-1], tag, self.outline.attributes[at]))
        elif tag == "img" and not self.blank:
            image = _image(self.outline.attributes[at], self.styles[-1])
            if image is not None:
                self.images.append(at)
                self.runs.append(image)

    def flushed(self) -> Iterator[list[Run]]:
        """Yield the block that has been read, if it has text."""
        if not self.blank:
            yield self.runs
        self.runs = []
        self.blank = True


def _style_of(blocks: BlockTree, node: int, known: dict[int, Style]) -> Style:
    """Return the style of the inline elements around a node, at any height: a link may be around a heading."""
    climbed: list[int] = []
    while node >= 0 and node not in known:
        climbed.append(node)
        node = blocks.parents[node]
    style = known[node] if node >= 0 else PLAIN
    for step in reversed(climbed):
        parent = blocks.parents[step]
        if parent >= 0:
            style = _between(blocks.outline, blocks.entries[parent], blocks.entries[step], style)
        known[step] = style
    return style


def _between(outline: Outline, outer: int, entry: int, style: Style) -> Style:
    """Return ``style`` with that of the inline elements between two nodes."""
    climbed = outline.parents[entry]
    if climbed == outer:  # most nodes are children of nodes
        return style
    around: list[int] = []
    while climbed >= 0 and climbed != outer:
        around.append(climbed)
        climbed = outline.parents[climbed]
    for inline in reversed(around):
        if outline.tags[inline] in _STYLED:
            style = _styled(style, outline.tags[inline], outline.attributes[inline])
    return style


def _image(element: dict[str, str], style: Style) -> Run | None:
    """Return an image that has alternative text and an address, and is to be seen."""
    alt = " ".join((element.get("alt") or "").split())
    if not alt or _is_tiny(element.get("width")) or _is_tiny(element.get("height")):
        return None
    for name in _SOURCES:
        source = (element.get(name) or "").strip()
        if source and not source.startswith("data:"):
            return Run(alt, style, source)
    return None


def _styled(style: Style, tag: str, element: dict[str, str]) -> Style:
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
