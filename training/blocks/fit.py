"""Training with sites left out: each step learns from what the step before said of pages it had not seen."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.model import TYPES, block_columns, choose, context_of, page_numbers
from training.blocks import boost, linear
from training.blocks.labels import labels, word_f1, words_of
from training.blocks.pages import Page

Floats = npt.NDArray[np.float64]

FOLDS = 5
_TREES = 150, 120  # of the two stages
_SCALE = 1024
_MOST = 500  # blocks of a page outside the truth that are learnt from


def fold_of(site: str) -> int:
    """Return the fold of a site: the same on every run."""
    return int(hashlib.md5(site.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


class Training:
    """All pages as matrices, and the models fitted on them. Pages without blocks are measured and not learnt from."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.all = list(pages)
        self.pages = [page for page in pages if page.features is not None and words_of(page.truth)]
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
        self.tokens = linear.Tokens(self.pages)
        self.kinds = np.array([TYPES.index(page.kind or "article") for page in self.pages])
        self.started = time.monotonic()

    def run(self) -> tuple[dict[str, npt.NDArray[Any]], list[float]]:
        """Return the arrays of the model, and the F1 of each of ``all`` pages by models that have not seen its site."""
        found: dict[str, npt.NDArray[Any]] = {}
        sums = self._linear(found)
        types = self._types(found)
        base = np.concatenate([block_columns(page.features) for page in self.pages if page.features])
        rows = np.hstack([base, sums, types[self.owner]]).astype(np.float32)
        del base
        chance = self._stage("first", rows, _TREES[0], found)
        self._said("first stage", chance)
        around = np.concatenate(
            [
                context_of(page.features, page.tree, chance[self.starts[at] : self.starts[at + 1]])
                for at, page in enumerate(self.pages)
                if page.features
            ]
        )
        rows = np.hstack([rows, around])
        chance = self._stage("second", rows, _TREES[1], found)
        self._said("second stage", chance)
        self.chance = chance
        return found, self.measure(chance)

    def measure(self, chance: Floats) -> list[float]:
        by = {}
        for at, page in enumerate(self.pages):
            assert page.features is not None
            kept = choose(chance[self.starts[at] : self.starts[at + 1]], page.features.words.astype(float))
            by[page.id] = word_f1(
                (text for text, keep in zip(page.tree.texts, kept, strict=True) if keep), page.truth
            )
        return [by.get(page.id, 0.0) for page in self.all]

    def _said(self, step: str, chance: Floats | None = None) -> None:
        text = ""
        if chance is not None:
            text = " ".join(f"{name} {value:.4f}" for name, _, value in table(self.all, self.measure(chance)))
        print(f"{time.monotonic() - self.started:6.0f} s {step} {text}", file=sys.stderr, flush=True)

    def _rows(self, fold: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the blocks outside and inside of a fold; fold -1 is empty."""
        inside = self.fold[self.owner] == fold
        return np.flatnonzero(~inside), np.flatnonzero(inside)

    def _linear(self, found: dict[str, npt.NDArray[Any]]) -> Floats:
        tokens = self.tokens
        weight = self.weight + 0.8 / np.diff(self.starts)[self.owner]
        sums = np.zeros((len(self.owner), 5))
        bounds = tokens.bounds
        for fold in (*range(FOLDS), -1):
            learnt, left_out = self._rows(fold)
            values = linear.fit_blocks(tokens.blocks[learnt], self.target[learnt], weight[learnt])
            values = np.round(values * _SCALE).clip(-32_000, 32_000)
            if fold >= 0:
                for channel in range(4):
                    part = slice(bounds[channel], bounds[channel + 1])
                    sums[left_out, channel] = tokens.blocks[left_out][:, part] @ values[1:][part] / _SCALE
            self._said(f"words, fold {fold}")
        values = values[1:].astype(np.int16)
        count = len(tokens.node_words)
        found["node_words"], found["node_weights"] = _packed(
            tokens.node_words, np.stack([values[count * at : count * (at + 1)] for at in range(3)], axis=1)
        )
        found["text_words"], found["text_weights"] = _packed(tokens.text_words, values[3 * count :])
        sums[:, 4] = sums[:, :4].sum(axis=1)
        return sums

    def _types(self, found: dict[str, npt.NDArray[Any]]) -> Floats:
        """Return the probabilities of page types of pages left out; fit the final model."""
        rows, rarity = linear.page_rows(self.tokens.pages)
        logits = np.zeros((len(self.pages), len(TYPES)))
        for fold in (*range(FOLDS), -1):
            learnt, left_out = np.flatnonzero(self.fold != fold), np.flatnonzero(self.fold == fold)
            weights, bias = linear.fit_types(rows[learnt], self.kinds[learnt])
            if fold >= 0:
                logits[left_out] = rows[left_out] @ weights + bias
        whole = np.round(10 * rarity[:, None] * weights * _SCALE).clip(-32_000, 32_000).astype(np.int16)
        found["page_words"], found["page_weights"] = _packed(self.tokens.page_words, whole)
        found["page_squares"] = np.round(rarity**2 * _SCALE).astype(np.int16)
        found["page_bias"] = bias
        numbers = np.stack([page_numbers(page.features) for page in self.pages if page.features])
        rows = np.hstack([logits, numbers]).astype(np.float32)
        chance = np.zeros_like(logits)
        for fold in (*range(FOLDS), -1):
            learnt, left_out = np.flatnonzero(self.fold != fold), np.flatnonzero(self.fold == fold)
            booster = boost.fit_types(rows[learnt], self.kinds[learnt], len(TYPES))
            if fold >= 0:
                chance[left_out] = booster.predict(rows[left_out], num_threads=1)
        found.update(boost.arrays(booster, "kinds"))
        typed = np.array([bool(page.kind) for page in self.pages])
        self.types_right = float((chance.argmax(axis=1) == self.kinds)[typed].mean())
        self._said(f"types right: {self.types_right:.4f}")
        return chance

    def _stage(
        self, name: str, rows: npt.NDArray[np.float32], trees: int, found: dict[str, npt.NDArray[Any]]
    ) -> Floats:
        chance = np.zeros(len(rows))
        share = self._sample()
        for fold in (*range(FOLDS), -1):
            learnt, left_out = self._rows(fold)
            learnt = learnt[share[learnt] > 0]
            booster = boost.fit_blocks(
                rows[learnt], self.target[learnt], self.weight[learnt] * share[learnt], trees
            )
            if fold >= 0:
                chance[left_out] = booster.predict(rows[left_out], num_threads=1)
            print(
                f"{time.monotonic() - self.started:6.0f} s {name}, fold {fold}", file=sys.stderr, flush=True
            )
        found.update(boost.arrays(booster, name))
        return chance

    def _sample(self) -> Floats:
        """Return a factor for each block's weight: 0 for those left out on pages with very many outside the truth."""
        share = np.ones(len(self.owner))
        random = np.random.default_rng(0)
        for start, end in zip(self.starts[:-1], self.starts[1:], strict=True):
            outside = start + np.flatnonzero(self.target[start:end] < 0.1)
            if len(outside) > _MOST:
                share[outside] = 0
                share[random.choice(outside, _MOST, replace=False)] = len(outside) / _MOST
        return share


def _packed(
    words: list[str], weights: npt.NDArray[np.int16]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int16]]:
    """Return the words that have a weight, joined, and their weights."""
    keep = (
        [at for at, row in enumerate(weights.reshape(len(words), -1)) if row.any()]
        if weights.ndim == 1
        else range(len(words))
    )
    text = "\n".join(words[at] for at in keep)
    return np.frombuffer(text.encode(), np.uint8), weights[list(keep)]


def table(pages: Sequence[Page], scores: Sequence[float]) -> list[tuple[str, int, float]]:
    """Return rows of (page type or set, pages, mean F1); "all" are the pages that have a type."""
    found: dict[str, list[float]] = {}
    for page, score in zip(pages, scores, strict=True):
        if page.kind:
            found.setdefault("all", []).append(score)
        found.setdefault(page.kind or page.area, []).append(score)
    order = ["all", *TYPES, *sorted(set(found) - set(TYPES) - {"all"})]
    return [(name, len(found[name]), sum(found[name]) / len(found[name])) for name in order if name in found]
