"""Features of text blocks, as a matrix: what a block says, where it is, what is around it, and how often its like occurs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks import character_counts as chars
from streams.cleaning.extract.blocks.places import (
    LEVELS,
    WITHIN,
    Column,
    Places,
    item_depths,
    places_of,
    root_features,
    within,
)
from streams.cleaning.extract.blocks.repeats import PageFacts, repeats
from streams.cleaning.extract.blocks.tree import BlockTree

Floats = npt.NDArray[np.float32]

_KINDS = [
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "li",
    "td",
    "th",
    "pre",
    "blockquote",
    "figcaption",
    "button",
    "label",
    "option",
    "dt",
    "dd",
    "div",
    "section",
    "summary",
    "caption",
    "legend",
]
_KIND = {tag: at + 1 for at, tag in enumerate(_KINDS)}
_H1, _H6, _LI, _DD = _KIND["h1"], _KIND["h6"], _KIND["li"], _KIND["dd"]
_INNER = {
    tag: at for at, tag in enumerate(["", "a", "span", "strong", "b", "em", "i", "code", "time", "font"])
}
_PROSE = 60  # text weight from which a block that is not links counts as prose
_LINKED = 0.4
_SHORT = 4  # words of a label
_SUMMED = ("weight", "linked", "one", "prose", "heads", "stops", "money", "short", "items")
_OF_GROUP = [
    [
        f"g{level}_{name}"
        for name in ("weight", "share", "blocks", "linked", "prose", "prose_share", "stops", "mean", "heads", "short", "money", "items", "img", "input", "at")
    ]
    for level in range(LEVELS)
]  # fmt: skip
_OF_UNIT = [
    [f"u{level}_{name}" for name in ("alike", "mean", "spread", "linked", "prose")] for level in range(LEVELS)
]
_NEIGHBOURS = ("weight", "linked", "heading", "last_stop", "kind")
_STEPS = (-2, -1, 1, 2)
_OF_NEIGHBOURS = [f"{name}{by:+d}" for name in _NEIGHBOURS for by in _STEPS]


class Features(msgspec.Struct):
    """``values`` has a row a block and a column a name; ``words`` counts words."""

    values: Floats
    names: list[str]
    places: Places
    words: Floats

    def column(self, name: str) -> Floats:
        """Return the values of one feature, one a block."""
        return self.values[:, self.names.index(name)]


def features_of(tree: BlockTree, facts: PageFacts) -> Features:
    """Return the features of all blocks of ``tree``. There must be at least one."""
    builder = _Builder(tree)
    builder.own()
    builder.place()
    builder.around()
    builder.neighbours()
    for name, column in repeats(tree, builder.places.groups[0], facts).items():
        builder.put(name, column)
    builder.page()
    names = list(builder.columns)
    values: Floats = np.array(
        list(builder.columns.values())
    ).T  # columns are contiguous, as all that reads them takes them
    return Features(values, names, builder.places, builder.words.astype(np.float32))


class _Builder:
    """The columns as they are made, and what several of them are made from."""

    def __init__(self, tree: BlockTree) -> None:
        self.tree = tree
        self.size = len(tree.texts)
        self.order = np.arange(self.size)
        self.columns: dict[str, Floats] = {}
        self.counts, self.lengths = chars.counts_of(tree.texts)
        self.words = self.counts[:, chars.SPACE] + 1 + self.counts[:, chars.DENSE] * 0.6
        self.linked = np.minimum(np.array(tree.linked, np.float64) / self.lengths, 1.0)
        self.weight = self.lengths + 2 * self.counts[:, chars.DENSE]
        self.total = float(self.weight.sum())
        self.prose: Column = np.where((self.weight >= _PROSE) & (self.linked < _LINKED), self.weight, 0.0)
        self.total_prose = max(float(self.prose.sum()), 1.0)
        self.places = places_of(tree)
        self.kind = np.array([_KIND.get(tree.tags[home], 0) for home in tree.homes], np.int64)
        self.heading = (self.kind >= _H1) & (self.kind <= _H6)
        self.within = within(tree, self.places.homes)

    def put(self, name: str, values: npt.NDArray[np.generic]) -> None:
        self.columns[name] = values.astype(np.float32)

    def put_whole(self, name: str, value: float) -> None:
        """Add a column of one value, which is the page's."""
        self.columns[name] = np.full(self.size, value, np.float32)

    def put_rows(self, names: Sequence[str], rows: npt.NDArray[np.generic]) -> None:
        """Add several columns at once, each a row of ``rows``."""
        self.columns.update(zip(names, rows.astype(np.float32), strict=True))

    def own(self) -> None:
        """Add what the block itself is and says."""
        tree, counts, lengths = self.tree, self.counts, self.lengths
        self.put("weight", _log(self.weight))
        self.put("words", _log(self.words))
        self.put("linked", self.linked)
        self.put("links", _log(np.array(tree.links)))
        self.put("anchors", np.array(tree.anchors) > 0)
        shares = counts.T[[chars.DIGIT, chars.UPPER, chars.COMMA, chars.STOP, chars.MARK]] / lengths
        self.put_rows(("digits", "upper", "commas", "stops", "marks"), shares)
        self.put("stop_count", _log(counts[:, chars.STOP]))
        self.put("money", counts[:, chars.MONEY] > 0)
        self.put("word_length", lengths / self.words)
        self.put("last_stop", chars.classes_of([text[-1] for text in tree.texts]) == chars.STOP)
        self.put("last_colon", np.array([text[-1] in ":：" for text in tree.texts]))
        self.put("first_kind", chars.classes_of([text[0] for text in tree.texts]))
        self.put("kind", self.kind)
        self.put("heading", np.where(self.heading, self.kind, 0))
        self.put("broken", np.array(tree.broken))
        self.put("inner", np.array([_INNER.get(tag, len(_INNER)) for tag, _ in tree.inner]))

    def place(self) -> None:
        """Add where the block is: within which elements, how far along the page, how far from headings."""
        tree, size, order, homes = self.tree, self.size, self.order, self.places.homes
        self.put_rows(WITHIN, self.within)
        self.put("li_depth", item_depths(tree)[homes])
        self.put("depth", np.array(tree.depths)[homes])
        before = np.cumsum(self.weight) - self.weight
        self.put("position", (order + 0.5) / size)
        self.put("char_position", (before + self.weight / 2) / self.total)
        self.put("prose_before", (np.cumsum(self.prose) - self.prose) / self.total_prose)
        self.put("from_start", _log(order))
        self.put("from_end", _log(size - 1 - order))
        first = np.flatnonzero(self.kind == _H1)
        self.put_whole("h1_count", min(len(first), 5))
        for name, found in (("h1", first[:1]), ("last_h1", first[-1:])):
            away = order - found[0] if len(found) else np.full(size, -9999)
            self.put(f"{name}_away", np.sign(away) * np.log1p(np.abs(away)))
        above = np.maximum.accumulate(np.where(self.heading, order, -1))
        nearest = np.maximum(above, 0)
        self.put("head_away", np.where(above >= 0, np.log1p(order - above), -1.0))
        self.put("head_level", np.where(above >= 0, self.kind[nearest], 0))
        self.put("head_linked", np.where(above >= 0, self.linked[nearest], 0))

    def around(self) -> None:
        """Add sums over the nodes around the block, and over the siblings that are made like them."""
        place, of_node = self.places, self._sums()
        count = np.bincount(place.alike, minlength=place.kinds)
        weight, square, linked, prose = (
            np.bincount(place.alike, values, minlength=place.kinds)
            for values in (of_node["weight"], of_node["weight"] ** 2, of_node["linked"], of_node["prose"])
        )
        mean = weight / count
        spread = np.sqrt(np.maximum(square / count - mean**2, 0)) / np.maximum(mean, 1)
        few = np.maximum(weight, 1)
        like = np.stack([_log(count), _log(mean), np.minimum(spread, 5), linked / few, prose / few])
        groups = self._groups(of_node)
        units = like.astype(np.float32)[:, place.alike[np.stack(place.units)]]
        for level in range(LEVELS):
            self.columns.update(zip(_OF_GROUP[level], groups[:, level], strict=True))
            self.columns.update(zip(_OF_UNIT[level], units[:, level], strict=True))
        roots = root_features(self.tree, place, of_node["prose"], self.prose, self.total_prose, self.order)
        for name, values in roots.items():
            self.put(name, values)

    def _sums(self) -> dict[str, Column]:
        """Return sums over the blocks of each node."""
        place, counts = self.places, self.counts
        values = np.stack(
            [
                self.weight,
                self.linked * self.weight,
                np.ones(self.size),
                self.prose,
                self.heading,
                counts[:, chars.STOP] + counts[:, chars.COMMA],
                counts[:, chars.MONEY] > 0,
                self.words <= _SHORT,
                (self.kind == _LI) | (self.kind == _DD),
            ]
        )
        run = np.zeros((len(values), self.size + 1))
        np.cumsum(values, axis=1, out=run[:, 1:])
        found: dict[str, Column] = dict(zip(_SUMMED, run[:, place.ends] - run[:, place.starts], strict=True))
        for mark in ("img", "input", "time"):
            at = np.sort(np.array(self.tree.marks[mark], np.int64))
            inside = np.searchsorted(at, place.ends) - np.searchsorted(at, place.starts)
            found[mark] = inside.astype(np.float64)
        return found

    def _groups(self, of_node: dict[str, Column]) -> Floats:
        """Return what is in the groups around each block, shape (columns, levels, blocks). All is told of nodes first: levels
        and blocks share them.
        """
        inside, many = np.maximum(of_node["weight"], 1), np.maximum(of_node["one"], 1)
        of_nodes = np.stack(
            [
                _log(inside),
                inside / self.total,
                _log(many),
                of_node["linked"] / inside,
                of_node["prose"] / inside,
                of_node["prose"] / self.total_prose,
                of_node["stops"] / inside,
                _log(inside / many),
                *(of_node[name] / many for name in ("heads", "short", "money", "items", "img")),
                of_node["input"] > 0,
            ]
        )
        groups = np.stack(self.places.groups)
        at = (self.order - self.places.starts[groups]) / many[groups]
        return np.concatenate([of_nodes.astype(np.float32)[:, groups], at.astype(np.float32)[None]])

    def neighbours(self) -> None:
        """Add what the two blocks before and the two behind are."""
        own = np.stack([self.columns[name] for name in _NEIGHBOURS])
        found = np.full((len(own), len(_STEPS), self.size), -1.0, np.float32)
        for at, by in enumerate(_STEPS):
            if by < 0:
                found[:, at, :by] = own[:, -by:]
            else:
                found[:, at, by:] = own[:, :-by]
        self.columns.update(zip(_OF_NEIGHBOURS, found.reshape(-1, self.size), strict=True))

    def page(self) -> None:
        """Add what the whole page is."""
        tree = self.tree
        self.put_whole("page_weight", np.log1p(self.total))
        self.put_whole("page_blocks", np.log1p(self.size))
        self.put_whole("page_linked", float((self.linked * self.weight).sum()) / self.total)
        self.put_whole("page_prose", float(self.prose.sum()) / self.total)
        self.put_whole("page_heads", np.log1p(self.heading.sum()))
        self.put_whole("page_money", np.log1p((self.counts[:, chars.MONEY] > 0).sum()))
        tags = Counter(tree.tags)
        for tag in ("article", "main", "li", "td", "pre", "p", "form", "blockquote"):
            self.put_whole(f"page_{tag}", np.log1p(tags[tag]))
        self.put_whole("page_img", np.log1p(len(tree.marks["img"])))
        self.put_whole("page_time", np.log1p(len(tree.marks["time"])))
        hidden = self.within[-1] > 0
        self.put_whole("page_hidden", float(self.weight[hidden].sum()) / self.total)


def _log(values: npt.NDArray[np.generic]) -> Floats:
    return np.asarray(np.log1p(values.astype(np.float32)))
