"""A tree as parallel lists in document order, made once for all steps that read the whole of it.

Each access to lxml makes objects: a walk with the attributes, text and tail of each element costs as much as all that is done
with them. Feature scan, block tree and declared metadata read these lists instead, and the tree only for a few elements.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import lxml.html
import msgspec
from lxml import etree

COMMENT = "#comment"  # the tags of what is no element
INSTRUCTION = "#instruction"
_ENTITY = "#entity"
NAMELESS = frozenset((COMMENT, INSTRUCTION, _ENTITY))
_NAMES: dict[object, str] = {
    etree.Comment: COMMENT,
    etree.ProcessingInstruction: INSTRUCTION,
    etree.Entity: _ENTITY,
}
_NONE: dict[str, str] = {}


class Outline(msgspec.Struct, frozen=True):
    """Each list has an entry for each element, comment and processing instruction of the tree.

    ``attributes`` must not be changed: all without any share one. ``parents`` is -1 for the root. ``ends`` is the number of
    the first entry behind the element's subtree. ``having`` has the numbers of the elements with each attribute, by its name.
    """

    elements: list[etree._Element]
    tags: list[str]
    attributes: list[dict[str, str]]
    texts: list[str | None]
    tails: list[str | None]
    parents: list[int]
    ends: list[int]
    having: dict[str, list[int]] = {}


def outline_of(tree: lxml.html.HtmlElement) -> Outline:
    """Return the outline of ``tree``. It is of the tree as it is now: later changes do not show in it."""
    elements: list[Any] = list(tree.iter())
    named = _NAMES.get
    parents, ends = _places(elements)
    attributes = [dict(items) if (items := element.items()) else _NONE for element in elements]
    return Outline(
        elements,
        [named(tag, tag) for tag in [element.tag for element in elements]],
        attributes,
        [element.text for element in elements],
        [element.tail for element in elements],
        parents,
        ends,
        _having(attributes),
    )


def _having(attributes: list[dict[str, str]]) -> dict[str, list[int]]:
    """Return the numbers of the elements with each attribute. Read once: each walk over all dictionaries fetches them again."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for at, own in enumerate(attributes):
        for name in own:
            found[name].append(at)
    return dict(found)


def _places(elements: list[Any]) -> tuple[list[int], list[int]]:
    """Return parents and ends, from the numbers of children."""
    parents: list[int] = []
    ends = list(range(1, len(elements) + 1))
    waiting: list[tuple[int, int]] = []  # elements around the open one, and their children to come
    parent, left = -1, 1
    for at, children in enumerate(map(len, elements)):
        parents.append(parent)
        left -= 1
        if children:
            waiting.append((parent, left))
            parent, left = at, children
            continue
        while not left and waiting:
            ends[parent] = at + 1
            parent, left = waiting.pop()
    return parents, ends
