"""Limits on the children of one element, because some operations of lxml and extraction are quadratic in them.

lxml counts children one by one for ``len()``, removes consecutive comments from the front of a list, and appends the text
after a dropped element to the text before it, so that n dropped elements copy the joined text n times. Depth, tags and
attributes are limited before (:mod:`streams.cleaning.decode.html`). None of 2,164 examined pages reaches these limits.
"""

from __future__ import annotations

import itertools
from collections import Counter

import lxml.html
from lxml import etree

from streams.cleaning.decode.outline import COMMENT, INSTRUCTION, Outline

# Elements and comments in a page from which the limits are checked: with fewer, quadratic operations take a tenth of a second.
_MANY = 4_000
_MAX_COMMENTS = (
    10_000  # removing so many consecutive ones takes 0.05 s; React pages have thousands, not consecutive
)
_MAX_CELLS = 1_000  # in a row; spreadsheets have up to 16,384 columns, tables for readers far fewer
# Children of an element times characters after them, over all elements: dropping all children of 100 million takes 2 s.
_MAX_JOINED = 100_000_000
_FEW = 50  # children up to which an element is ignored: its text is copied at most 50 times
_RUN = 1_000  # characters between children that may be joined
_ROW_PARTS = frozenset(("tr", "tbody", "thead", "tfoot"))


def may_be_many(outline: Outline) -> bool:
    """Whether :func:`limit_children` may have something to do; the outline tells it without looking at each element."""
    tags = outline.tags
    if len(tags) <= _MANY:
        return False
    if tags.count(COMMENT) + tags.count(INSTRUCTION) > _MAX_COMMENTS:
        return True
    children = Counter(outline.parents)
    # no less than the sum of these products over all elements
    joined = max(children.values()) * sum(map(len, filter(None, outline.tails)))
    rows = [at for at, count in children.items() if count > _MAX_CELLS and tags[at] == "tr"]
    return bool(rows) or joined > _MAX_JOINED


def limit_children(tree: lxml.html.HtmlElement) -> None:
    """Modify the tree where an element has too many children. All text is kept, in its order.

    If there are more than 10,000 comments, all are removed; cells in a row of more than 1,000 become ``<div>``; some of the
    text between very many elements is wrapped in ``<p>``.
    """
    comments = tree.iter(etree.Comment, etree.ProcessingInstruction)
    if next(itertools.islice(comments, _MAX_COMMENTS, None), None) is not None:
        etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    for row in [row for row in tree.iter("tr") if len(row) > _MAX_CELLS]:
        _replace_row(row)
    mixed = {
        parent: size
        for parent in tree.iter(etree.Element)
        if len(parent) > _FEW and (size := _copied_if_dropped(parent))
    }
    if sum(mixed.values()) > _MAX_JOINED:
        for parent in mixed:
            _wrap_text(parent)


def _replace_row(row: lxml.html.HtmlElement) -> None:
    """Rename a row, its cells and the table around it to ``<div>``."""
    for cell in row.iterchildren("td", "th"):
        cell.tag = "div"
    part: lxml.html.HtmlElement | None = row
    while part is not None and part.tag in _ROW_PARTS:
        part.tag, part = "div", part.getparent()
    if part is not None and part.tag == "table":
        part.tag = "div"


def _copied_if_dropped(parent: lxml.html.HtmlElement) -> int:
    """Return the number of children with text after them times its characters; 0 for few children.

    ``<br>`` does not count: it is never dropped.
    """
    count = length = 0
    for child in parent.iterchildren(etree.Element):
        if child.tag != "br" and (tail := child.tail):
            count += 1
            length += len(tail)
    return count * length if count > _FEW else 0


def _wrap_text(parent: lxml.html.HtmlElement) -> None:
    """Wrap the text after a child in ``<p>`` after every ``_RUN`` characters that could be joined."""
    run = 0
    for child in list(parent.iterchildren(etree.Element)):
        tail = child.tail
        run = run + len(tail or "") if child.tag != "br" else 0
        if tail and run > _RUN and not tail.isspace():
            run = 0
            paragraph = parent.makeelement("p")
            paragraph.text, child.tail = tail, None
            child.addnext(paragraph)
