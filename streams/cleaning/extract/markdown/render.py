"""Markdown of a document's passages: blocks in their lists, quotations and tables, in document order."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urljoin

import msgspec
from lxml import etree

from streams.cleaning.extract.blocks.tree import BlockTree
from streams.cleaning.extract.markdown.addresses import Addresses
from streams.cleaning.extract.markdown.code import fenced
from streams.cleaning.extract.markdown.inline import escaped, heading, inline, paragraph
from streams.cleaning.extract.markdown.runs import Inline, Run, read_inline
from streams.cleaning.extract.markdown.tables import Table, data_tables, lines_of
from streams.cleaning.extract.passages import CELLS, Passages

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Lists and quotations inside one another that are rendered: parsers stop at 20 levels of elements, and an item is two.
_MAX_CONTAINERS = 8
_LONGEST = 1_000_000  # code points; a record has to fit into a message
_LINE = ("line", -1)
_CONTAINERS = frozenset(("blockquote", "li"))
_MARKED = frozenset((*_HEADINGS, *_CONTAINERS, "pre"))
_HIGHEST = 999_999_999  # CommonMark: the number of an item has nine digits at most


class _Container(msgspec.Struct, frozen=True):
    """A block quote, or a list item: ``list`` is the node of its list, and ``number`` its own in an ordered one, else -1."""

    node: int
    list: int = -1
    number: int = -1


_Path = tuple[_Container, ...]
_Unit = tuple[str, int]  # what blocks are rendered together: its kind and node


class _Piece(msgspec.Struct, frozen=True):
    """Lines of Markdown inside ``path``, outermost container first; a container is one object wherever it is."""

    path: _Path
    lines: list[str]


def render(passages: Passages, base: str) -> str | None:
    """Return the Markdown of ``passages``, whose elements are not changed; None where it would be longer than 1,000,000 code
    points. ``base`` is the address of the page.
    """
    if not passages.numbers:
        return ""
    if len(passages.text) > _LONGEST:
        return None
    if "base" in passages.blocks.outline.tags:
        base = _base(passages.blocks.elements[0], base)
    text = "\n".join(_Layout().lines(_Renderer(passages, base).pieces()))
    return text if len(text) <= _LONGEST else None


def render_text(text: str) -> str | None:
    """Return plain text as Markdown: its lines, escaped; None where that is longer than 1,000,000 code points."""
    found = "\n".join(paragraph(escaped(line.strip())) for line in text.split("\n"))
    return found if len(found) <= _LONGEST else None


def _base(tree: etree._Element, address: str) -> str:
    """Return the address against which others on the page are resolved (HTML standard, section 4.2.3)."""
    element = tree.find("head/base")
    written = (element.get("href") or "") if element is not None else ""
    try:
        return str(urljoin(address, written.strip()))
    except ValueError:
        return address


class _Renderer:
    """Makes pieces of passages: a table, a code block, or a line of one or several blocks."""

    def __init__(self, passages: Passages, base: str) -> None:
        self.passages = passages
        self.blocks: BlockTree = passages.blocks
        self.inline: Inline = read_inline(self.blocks, passages.numbers)
        self.tables: dict[int, Table] = data_tables(self.blocks, passages.numbers)
        self.address = Addresses(base)
        self.places: dict[int, tuple[_Path, _Unit | None]] = {-1: ((), None)}

    def pieces(self) -> Iterator[_Piece]:
        """Yield the pieces in document order."""
        numbers, leading = self.passages.numbers, self.inline.leading
        units = [self.unit(number) for number in numbers]
        start = 0
        for end in range(1, len(numbers) + 1):
            kind, node = units[start]
            if end < len(numbers) and kind != "line" and units[end] == units[start]:
                continue
            number = numbers[start]
            path = self.places[self.blocks.homes[number]][0]
            if kind == "table":
                table = self.tables[number]
                yield _Piece(path, lines_of(table, {n: self.content(n, True) for n in numbers[start:end]}))
            else:
                for image in self.images(number) if number in leading else ():
                    yield _Piece(path, [image])
                yield _Piece(path, self.lines(kind, node, start, end))
            start = end

    def unit(self, number: int) -> _Unit:
        """Return what blocks are rendered together with this one: those of the same table, <pre>, heading or row. A line is alone."""
        home = self.blocks.homes[number]
        around = self.places[home][1] if home in self.places else self.place(home)[1]
        if self.tables and (table := self.tables.get(number)) is not None:
            return "table", table.node
        if self.blocks.tags[home] in CELLS and (around is None or around[0] != "pre"):
            return "row", self.blocks.parents[home]
        return around or _LINE

    def place(self, node: int) -> tuple[_Path, _Unit | None]:
        """Return the block quotes and list items around a node, outermost first, and no more than eight; and the outermost <pre>
        that it is or is in, or else the innermost heading.
        """
        tags, parents, places = self.blocks.tags, self.blocks.parents, self.places
        climbed: list[int] = []
        while node not in places:
            climbed.append(node)
            node = parents[node]
        path, unit = place = places[node]
        for step in reversed(climbed):
            tag = tags[step]
            if tag in _MARKED:
                if tag in _CONTAINERS and len(path) < _MAX_CONTAINERS:
                    path = (*path, self.container(step))
                elif tag not in _CONTAINERS and (unit is None or unit[0] != "pre"):
                    unit = tag, step
                place = path, unit
            places[step] = place
        return place

    def container(self, node: int) -> _Container:
        if self.blocks.tags[node] == "blockquote":
            return _Container(node)
        parent = self.blocks.parents[node]
        if parent < 0 or self.blocks.tags[parent] != "ol":
            return _Container(node, parent)
        first = _start(self.blocks.elements[parent])
        return _Container(node, parent, min(first + self.ordinals[node], _HIGHEST))

    @functools.cached_property
    def ordinals(self) -> dict[int, int]:
        return _ordinals(self.blocks)

    def lines(self, kind: str, node: int, start: int, end: int) -> list[str]:
        passages = self.passages
        if kind == "pre":
            code = passages.text[passages.starts[start] : passages.ends[end - 1]]
            return fenced(code, self.blocks.elements[node])
        numbers = passages.numbers[start:end]
        if kind in _HEADINGS:
            return [heading(int(kind[1]), " ".join([self.content(n, in_heading=True) for n in numbers]))]
        return [paragraph(" | ".join([self.content(n) for n in numbers]))]

    def content(self, number: int, in_table: bool = False, in_heading: bool = False) -> str:
        runs: Sequence[Run] = self.inline.runs[number]
        if in_table:
            runs = [*self.inline.leading.get(number, ()), *runs]
        return inline(runs, self.address, in_table, in_heading)

    def images(self, number: int) -> list[str]:
        """Return the images before a block; of several with one text, which are one image in several forms, the last."""
        found = {run.text: inline([run], self.address) for run in self.inline.leading.get(number, ())}
        return [image for image in found.values() if image]


class _Layout:
    """Puts pieces into their containers: marks of lists and quotations, indentation, blank lines."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.path: _Path = ()  # of the last piece
        self.other: dict[int, bool] = {}  # lists that follow another list, and need another mark

    def lines(self, pieces: Iterable[_Piece]) -> list[str]:
        for piece in pieces:
            if not piece.path and not self.path:  # most pieces
                self.out.extend(["", *piece.lines] if self.out else piece.lines)
                continue
            common = 0
            for own, last in zip(piece.path, self.path, strict=False):
                if own is not last:
                    break
                common += 1
            for level in range(common, len(piece.path)):
                self.meet(piece.path[level], level)
            if self.out and not self.is_tight(piece.path, common):
                self.out.append(self.prefix(piece.path[:common]).rstrip())
            new = "".join([self.mark(container) for container in piece.path[common:]])
            self.out.append(f"{self.prefix(piece.path[:common])}{new}{piece.lines[0]}")
            if len(piece.lines) > 1:
                rest = self.prefix(piece.path)
                self.out.extend([f"{rest}{line}" if line else rest.rstrip() for line in piece.lines[1:]])
            self.path = piece.path
        return self.out

    def meet(self, container: _Container, level: int) -> None:
        """Choose the mark of a list when its first item comes."""
        if container.list not in self.other:
            before = self.path[level].list if level < len(self.path) else -1
            self.other[container.list] = before >= 0 and not self.other[before]

    def is_tight(self, path: _Path, common: int) -> bool:
        """Whether no blank line is needed: for the next item of a list, and the first of a list in an item."""
        if common >= len(path) or path[common].list < 0:
            return False
        if common < len(self.path):
            return self.path[common].list == path[common].list
        # Only a list that begins with 1 can end a paragraph (CommonMark, section 5.3).
        return common > 0 and path[common - 1].list >= 0 and path[common].number in (-1, 1)

    def mark(self, container: _Container) -> str:
        if container.list < 0:
            return "> "
        other = self.other[container.list]
        if container.number < 0:
            return "* " if other else "- "
        return f"{container.number}{')' if other else '.'} "

    def prefix(self, path: _Path) -> str:
        """Return what begins the further lines in ``path``."""
        return "".join(["> " if c.list < 0 else " " * len(self.mark(c)) for c in path])


def _ordinals(blocks: BlockTree) -> dict[int, int]:
    """Return the place of each item of ordered lists in its list, from 0."""
    found: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for node, (tag, parent) in enumerate(zip(blocks.tags, blocks.parents, strict=True)):
        if tag == "li" and parent >= 0 and blocks.tags[parent] == "ol":
            found[node] = sizes.get(parent, 0)
            sizes[parent] = found[node] + 1
    return found


def _start(element: etree._Element) -> int:
    """Return the number of the first item of an ordered list."""
    written = (element.get("start") or "1").strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 1
