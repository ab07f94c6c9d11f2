"""The block model: which blocks of a page are its main text, and what type of page it is.

Trained by ``training/blocks`` on pages whose main text is known; ``data/blocks.md`` is its card. Five steps, each in numpy:
weights of words in markup and text, summed by place; the page's type; the probability of each block; the same once more,
with what the first pass said of a block's surroundings, by trees and, where these doubt, by networks as well; and
one probability for blocks of one make.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable
from importlib import resources
from typing import Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.bare import bare_text
from streams.cleaning.extract.blocks.context import context
from streams.cleaning.extract.blocks.features import Features, features_of
from streams.cleaning.extract.blocks.network import Networks
from streams.cleaning.extract.blocks.node_weights import NodeWeights
from streams.cleaning.extract.blocks.repeats import PageFacts
from streams.cleaning.extract.blocks.together import together
from streams.cleaning.extract.blocks.tokens import TextWeights, page_tokens
from streams.cleaning.extract.blocks.tree import BlockTree
from streams.cleaning.extract.copies import copies
from streams.cleaning.extract.set_aside import set_aside
from streams.cleaning.extract.standfirst import standfirst
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.forest import Forest, unpack
from streams.records import PageType

TYPES = tuple(PageType)
_FORUM, _ARTICLE = TYPES.index(PageType.FORUM), TYPES.index(PageType.ARTICLE)
_SURE = 0.9  # F1 that trees expect of their own choice, and probability of an article, from which they alone decide
LEAST = 0.02  # probability that the first stage gives to what the second looks at: half of the blocks
NEAR, FAR = 2, 5  # levels above a block: below NEAR, below FAR, and the rest
_SCALE = 1 / 1024  # weights are stored as integers, so that their sums are the same on every machine
_AGGREGATED = [
    "weight",
    "linked",
    "money",
    "commas",
    "u0_alike",
    "u1_alike",
    "u2_alike",
    "u1_mean",
    "u2_mean",
    "in_pre",
    "in_form",
    "in_table",
    "in_li",
    "anchors",
    "heading",
    "last_stop",
    "g2_img",
]


class Scoring(Protocol):
    """What gives rows of columns their logits."""

    def scores(self, rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """Return the logit of each row."""


class Prediction(msgspec.Struct, frozen=True):
    """``chance`` is the probability that a block is main text, 0 where the page sets it aside, 1 in a bare document; ``kept`` is the choice that maximises the expected
    F1, which is ``expected``.
    """

    page_type: PageType
    page_type_probability: float
    chance: npt.NDArray[np.float64]
    kept: npt.NDArray[np.bool_]
    expected: float


class Model:
    """The trained weights, from the arrays of an ``.npz`` file."""

    def __init__(self, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
        near_middle_far = map(tuple, arrays["node_weights"].astype(np.int64).tolist())
        self.node_weights = dict(zip(_vocabulary(arrays["node_words"]), near_middle_far, strict=True))
        words, weights = _vocabulary(arrays["text_words"]), arrays["text_weights"].astype(np.int64)
        self.text_weights = dict(zip(words, weights[:, 0].tolist(), strict=True))
        self.heading_weights = dict(
            zip(words, weights[:, 1].tolist(), strict=True)
        )  # for what a heading is above
        self.texts, self.headings = TextWeights(self.text_weights), TextWeights(self.heading_weights)
        self.page_rows = _vocabulary(arrays["page_words"])
        self.page_weights = arrays["page_weights"].astype(np.int64)  # (words, types)
        self.page_squares = arrays["page_squares"].astype(np.int64)
        self.page_bias = arrays["page_bias"].astype(np.float64)
        self.kinds: Forest = unpack(arrays, "kinds")
        self.first: Forest = unpack(arrays, "first")
        self.second: Forest = unpack(arrays, "second")
        self.networks = Networks(arrays)
        self.nodes = NodeWeights(self.node_weights, self.page_rows)

    def predict(self, tree: BlockTree, declared: DeclaredMetadata, url: str, facts: PageFacts) -> Prediction:
        """Return which blocks of ``tree`` are main text. There must be at least one block."""
        features = features_of(tree, facts)
        sums, page_rows = self.nodes.of(tree)
        linear = self.linear(tree, features, sums)
        types = self.types(page_tokens(tree, declared, url, ()), page_rows, features)
        whole = np.broadcast_to(types.astype(np.float32)[:, None], (len(TYPES), len(tree.texts)))
        columns = np.concatenate([block_columns(features).T, linear.T, whole])
        words = features.words.astype(np.float64)
        chance = sigmoid(self.first.scores(columns.T))
        rows = np.concatenate([columns, context_of(features, tree, chance).T])
        chance = second_stage(rows.T, chance, words, self.second, self.networks, float(types[_ARTICLE]))
        best = int(np.argmax(types))
        chance, kept = choice(tree, features, chance, types, declared)
        expected = expected_f1(chance, words, kept)
        return Prediction(TYPES[best], round(float(types[best]), 4), chance, kept, expected)

    def linear(
        self, tree: BlockTree, features: Features, sums: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float32]:
        """Return the columns of :func:`linear_columns` from ``sums``, the weights of each node: near, middle, far."""
        places = features.places
        size = len(tree.texts)
        padded = np.vstack([sums, np.zeros((1, 3), np.int64)])  # node -1 is above the root
        above = np.append(places.parents, -1)
        found = np.zeros((size, 5), np.int64)
        node = places.homes
        for level in range(FAR):
            channel = 0 if level < NEAR else 1
            found[:, channel] += padded[node, channel]
            node = above[node]
        found[:, 2] = _along_paths(tree.parents, sums[:, 2].tolist())[node]
        words = tree.words
        found[:, 3] = self.texts.of_blocks(tree.texts, tree.inner, words)
        above = headings_above(features)
        said = np.zeros(size + 1, np.int64)  # the last is of no heading
        for heading in np.unique(above[above >= 0]).tolist():
            text = tree.texts[heading]
            said[heading] = self.headings.of(text, tree.inner[heading], words.get(text))
        found[:, 4] = said[above]
        return linear_columns(found.astype(np.float64) * _SCALE, features)

    def types(self, tokens: Iterable[str], known: set[int], features: Features) -> npt.NDArray[np.float64]:
        """Return the probability of each page type. ``known`` are the rows of further tokens of the page."""
        rows = list(known.union([self.page_rows[token] for token in tokens if token in self.page_rows]))
        length = np.sqrt(max(int(self.page_squares[rows].sum()), 1) * _SCALE)
        logits = self.page_bias + self.page_weights[rows].sum(axis=0) * _SCALE / length
        row = np.concatenate([logits, page_numbers(features)]).astype(np.float32)[None]
        each = self.kinds.each(row)[0]
        scores = each.reshape(-1, len(TYPES)).sum(axis=0)
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum())


def second_stage(
    rows: npt.NDArray[np.float32],
    chance: npt.NDArray[np.float64],
    words: npt.NDArray[np.float64],
    trees: Scoring,
    networks: Networks,
    article: float,
) -> npt.NDArray[np.float64]:
    """Return the probability of each block of a page by the second stage.

    ``rows`` are its columns, shape (blocks, columns), ``chance`` is what the first stage says, ``words`` how many each block has,
    ``article`` the probability that the page is one. Blocks that the first stage thinks improbable stay so. The networks are asked where
    the trees doubt, but not of what is surely an article: there they are no better.
    """
    likely = chance > LEAST
    if not likely.any():
        return chance
    scores, found = trees.scores(rows[likely]), chance.copy()
    found[likely] = sigmoid(scores)
    if article < _SURE and expected_f1(found, words, choose(found, words)) < _SURE:
        found[likely] = sigmoid((scores + networks.scores(rows, chance)[likely]) / 2)
    return found


def expected_f1(
    chance: npt.NDArray[np.float64], words: npt.NDArray[np.float64], kept: npt.NDArray[np.bool_]
) -> float:
    """Return the F1 in words that a choice of blocks with these probabilities can expect; 0 for a page without words."""
    likely = chance * words
    total = float(words[kept].sum() + likely.sum())
    return 2 * float(likely[kept].sum()) / total if total else 0.0


def _along_paths(parents: list[int], weights: list[int]) -> npt.NDArray[np.int64]:
    """Return the sum of the weights from the root to each node, and 0 behind them, for the node -1."""
    found: list[int] = []
    for parent, weight in zip(parents, weights, strict=True):
        found.append(found[parent] + weight if parent >= 0 else weight)
    return np.array([*found, 0], np.int64)


def block_columns(features: Features) -> npt.NDArray[np.float32]:
    """Return the columns of the block stages: all but those of the whole page, from which trees would learn pages by heart."""
    _, _, of_blocks = _kinds_of_columns(tuple(features.names))
    return features.values.T[of_blocks].T


@functools.lru_cache(maxsize=4)
def _kinds_of_columns(names: tuple[str, ...]) -> tuple[list[int], list[int], list[int]]:
    """Return which columns say something of the page, which are aggregated to do so, and which are for block stages."""
    of_page = [
        at for at, name in enumerate(names) if name.startswith("page_") or name in ("has_ld", "h1_count")
    ]
    of_blocks = [at for at, name in enumerate(names) if not name.startswith("page_")]
    return of_page, [names.index(name) for name in _AGGREGATED], of_blocks


def page_numbers(features: Features) -> npt.NDArray[np.float64]:
    """Return the numbers from which the page's type is told: those of the page, and means over its blocks."""
    of_page, aggregated, _ = _kinds_of_columns(tuple(features.names))
    some = np.ascontiguousarray(features.values.T[aggregated].T, np.float64)
    words = features.words.astype(np.float64)[:, None]
    whole = features.values[0, of_page].astype(np.float64)
    return np.concatenate([whole, some.mean(axis=0), (some * words).sum(axis=0) / words.sum()])


def headings_above(features: Features) -> npt.NDArray[np.int64]:
    """Return for each block the heading before it, -1 where there is none."""
    heading = features.values[:, features.names.index("heading")] > 0
    order = np.arange(len(heading))
    nearest = np.maximum.accumulate(np.where(heading, order, -1))
    return np.concatenate([[-1], nearest[:-1]])


def linear_columns(sums: npt.NDArray[np.float64], features: Features) -> npt.NDArray[np.float32]:
    """Return what the sums of weights of each block (near, middle, far, text, heading above) say of it and of the blocks around
    it: the sums, their total, the text that begins each level of surroundings, and the mean total of each level.
    """
    total = sums.sum(axis=1)
    places = features.places
    run = np.concatenate([[0.0], np.cumsum(total)])
    columns = [*sums.T, total]
    for group in places.groups[1:]:
        start, end = places.starts[group], places.ends[group]
        columns.append(sums[start, 3])
        columns.append((run[end] - run[start]) / (end - start))
    return np.array(columns).astype(np.float32).T


def context_of(
    features: Features, tree: BlockTree, chance: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    """Return the features of the second stage."""
    heading = features.values[:, features.names.index("heading")] > 0
    depths = np.array(tree.depths, np.float64)
    around = context(chance, features.words.astype(np.float64), features.places, heading, depths)
    return np.concatenate([around.T, _copies(tree.texts, chance).T]).T


def _copies(texts: list[str], chance: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return for each block the highest probability of the blocks with its text, and how far below that its own is."""
    numbers: dict[str, int] = {}
    same = np.array([numbers.setdefault(text, len(numbers)) for text in texts], np.int64)
    best = np.zeros(len(numbers))
    np.maximum.at(best, same, chance)
    return np.stack([best[same], chance - best[same]]).astype(np.float32).T


def choice(
    tree: BlockTree,
    features: Features,
    chance: npt.NDArray[np.float64],
    types: npt.NDArray[np.float64],
    declared: DeclaredMetadata,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the probabilities that the rules beside the model leave of ``chance``, and the blocks that are kept. ``types`` are the
    probabilities of the page types.
    """
    page_type = TYPES[int(np.argmax(types))]
    chance = together(chance, tree.parents, features.places)
    bare = bare_text(tree)
    if bare is not None:
        chance = bare.astype(np.float64)
    chance = np.where(set_aside(tree, page_type, declared, float(types[_FORUM])), 0.0, chance)
    words = features.words.astype(np.float64)
    kept = choose(chance, words)
    lead = standfirst(features, kept, page_type)
    if lead is not None:
        kept[lead] = True
    if bare is None:
        around = [tree.parents[home] for home in tree.homes]
        kept[copies(tree.texts, around, words, kept)] = False
    return chance, kept


def choose(chance: npt.NDArray[np.float64], words: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return the blocks whose choice has the highest expected F1 in words: the most probable ones, down to a threshold
    that is each page's own (Lewis 1995: the optimal threshold for F1 depends on the whole set).
    """
    order = np.argsort(-chance, kind="stable")
    gained = np.cumsum((chance * words)[order])
    measure = 2 * gained / (np.cumsum(words[order]) + gained[-1])
    kept = np.zeros(len(chance), bool)
    kept[order[: int(np.argmax(measure)) + 1]] = True
    return kept


@functools.cache
def model() -> Model:
    """Return the model that ships with the package."""
    data = resources.files("streams.cleaning.data").joinpath("blocks.npz").read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return Model(dict(arrays))


def _vocabulary(packed: npt.NDArray[np.generic]) -> dict[str, int]:
    text = packed.astype(np.uint8).tobytes().decode("utf-8")
    return {word: at for at, word in enumerate(text.split("\n"))} if text else {}


def sigmoid(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -30, 30))))
