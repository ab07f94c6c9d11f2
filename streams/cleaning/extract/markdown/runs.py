"""The inline content of kept blocks: runs of text with their style, and images, read from the elements that hold kept blocks.

Blocks begin and end as :func:`streams.cleaning.extract.blocks.tree.read_blocks` has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from streams.cleaning.decode.outline import Outline
from streams.cleaning.extract.blocks.tree import BLOCK, BREAK, KINDS, BlockTree

_STRONG = frozenset(("b", "strong"))
_EMPHASIS = frozenset(("i", "em", "cite", "dfn", "var"))
_CODE = frozenset(("code", "kbd", "samp", "tt"))
_STYLED = _STRONG | _EMPHASIS | _CODE | {"a"}
_READ = _STYLED | {"img"}  # inline elements that are more than their text


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
    own: dict[int, list[int]] = {blocks.homes[number]: [] for number in wanted}
    for number, home in enumerate(blocks.homes):
        if home in own:
            own[home].append(number)
    runs: dict[int, list[Run]] = {}
    inside: set[int] = set()
    styles: dict[int, Style] = {}
    outline = blocks.outline
    for home, numbers in own.items():
        entry, style = blocks.entries[home], _style_of(blocks, home, styles)
        if outline.ends[entry] == entry + 1:
            runs[numbers[0]] = [Run(outline.texts[entry] or "", style)]
        else:  # of a page cut off the last block may be missing
            runs.update(zip(numbers, _blocks_in(outline, entry, style, inside), strict=False))
    if len(runs) > len(wanted):
        runs = {number: runs[number] for number in wanted}
    return Inline(runs, _leading(blocks, wanted, inside) if blocks.images else {})


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


def _blocks_in(outline: Outline, home: int, style: Style, images: set[int]) -> list[list[Run]]:
    """Return the runs of the blocks whose innermost node is the entry ``home``, in document order. The images inside of text are
    added to ``images``.
    """
    tags, texts, tails, ends = outline.tags, outline.texts, outline.tails, outline.ends
    found: list[list[Run]] = []
    opened: list[tuple[int, Style, int]] = []  # elements, and the style and the end of what is around them
    runs: list[Run] = []
    blank = True
    if text := texts[home]:
        runs.append(Run(text, style))
        blank = text.isspace()
    at, limit = home + 1, ends[home]
    while True:
        while at == limit and opened:
            left, style, limit = opened.pop()
            if text := tails[left]:
                runs.append(Run(text, style))
                blank = blank and text.isspace()
        kind = KINDS.get(tags[at]) if at < limit else BREAK  # the end is one, too
        if kind in (BLOCK, BREAK):
            if not blank:
                found.append(runs)
            runs, blank = [], True
            if at == limit:
                return found
        behind = ends[at]
        if kind is None or kind == BREAK:
            inner = style
            if tags[at] in _READ:
                inner = _entered(outline, at, style, None if blank else runs, images)
            if text := texts[at]:
                runs.append(Run(text, inner))
                blank = blank and text.isspace()
            if behind > at + 1:
                opened.append((at, style, limit))
                style, limit = inner, behind
                at += 1
                continue
        if text := tails[at]:
            runs.append(Run(text, style))
            blank = blank and text.isspace()
        at = behind


def _entered(outline: Outline, at: int, style: Style, runs: list[Run] | None, images: set[int]) -> Style:
    """Return the style inside of an inline element. An image is added to ``runs``, if there is text before it."""
    tag = outline.tags[at]
    if tag in _STYLED:
        return _styled(style, tag, outline.attributes[at])
    if tag == "img" and runs is not None:
        image = _image(outline.attributes[at], style)
        if image is not None:
            images.add(at)
            runs.append(image)
    return style


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
    href, strong, emphasis, code = style
    if tag == "a":
        return Style(href or element.get("href"), strong, emphasis, code)
    if tag in _STRONG:
        return Style(href, True, emphasis, code)
    if tag in _EMPHASIS:
        return Style(href, strong, True, code)
    return Style(href, strong, emphasis, True)


def _is_tiny(size: str | None) -> bool:
    """Whether a width or height is that of a counting pixel."""
    return size is not None and size.strip().removesuffix("px") in ("0", "1", "2")
