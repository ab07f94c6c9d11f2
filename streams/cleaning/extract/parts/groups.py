"""The posts of a page: the like-made elements, each with an author or a time, that hold most of its text.

Names of sites and software play no part. Elements are alike by tag and class, by tag among siblings, or by their schema.org
type; of all such groups, the one whose elements hold most text with signals of their own wins.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Hashable, Iterator

import msgspec

from streams.cleaning.extract.blocks.tree import BlockTree
from streams.cleaning.extract.parts.signals import Signal, Signals

_POSTINGS = frozenset(("Comment", "UserComments", "Answer", "Question", "DiscussionForumPosting", "SocialMediaPosting", "BlogPosting", "LiveBlogPosting"))  # fmt: skip
_DIGITS = re.compile(r"\d+")
_MOST_GROUPS = 60  # the most promising ones are compared
_SHARE = 0.3  # of the text, that a group has to hold with signals
_ONE_SIGNAL = 0.6  # worth of text with an author or a time alone, beside that with both

_USUAL = 2  # different times or authors in one post: an edit, a quotation


class Group(msgspec.Struct):
    """Nodes of posts in document order, and for each block and each node of the page the innermost post it is in, or -1."""

    nodes: list[int]
    of_block: list[int]
    of_node: list[int]
    score: float = 0.0


class Page(msgspec.Struct):
    """What the groups of a page are judged by. ``sizes`` are code points of each block in the text; 0 where it is not kept."""

    blocks: BlockTree
    sizes: list[int]
    signals: Signals
    behind: list[int]  # of each node: the first node behind it


def page_of(blocks: BlockTree, sizes: list[int], signals: Signals) -> Page:
    """Return what the groups of a page are judged by."""
    behind = [0] * len(blocks.tags)
    for node in range(len(behind) - 1, -1, -1):
        behind[node] = max(behind[node], node + 1)
        parent = blocks.parents[node]
        if parent >= 0:
            behind[parent] = max(behind[parent], behind[node])
    return Page(blocks, sizes, signals, behind)


def best_group(page: Page) -> Group | None:
    """Return the posts of a page; None where it has none. Of several posts, the text may hold one only."""
    return _best(page, with_text=True) or _best(page, with_text=False)


def _best(page: Page, *, with_text: bool) -> Group | None:
    total = sum(page.sizes)
    best: Group | None = None
    for nodes in _candidates(page, with_text):
        group = _painted(page, nodes)
        group.score = _score(page, group)
        if group.score >= _SHARE * total and (best is None or group.score > best.score):
            best = group
    return best


def _candidates(page: Page, with_text: bool) -> Iterator[list[int]]:
    """Yield the nodes of groups that hold enough text and signals to win; ``with_text`` leaves out nodes without any."""
    blocks = page.blocks
    text = [0, *itertools.accumulate(page.sizes)]
    signs = Counter(signal.node for signal in (*page.signals.authors, *page.signals.times))
    marked = [0, *itertools.accumulate(signs[node] for node in range(len(blocks.tags)))]
    groups: dict[Hashable, list[int]] = {}
    for node in range(len(blocks.tags)):
        held = text[blocks.ends[node]] - text[blocks.starts[node]]
        if (held or not with_text) and marked[page.behind[node]] > marked[node]:
            for key in _keys(blocks, node):
                groups.setdefault(key, []).append(node)
    total = text[-1]
    worth: list[tuple[int, list[int]]] = []
    for nodes in groups.values():
        if len(nodes) < 2:
            continue
        held = sum(text[blocks.ends[node]] - text[blocks.starts[node]] for node in nodes)
        if held >= _SHARE * total:
            worth.append((held, nodes))
    worth.sort(key=lambda found: -found[0])
    for _, nodes in worth[:_MOST_GROUPS]:
        yield nodes


def _keys(blocks: BlockTree, node: int) -> Iterator[Hashable]:
    """Yield what a node has in common with those made like it."""
    tag, classes = blocks.tags[node], blocks.names[node][0]
    yield blocks.parents[node], tag
    if classes and not classes.isspace():
        stems = [_DIGITS.sub("", name) for name in classes[:300].split()]
        yield tag, stems[0]
        yield tag, tuple(sorted(set(stems)))
    kind = (blocks.elements[node].get("itemtype") or "").strip().rstrip("/").rpartition("/")[2]
    if kind in _POSTINGS:
        yield "posting"


def _painted(page: Page, nodes: list[int]) -> Group:
    """Return the group of these nodes, with the innermost of them around each block and node."""
    of_block = [-1] * len(page.sizes)
    of_node = [-1] * len(page.behind)
    for number, node in enumerate(nodes):
        start, end = page.blocks.starts[node], page.blocks.ends[node]
        of_block[start:end] = [number] * (end - start)
        of_node[node : page.behind[node]] = [number] * (page.behind[node] - node)
    return Group(nodes, of_block, of_node)


def _score(page: Page, group: Group) -> float:
    """Return how much text the posts of a group hold, weighted by their signals; 0 for fewer than two posts."""
    held = Counter[int]()
    for size, post in zip(page.sizes, group.of_block, strict=True):
        held[post] += size
    authors = _inside(page.signals.authors, group)
    times = _inside(page.signals.times, group)
    score = 0.0
    posts = 0
    for post in range(len(group.nodes)):
        both = bool(authors[post]) + bool(times[post])
        if not both:
            continue
        posts += 1
        crowd = max(1.0, _crowd(times[post]), _crowd(authors[post]))
        score += held[post] * (1.0 if both == 2 else _ONE_SIGNAL) / crowd
    return score if posts > 1 else 0.0


def _crowd(signals: list[Signal]) -> float:
    """Return how many posts the surest signals in one post are of, when one has up to two different ones."""
    surest = min((signal.rank for signal in signals), default=0)
    return len({signal.value for signal in signals if signal.rank == surest}) / _USUAL


def _inside(signals: tuple[Signal, ...], group: Group) -> list[list[Signal]]:
    """Return the signals in each post."""
    found: list[list[Signal]] = [[] for _ in group.nodes]
    for signal in signals:
        post = group.of_node[signal.node]
        if post >= 0:
            found[post].append(signal)
    return found
