"""Where blocks are: the levels of nodes around each, and the node in which most prose of one make is."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.tree import BlockTree

Ints = npt.NDArray[np.int64]
Column = npt.NDArray[np.float64]

LEVELS = 4
_FLOWING = frozenset(
    [
        "p",
        "li",
        "ul",
        "ol",
        "blockquote",
        "pre",
        "dd",
        "dt",
        "dl",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "figure",
        "figcaption",
        "label",
        "button",
    ]
)
_PATH_TAGS = [
    "nav",
    "header",
    "footer",
    "aside",
    "main",
    "article",
    "form",
    "figure",
    "figcaption",
    "table",
    "ul",
    "ol",
    "blockquote",
    "dialog",
    "section",
    "noscript",
    "button",
    "li",
    "dl",
    "details",
    "select",
    "pre",
    "label",
    "p",
    "hgroup",
    "menu",
    "a",
]
_BITS = {tag: 1 << at for at, tag in enumerate(_PATH_TAGS)}
_HIDDEN_BIT = 1 << len(_PATH_TAGS)
_WITHIN_BITS = np.array([at for at, tag in enumerate([*_PATH_TAGS, "hidden"]) if tag != "a"])[:, None]
#: Names of the rows of :func:`within`; the last is that of hidden parts.
WITHIN = [f"in_{tag}" for tag in [*_PATH_TAGS, "hidden"] if tag != "a"]
_ROOT_SHARES = ((0.85, "root"), (0.5, "core"))
_TEASERS = 0.3


class Places(msgspec.Struct):
    """Where the blocks are: the levels of nodes around each, and the range of blocks in each node."""

    homes: Ints
    parents: Ints
    starts: Ints
    ends: Ints
    groups: list[Ints]  # a level: the node around each block, strictly wider than the level before
    units: list[Ints]  # a level: the widest node with the range of the level before, a child of the group
    alike: Ints  # a node: number of its kind of sibling
    kinds: int
    sorts: Ints  # a node: number of its tag and class
    sorts_count: int


def places_of(tree: BlockTree) -> Places:
    """Return where the blocks of ``tree`` are."""
    parents = np.array(tree.parents, np.int64)
    starts, ends = np.array(tree.starts, np.int64), np.array(tree.ends, np.int64)
    homes = np.array(tree.homes, np.int64)
    count = len(parents)
    # the widest node with the same range, and the first ancestor that is wider
    same = np.zeros(count, bool)
    same[1:] = (starts[parents[1:]] == starts[1:]) & (ends[parents[1:]] == ends[1:])
    widest = list(range(count))
    for node, (parent, alike) in enumerate(zip(tree.parents, same.tolist(), strict=True)):
        if alike:
            widest[node] = widest[parent]
    wide = np.array(widest, np.int64)
    single = (ends - starts)[wide[homes]] == 1 if len(homes) else np.zeros(0, bool)
    units: list[Ints] = []
    groups: list[Ints] = []
    here = wide[homes]
    # level 0: the widest node around this block alone; where the home holds other blocks, the home is the group
    unit = np.where(single, here, homes)
    group = np.where(single, np.where(parents[here] >= 0, parents[here], here), here)
    units.append(unit)
    groups.append(group)
    for _ in range(LEVELS - 1):
        unit = wide[group]
        above = parents[unit]
        group = np.where(above >= 0, above, unit)
        units.append(unit)
        groups.append(group)
    keys = list(zip(tree.tags, [classes for classes, _, _ in tree.names], strict=True))
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    sorts = np.array(list(map(numbers.__getitem__, keys)), np.int64)
    distinct, alike = np.unique(parents * len(numbers) + sorts, return_inverse=True)
    return Places(homes, parents, starts, ends, groups, units, alike, len(distinct), sorts, len(numbers))


def root_features(
    tree: BlockTree,
    place: Places,
    prose_of_node: Column,
    prose: Column,
    total_prose: float,
    order: Ints,
) -> dict[str, Column]:
    """The smallest nodes that hold most of the prose whose containers share tag and class, and where each block is to them."""
    size = len(prose)
    container, kind, count = _containers(tree, place)
    weight = np.bincount(kind, prose, minlength=count)
    blocks = np.bincount(kind, prose > 0, minlength=count)
    pairs = np.unique(kind[prose > 0] * len(place.starts) + container[prose > 0])
    parts = np.bincount(pairs // len(place.starts), minlength=count)
    worth = np.where((parts >= 3) & (blocks < 1.5 * parts), _TEASERS, 1.0) * weight
    best = int(np.argmax(worth))
    own = np.where(kind == best, prose, 0.0)
    run = np.concatenate([[0.0], np.cumsum(own)])
    held = run[place.ends] - run[place.starts]
    depth = np.array(tree.depths)
    found: dict[str, Column] = {
        "kind_share": weight[kind] / total_prose,
        "kind_worth": worth[kind] / max(worth[best], 1.0),
        "kind_best": (kind == best).astype(float),
        "kind_parts": np.log1p(parts[kind]),
    }
    for share, name in _ROOT_SHARES:
        wide = np.flatnonzero(held >= share * max(run[-1], 1e-9))
        root = int(wide[np.argmax(depth[wide])]) if run[-1] > 0 else 0
        start, end = place.starts[root], place.ends[root]
        found[f"{name}_where"] = np.where(order < start, -1, np.where(order >= end, 1, 0)).astype(float)
        away = np.where(order < start, start - order, np.where(order >= end, order - end + 1, 0))
        found[f"{name}_away"] = np.log1p(away)
        found[f"{name}_prose"] = np.full(size, prose_of_node[root] / total_prose)
        found[f"{name}_at"] = (order - start) / max(1, end - start)
    return found


def _containers(tree: BlockTree, place: Places) -> tuple[Ints, Ints, int]:
    """Return the container of each block, the number of its tag and class, and how many of these there are."""
    containers: list[int] = []
    for node, (tag, parent) in enumerate(zip(tree.tags, tree.parents, strict=True)):
        containers.append(containers[parent] if tag in _FLOWING and parent >= 0 else node)
    container = np.array(containers, np.int64)[place.homes]
    # a block that is alone in its container belongs to the container around it
    alone = (place.ends - place.starts)[container] == 1
    container = np.where(alone, np.maximum(place.groups[0], 0), container)
    return container, place.sorts[container], place.sorts_count


def within(tree: BlockTree, nodes: Ints) -> Ints:
    """Return whether ``nodes`` are, or are inside, elements of each tag of ``WITHIN``: 0 or 1, shape (tags, nodes)."""
    found: Ints = (_path_bits(tree)[nodes] >> _WITHIN_BITS) & 1
    return found


def _path_bits(tree: BlockTree) -> Ints:
    """Return for each node a bit for each tag of the path to it, and one for hidden parts."""
    bits: list[int] = []
    for tag, parent, hidden in zip(tree.tags, tree.parents, tree.hidden, strict=True):
        mask = (bits[parent] if parent >= 0 else 0) | _BITS.get(tag, 0)
        bits.append(mask | _HIDDEN_BIT if hidden else mask)
    return np.array(bits, np.int64)


def item_depths(tree: BlockTree) -> Ints:
    """Return for each node in how many list items it is, itself among them."""
    depths: list[int] = []
    if "li" not in tree.tags:
        return np.zeros(len(tree.tags), np.int64)
    for tag, parent in zip(tree.tags, tree.parents, strict=True):
        depths.append((depths[parent] if parent >= 0 else 0) + (tag == "li"))
    return np.array(depths, np.int64)
