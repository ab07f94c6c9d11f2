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
    attributes, having = _attributes(elements)
    return Outline(
        elements,
        [named(tag, tag) for tag in [element.tag for element in elements]],
        attributes,
        [element.text for element in elements],
        [element.tail for element in elements],
        parents,
        ends,
        having,
    )


def _attributes(elements: list[Any]) -> tuple[list[dict[str, str]], dict[str, list[int]]]:
    """Return the attributes of each element, and the numbers of the elements that have each: listed while the dictionaries are in
    the cache, for a later walk over all of them takes twice as long.
    """
    attributes: list[dict[str, str]] = []
    having: defaultdict[str, list[int]] = defaultdict(list)
    for at, element in enumerate(elements):
        if items := element.items():
            own = dict(items)
            attributes.append(own)
            for name in own:
                having[name].append(at)
        else:
            attributes.append(_NONE)
    return attributes, dict(having)


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
