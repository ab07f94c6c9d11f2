"""Training with sites left out: each step learns from what the step before said of pages it had not seen."""

from __future__ import annotations

import hashlib
import io
import itertools
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.model import (
    LEAST,
    TYPES,
    block_columns,
    choice,
    context_of,
    linear_columns,
    page_numbers,
    second_stage,
    sigmoid,
)
from streams.cleaning.extract.blocks.network import Networks, with_logit
from training.blocks import boost, linear, network
from training.blocks.labels import labels
from training.blocks.pages import Page
from training.blocks.words import word_f1, words_of

Floats = npt.NDArray[np.float64]

_ARTICLE = TYPES.index("article")
FOLDS = 5
NOTHING = -1  # the fold that no site is in
TREES: Mapping[str, Sequence[int]] = {"types": (90,), "first": (110, 190), "second": (70, 130)}
_SCALE = 1024
_MOST = 150  # blocks of a page in the truth, and outside, that are learnt from


def fold_of(site: str) -> int:
    """Return the fold of a site: the same on every run."""
    return int(hashlib.md5(site.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


class Training:
    """All pages as matrices, and the models fitted on them. Pages without blocks are measured and not learnt from.

    Every step learns from what the step before said of pages that it had not seen: within the pages that a model may learn
    from, each fold is left out in turn. To measure, a fifth of the sites is left out of all of that.
    """

    def __init__(self, pages: Sequence[Page], trees: Mapping[str, Sequence[int]] = TREES) -> None:
        self.all = list(pages)
        self.trees = trees
        self.pages = [page for page in pages if page.features is not None and words_of(page.truth)]
        self.features = [page.features for page in self.pages if page.features is not None]
        sizes = [len(page.tree.texts) for page in self.pages]
        self.starts = np.concatenate([[0], np.cumsum(sizes)])
        self.owner = np.repeat(np.arange(len(sizes)), sizes)
        self.fold = np.array([fold_of(page.site) for page in self.pages])
        self.target = np.concatenate([labels(page.tree.texts, page.truth) for page in self.pages]).clip(0, 1)
        words = [np.array([len(words_of(text)) for text in page.tree.texts]) for page in self.pages]
        # an error in a block costs F1 by its share of the text
        self.weight = np.concatenate(
            [
                np.minimum(count / max(30, len(words_of(page.truth))), 1.0) + 0.2 / len(count)
                for count, page in zip(words, self.pages, strict=True)
            ]
        )
        self.share = self._sample()
        self.tokens = linear.Tokens(self.pages)
        self.page_rows, self.rarity = linear.page_rows(self.tokens.pages)
        self.kinds = np.array([TYPES.index(page.kind or "article") for page in self.pages])
        self.base = np.concatenate([block_columns(found) for found in self.features])
        self.numbers = np.stack([page_numbers(found) for found in self.features])
        self.word_values: dict[frozenset[int], Floats] = {}
        self.type_values: dict[frozenset[int], tuple[Floats, Floats]] = {}
        self.chance = np.zeros(len(self.owner))
        self.types = np.zeros((len(sizes), len(TYPES)))
        self.started = time.monotonic()

    def evaluate(self) -> list[float]:
        """Return the F1 of each of ``all`` pages by models to which its site was unknown in every step."""
        for fold in range(FOLDS):
            self.fit(fold)
            self._say(f"without fold {fold}")
        typed = np.array([bool(page.kind) for page in self.pages])
        self.types_right = float((self.types.argmax(axis=1) == self.kinds)[typed].mean())
        return self.measure(self.chance)

    def measure(self, chance: Floats) -> list[float]:
        """Return the F1 of each of ``all`` pages where the blocks have the probabilities ``chance``, and the page types those of
        ``types``, with the rules beside the model. One rule is left out: which pages trafilatura reads.
        """
        by = {page.id: word_f1([page.instead], page.truth) for page in self.all if page.instead}
        for at, page in enumerate(self.pages):
            some = chance[self.starts[at] : self.starts[at + 1]]
            _, kept = choice(page.tree, self.features[at], some, self.types[at], page.signals)
            by[page.id] = word_f1(
                (text for text, keep in zip(page.tree.texts, kept, strict=True) if keep), page.truth
            )
        return [by.get(page.id, 0.0) for page in self.all]

    def fit(self, without: int = NOTHING) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays of the model that learns from all folds but ``without``; note what it says of that fold."""
        found: dict[str, npt.NDArray[Any]] = {}
        rows = np.hstack(
            [self.base, self._words(without, found), self._types(without, found)[self.owner]]
        ).astype(np.float32)
        chance = np.zeros(len(self.owner))
        every = self.share > 0
        for fold in (*self._inner(without), without):
            trees = self._learn("first", rows, every, {without, fold})
            inside = self.fold[self.owner] == fold
            if inside.any():
                chance[inside] = sigmoid(trees.scores(rows[inside]))
        found.update(boost.arrays(trees.boosters, "first"))
        self._say("first stage")
        around = np.concatenate(
            [
                context_of(features, page.tree, chance[self.starts[at] : self.starts[at + 1]])
                for at, (page, features) in enumerate(zip(self.pages, self.features, strict=True))
            ]
        )
        rows = np.hstack([rows, around])
        trees = self._learn("second", rows, every & (chance > LEAST), {without})
        found.update(boost.arrays(trees.boosters, "second"))
        self._say("second stage")
        bounds = [
            (int(self.starts[at]), int(self.starts[at + 1])) for at in np.flatnonzero(self.fold != without)
        ]
        found.update(network.learn(with_logit(rows, chance), self.target, self.weight, bounds))
        self._say("networks")
        networks = Networks(found)
        for at in np.flatnonzero(self.fold == without):
            page = slice(self.starts[at], self.starts[at + 1])
            words = self.features[at].words.astype(np.float64)
            article = float(self.types[at, _ARTICLE])
            self.chance[page] = second_stage(rows[page], chance[page], words, trees, networks, article)
        return found

    def _inner(self, without: int) -> list[int]:
        return [fold for fold in range(FOLDS) if fold != without]

    def _words(self, without: int, found: dict[str, npt.NDArray[Any]]) -> Floats:
        """Return the columns of the linear model: of each fold by weights that saw neither it nor ``without``."""
        tokens = self.tokens
        sums = np.zeros((len(self.owner), len(tokens.bounds) - 1))
        for fold in (*self._inner(without), without):
            values = self._word_values(frozenset({without, fold}))
            inside = np.flatnonzero(self.fold[self.owner] == fold)
            for channel, (start, end) in enumerate(itertools.pairwise(tokens.bounds)):
                sums[inside, channel] = tokens.blocks[inside][:, start:end] @ values[start:end] / _SCALE
        whole = values.astype(np.int16)
        near, middle, far, text, above = (
            whole[start:end] for start, end in itertools.pairwise(tokens.bounds)
        )
        found["node_words"], found["node_weights"] = _packed(
            tokens.node_words, np.stack([near, middle, far], axis=1)
        )
        found["text_words"], found["text_weights"] = _packed(
            tokens.text_words, np.stack([text, above], axis=1)
        )
        self._say("words")
        return np.concatenate(
            [
                linear_columns(sums[self.starts[at] : self.starts[at + 1]], features)
                for at, features in enumerate(self.features)
            ]
        )

    def _word_values(self, without: frozenset[int]) -> Floats:
        """Return the weights of words, as whole numbers of 1 / _SCALE, learnt from all folds but ``without``."""
        known = self.word_values.get(without)
        if known is None:
            rows = np.flatnonzero(~np.isin(self.fold[self.owner], list(without)))
            weight = self.weight + 0.8 / np.diff(self.starts)[self.owner]
            values = linear.fit_blocks(self.tokens.blocks[rows], self.target[rows], weight[rows])
            known = self.word_values[without] = np.round(values[1:] * _SCALE).clip(-32_000, 32_000)
        return known

    def _types(self, without: int, found: dict[str, npt.NDArray[Any]]) -> Floats:
        """Return the probabilities of page types: of each fold by models that saw neither it nor ``without``."""
        logits = np.zeros((len(self.pages), len(TYPES)))
        for fold in (*self._inner(without), without):
            weights, bias = self._type_values(frozenset({without, fold}))
            inside = self.fold == fold
            logits[inside] = self.page_rows[inside] @ weights + bias
        whole = np.round(10 * self.rarity[:, None] * weights * _SCALE).clip(-32_000, 32_000).astype(np.int16)
        found["page_words"], found["page_weights"] = _joined(self.tokens.page_words), whole
        found["page_squares"] = np.round(self.rarity**2 * _SCALE).astype(np.int16)
        found["page_bias"] = bias
        rows = np.hstack([logits, self.numbers]).astype(np.float32)
        chance = np.zeros_like(logits)
        for fold in (*self._inner(without), without):
            learnt = ~np.isin(self.fold, [without, fold])
            booster = boost.fit_types(rows[learnt], self.kinds[learnt], len(TYPES), self.trees["types"][0])
            inside = self.fold == fold
            if inside.any():
                chance[inside] = booster.predict(rows[inside], num_threads=1)
        found.update(boost.arrays([booster], "kinds"))
        self.types[self.fold == without] = chance[self.fold == without]
        self._say("types")
        return chance

    def _type_values(self, without: frozenset[int]) -> tuple[Floats, Floats]:
        known = self.type_values.get(without)
        if known is None:
            learnt = np.flatnonzero(~np.isin(self.fold, list(without)))
            known = self.type_values[without] = linear.fit_types(self.page_rows[learnt], self.kinds[learnt])
        return known

    def _learn(
        self, stage: str, rows: npt.NDArray[np.float32], some: npt.NDArray[np.bool_], without: set[int]
    ) -> boost.Blocks:
        """Return trees that learnt from ``some`` blocks of all folds but ``without``."""
        learnt = np.flatnonzero(some & ~np.isin(self.fold[self.owner], list(without)))
        weight = self.weight[learnt] * self.share[learnt]
        return boost.fit_blocks(rows[learnt], self.target[learnt], weight, self.trees[stage])

    def _say(self, step: str) -> None:
        print(f"{time.monotonic() - self.started:6.0f} s {step}", file=sys.stderr, flush=True)

    def _sample(self) -> Floats:
        """Return a factor for each block's weight: 0 for those that are not learnt from, on pages with very many."""
        share = np.ones(len(self.owner))
        random = np.random.default_rng(0)
        for start, end in itertools.pairwise(self.starts):
            outside = self.target[start:end] < 0.1
            for side in (outside, ~outside):
                blocks = start + np.flatnonzero(side)
                if len(blocks) > _MOST:
                    share[blocks] = 0
                    share[random.choice(blocks, _MOST, replace=False)] = len(blocks) / _MOST
        return share


def _packed(
    words: list[str], weights: npt.NDArray[np.int16]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int16]]:
    """Return the words that have a weight, joined, and their weights."""
    keep = np.flatnonzero(weights.any(axis=1))
    return _joined([words[at] for at in keep]), weights[keep]


def _joined(words: list[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def packed(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Return the file of a model: the same bytes for the same arrays."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()
