"""Comments of readers below an article, by their structure: parts made alike that each begin with a name and "wrote".

No class name is needed. Of 873 articles whose sites were left out of training six have such parts; of five the model keeps none of
them, and of one, whose F1 rises from .17 to .29, all. Other signs of comments were tried on the same pages and dropped, for in articles they are
more often parts of the text: a date that begins each part (.89 of such parts are text), any word that all share (.77), a number
before them that counts them (all).
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from streams.cleaning.data import table
from streams.cleaning.extract.blocks.tree import BlockTree

_LABEL = 10  # words of a block that may be a comment's head
_SHORT = 120  # code points of such a block
_FEWEST = 2  # comments
_HEAD = 4  # blocks of such a head, at most
_MOST, _DISTINCT = 0.8, 0.6  # shares of the parts that begin so, and of the heads that differ
_ABOVE = 3  # paragraphs of the article before the first comment
_BEFORE = 3  # lines before the first comment that may belong to it: a heading, a link to log in
_FLOWING = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_WORD = re.compile(r"[^\W\d_]+")
_MOMENT = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:h.]\d\d\b|\b\d+ (?:min|hour|day|week|month|year)", re.IGNORECASE
)


def comment_nodes(blocks: BlockTree, prose: npt.NDArray[np.int64]) -> list[int]:
    """Return the nodes that hold comments; ``prose`` has the length of each block that is prose, else 0."""
    both = zip(blocks.texts, blocks.folded, strict=True)
    short = "\n".join([folded for text, folded in both if len(text) <= _SHORT])
    words = _words("wrote") | _words("said")
    said = _WORD.findall(short)
    if words.isdisjoint(said) or sum(map(words.__contains__, said)) < _FEWEST:
        return []
    above = np.concatenate([[0], np.cumsum(prose > 0)])
    found: list[int] = []
    for group in _alike(blocks):
        if above[blocks.starts[group[0]]] >= _ABOVE and _are_comments(blocks, group):
            found.extend(_whole(blocks, group, above))
    return found


@functools.cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(table("comments")[kind])


def _alike(blocks: BlockTree) -> Iterator[list[int]]:
    """Yield nodes with text that have parent, tag and class in common, two at least."""
    groups: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for node, (tag, (name, _, _), parent) in enumerate(
        zip(blocks.tags, blocks.names, blocks.parents, strict=True)
    ):
        if blocks.ends[node] > blocks.starts[node] + 1 and tag not in _FLOWING:
            groups[parent, tag, name].append(node)
    yield from (group for group in groups.values() if len(group) >= _FEWEST)


def _are_comments(blocks: BlockTree, group: Sequence[int]) -> bool:
    heads = [head for node in group if (head := _head(blocks, node))]
    if len(heads) < max(_FEWEST, _MOST * len(group)) or len(set(heads)) < _DISTINCT * len(heads):
        return False
    words = [{word.casefold() for word in _WORD.findall(head)} for head in heads]
    least = _MOST * len(heads)

    def shared(kind: str) -> bool:
        return any(sum(word in some for some in words) >= least for word in _words(kind))

    return shared("wrote") or (shared("said") and sum(bool(_MOMENT.search(head)) for head in heads) >= least)


def _head(blocks: BlockTree, node: int) -> str:
    """Return the short blocks that begin ``node`` before its first sentence; empty where there are none, or no sentence."""
    found: list[str] = []
    for text in blocks.texts[blocks.starts[node] : blocks.ends[node]][: _HEAD + 1]:
        if len(text.split()) > _LABEL:
            return " ".join(found)
        found.append(text)
    return ""


def _whole(blocks: BlockTree, group: Sequence[int], above: npt.NDArray[np.int64]) -> list[int]:
    """Return the widest node around ``group`` that holds no other prose, or else its nodes, and the lines that introduce them."""
    inside = above[blocks.ends[group[-1]]] - above[blocks.starts[group[0]]]
    around, node = -1, blocks.parents[group[0]]
    while node >= 0 and above[blocks.ends[node]] - above[blocks.starts[node]] == inside:
        around, node = node, blocks.parents[node]
    found = [around] if around >= 0 else list(group)
    start = blocks.starts[found[0]]
    for at in range(start - 1, max(start - 1 - _BEFORE, -1), -1):
        home = blocks.homes[at]
        alone = blocks.ends[home] - blocks.starts[home] == 1
        label = blocks.tags[home] in _HEADINGS or blocks.linked[at] > 0
        if not (alone and label and len(blocks.texts[at].split()) < _LABEL):
            break
        found.append(home)
    return found
