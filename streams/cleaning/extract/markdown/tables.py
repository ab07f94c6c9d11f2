"""Which tables of a page hold data, and their Markdown as GFM tables. Tables that only lay the page out are text."""

from __future__ import annotations

import msgspec
from lxml import etree

from streams.cleaning.extract.blocks.tree import BlockTree
from streams.cleaning.extract.passages import CELLS

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# Block elements that a cell of data may hold; a heading only alone.
_IN_CELL = frozenset(("p", "div", "address", "center")) | _HEADINGS
_LONG = 300  # code points of a cell from which it is prose that a table lays out
_MOST_COLUMNS = 40
_ROWS = 2
_COLUMNS = 2


class Table(msgspec.Struct):
    """A table of data. ``cells`` has (row, column, block numbers) in document order; ``node`` is the table's."""

    node: int
    rows: int
    columns: int
    cells: list[tuple[int, int, list[int]]]


class _Place(msgspec.Struct, frozen=True):
    table: int
    row: int
    cell: int


def data_tables(blocks: BlockTree, numbers: tuple[int, ...]) -> dict[int, Table]:
    """Return the tables of data by the number of each of their blocks.

    A table of data has at least two rows and two columns, short cells, and nothing but text in them.
    """
    found: dict[int, Table] = {}
    if "table" not in blocks.tags:
        return found
    by_table: dict[int, list[tuple[int, _Place | None]]] = {}
    for number in numbers:
        table = _above(blocks, blocks.homes[number], "table")
        if table >= 0:
            by_table.setdefault(table, []).append((number, _place(blocks, number, table)))
            outer = _above(blocks, blocks.parents[table], "table")
            if outer >= 0:  # a table around a table lays the page out
                by_table.setdefault(outer, []).append((number, None))
    for node, members in by_table.items():
        while members and members[0][1] is None:  # its caption
            members.pop(0)
        data = _table(blocks, node, members)
        if data is not None:
            found.update(dict.fromkeys((number for number, _ in members), data))
    return found


def _table(blocks: BlockTree, node: int, members: list[tuple[int, _Place | None]]) -> Table | None:
    rows: dict[int, int] = {}
    cells: dict[int, list[int]] = {}
    where: dict[int, tuple[int, int]] = {}
    for number, place in members:
        if place is None:
            return None
        row = rows.setdefault(place.row, len(rows))
        if place.cell not in where:
            where[place.cell] = row, _column(blocks.elements[place.cell])
        cells.setdefault(place.cell, []).append(number)
    columns = max((column for _, column in where.values()), default=-1) + 1
    if len(rows) < _ROWS or not _COLUMNS <= columns <= _MOST_COLUMNS:
        return None
    for inside in cells.values():
        if sum(len(blocks.texts[number]) for number in inside) > _LONG:
            return None
        if len(inside) > 1 and any(blocks.tags[blocks.homes[number]] in _HEADINGS for number in inside):
            return None
    return Table(node, len(rows), columns, [(*where[cell], inside) for cell, inside in cells.items()])


def _place(blocks: BlockTree, number: int, table: int) -> _Place | None:
    """Return the row and cell of a block; None where it is in none, or among elements that no cell of data has."""
    node = blocks.homes[number]
    while blocks.tags[node] in _IN_CELL:
        node = blocks.parents[node]
    if blocks.tags[node] not in CELLS:
        return None
    row = blocks.parents[node]
    return _Place(table, row, node) if blocks.tags[row] == "tr" else None


def _above(blocks: BlockTree, node: int, tag: str) -> int:
    while node >= 0 and blocks.tags[node] != tag:
        node = blocks.parents[node]
    return node


def _column(cell: etree._Element) -> int:
    """Return in which column a cell begins, by the widths of those before it in its row."""
    column = 0
    for before in cell.itersiblings("td", "th", preceding=True):
        span = before.get("colspan") or "1"
        column += max(1, int(span)) if span.isascii() and span.isdigit() and len(span) < 4 else 1
        if column > _MOST_COLUMNS:
            break
    return column


def lines_of(table: Table, contents: dict[int, str]) -> list[str]:
    """Return the lines of a GFM table; ``contents`` has the Markdown of each block. Its first row is the head."""
    grid = [[""] * table.columns for _ in range(table.rows)]
    for row, column, numbers in table.cells:
        grid[row][column] = " ".join(contents[number] for number in numbers)
    lines = [f"| {' | '.join(row)} |" for row in grid]
    return [lines[0], f"|{' --- |' * table.columns}", *lines[1:]]
