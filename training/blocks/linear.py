"""The linear parts: weights of words in markup and text for blocks, and of words of the page for its type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize

from streams.cleaning.extract.blocks.model import FAR, NEAR, TYPES, headings_above
from streams.cleaning.extract.blocks.tokens import node_tokens, page_tokens, text_tokens
from training.blocks.pages import Page

Floats = npt.NDArray[np.float64]

_NODE_SITES, _TEXT_SITES, _PAGE_SITES = 6, 10, 6  # sites on which a word must occur
_CEILING = 2  # of counts of one word on one path
_L2 = 3e-5


class Tokens:
    """The words of all pages as sparse matrices: of blocks (near, middle, far, text, heading above), and of pages."""

    def __init__(self, pages: Sequence[Page]) -> None:
        node_words, text_words, page_words = _Vocabulary(), _Vocabulary(), _Vocabulary()
        paths: list[list[tuple[int, int]]] = [[], [], []]
        above: list[npt.NDArray[np.int64]] = []
        block = node = 0
        for number, page in enumerate(pages):
            tree = page.tree
            tokens = [node_tokens(tag, names) for tag, names in zip(tree.tags, tree.names, strict=True)]
            for at, found in enumerate(tokens):
                node_words.add(node + at, found, page.site)
            for at, (text, inner) in enumerate(zip(tree.texts, tree.inner, strict=True)):
                text_words.add(block + at, text_tokens(text, inner), page.site)
            for at, home in enumerate(tree.homes):
                level = 0
                while home >= 0:
                    paths[0 if level < NEAR else 1 if level < FAR else 2].append((block + at, node + home))
                    home = tree.parents[home]
                    level += 1
            if page.features:
                nearest = headings_above(page.features)
                above.append(np.where(nearest >= 0, block + nearest, -1))
            page_words.add(number, page_tokens(tree, page.signals, page.url, tokens), page.site)
            block += len(tree.texts)
            node += len(tree.tags)
        nodes, self.node_words = node_words.matrix(node, _NODE_SITES)
        texts, self.text_words = text_words.matrix(block, _TEXT_SITES)
        self.pages, self.page_words = page_words.matrix(len(pages), _PAGE_SITES)
        channels = []
        for path in paths:
            pairs = np.array(path).reshape(-1, 2)
            ones = np.ones(len(pairs), np.float32)
            reach = sp.csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), (block, node))
            channel = (reach @ nodes).tocsr()
            channel.data[:] = np.minimum(channel.data, _CEILING)
            channels.append(channel)
        padded = sp.vstack([texts, sp.csr_matrix((1, texts.shape[1]), dtype=texts.dtype)]).tocsr()
        self.blocks = sp.hstack([*channels, texts, padded[np.concatenate(above)]]).tocsr()
        self.bounds = np.cumsum([0, *[len(self.node_words)] * 3, *[len(self.text_words)] * 2]).tolist()


class _Vocabulary:
    def __init__(self) -> None:
        self.at: dict[str, int] = {}
        self.sites: defaultdict[int, set[str]] = defaultdict(set)
        self.rows: list[int] = []
        self.columns: list[int] = []

    def add(self, row: int, words: set[str], site: str) -> None:
        for word in sorted(words):
            column = self.at.setdefault(word, len(self.at))
            self.sites[column].add(site)
            self.rows.append(row)
            self.columns.append(column)

    def matrix(self, rows: int, sites: int) -> tuple[sp.csr_matrix, list[str]]:
        """Return the matrix of the words on at least so many sites, and those words."""
        whole = sp.csr_matrix(
            (np.ones(len(self.rows), np.float32), (self.rows, self.columns)), (rows, len(self.at))
        )
        keep = [column for column in range(len(self.at)) if len(self.sites[column]) >= sites]
        words = list(self.at)
        return whole[:, keep], [words[column] for column in keep]


def fit_blocks(rows: sp.csr_matrix, target: Floats, weight: Floats, iterations: int = 50) -> Floats:
    """Return the weights of a logistic regression; the first is the bias."""
    weight = weight / weight.sum()
    turned = rows.T.tocsr()

    def loss(values: Floats) -> tuple[float, Floats]:
        scores = rows @ values[1:] + values[0]
        error = np.logaddexp(0, scores) - target * scores
        chance = 1 / (1 + np.exp(-scores))
        slope = weight * (chance - target)
        gradient = np.concatenate([[slope.sum()], turned @ slope + 2 * _L2 * values[1:]])
        return float((weight * error).sum() + _L2 * (values[1:] ** 2).sum()), gradient

    found = minimize(
        loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": iterations}
    )
    return np.asarray(found.x)


def fit_types(rows: sp.csr_matrix, kinds: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return weights (words, types) and bias of a softmax regression over rows of page words."""
    count, width = rows.shape
    turned = rows.T.tocsr()
    wanted = np.eye(len(TYPES))[kinds]
    l2 = 0.5 / count

    def loss(flat: Floats) -> tuple[float, Floats]:
        values = flat.reshape(width + 1, len(TYPES))
        scores = rows @ values[1:] + values[0]
        scores -= scores.max(axis=1, keepdims=True)
        total = np.log(np.exp(scores).sum(axis=1, keepdims=True))
        slope = (np.exp(scores - total) - wanted) / count
        gradient = np.vstack([slope.sum(axis=0, keepdims=True), turned @ slope + 2 * l2 * values[1:]])
        return float(
            (total[:, 0] - (scores * wanted).sum(axis=1)).mean() + l2 * (values[1:] ** 2).sum()
        ), gradient.ravel()

    found = minimize(
        loss, np.zeros((width + 1) * len(TYPES)), jac=True, method="L-BFGS-B", options={"maxiter": 200}
    ).x.reshape(width + 1, len(TYPES))
    return found[1:], found[0]


def page_rows(counts: sp.csr_matrix) -> tuple[sp.csr_matrix, Floats]:
    """Return rows of length 10, weighted by rarity, and the rarity of each word (at most 4)."""
    pages = np.maximum(np.asarray((counts > 0).sum(axis=0)).ravel(), 1)
    rarity = np.minimum(np.log(counts.shape[0] / pages), 4.0)
    weighted = (counts @ sp.diags(rarity)).tocsr()
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    return (sp.diags(10 / np.maximum(length, 1e-6)) @ weighted).tocsr(), rarity
