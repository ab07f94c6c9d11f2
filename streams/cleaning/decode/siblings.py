"""Bounds on the children of one element, for steps that look at siblings once for each of them.

What follows on a tree is not all ours, and some of it is quadratic in the children of one element: lxml counts them one by
one for ``len()``, walks comments in a row through a list that it empties from the front, and joins the text behind an element
that is dropped to the text before it, so that n dropped elements copy n times what has come together. Depth, tags and
attributes are bounded before (:mod:`streams.cleaning.decode.html`); no page of 2,164 that were looked at comes to the bounds here.
"""

from __future__ import annotations

import itertools

import lxml.html
from lxml import etree

#: Opening brackets in a text from which a tree is worth a look: below, the square of all is a tenth of a second.
MANY = 4_000
_MAX_COMMENTS = (
    10_000  # what walks a list of them takes 0.05 s; pages made by React have thousands, each for itself
)
_MAX_CELLS = 1_000  # a row; spreadsheets end at 16,384 columns, tables that are read far sooner
# Children of an element times characters behind them, over all elements: 100 million take two seconds when all are dropped.
_MAX_JOINED = 100_000_000
_FEW = 50  # children: with no more, what a page can have its text joined is 50 times its length
_RUN = 1_000  # characters
_ROW_PARTS = frozenset(("tr", "tbody", "thead", "tfoot"))


def bound(tree: lxml.html.HtmlElement) -> None:
    """Change the tree where one element has more children than later steps can walk: all text stays, in its order.

    More than ten thousand comments all go; cells of a row with more than a thousand are divisions; of the text between very
    many elements some stands in paragraphs of its own.
    """
    remarks = tree.iter(etree.Comment, etree.ProcessingInstruction)
    if next(itertools.islice(remarks, _MAX_COMMENTS, None), None) is not None:
        etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    for row in [row for row in tree.iter("tr") if len(row) > _MAX_CELLS]:
        _dissolve(row)
    mixed = {parent: size for parent in tree.iter(etree.Element) if (size := _joined(parent))}
    if sum(mixed.values()) > _MAX_JOINED:
        for parent in mixed:
            _set_apart(parent)


def _dissolve(row: lxml.html.HtmlElement) -> None:
    """Make divisions of a row, its cells, and the table around it."""
    for cell in row.iterchildren("td", "th"):
        cell.tag = "div"
    part: lxml.html.HtmlElement | None = row
    while part is not None and part.tag in _ROW_PARTS:
        part.tag, part = "div", part.getparent()
    if part is not None and part.tag == "table":
        part.tag = "div"


def _joined(parent: lxml.html.HtmlElement) -> int:
    """Children with text behind them, times its characters; 0 for few children. Line breaks part, and are never dropped."""
    count = length = 0
    for child in parent.iterchildren(etree.Element):
        if child.tag != "br" and (tail := child.tail):
            count += 1
            length += len(tail)
    return count * length if count > _FEW else 0


def _set_apart(parent: lxml.html.HtmlElement) -> None:
    """Put some text behind a child into a paragraph whenever a thousand characters could be joined."""
    run = 0
    for child in list(parent.iterchildren(etree.Element)):
        tail = child.tail
        run = run + len(tail or "") if child.tag != "br" else 0
        if tail and run > _RUN and not tail.isspace():
            run = 0
            paragraph = parent.makeelement("p")
            paragraph.text, child.tail = tail, None
            child.addnext(paragraph)
