"""Training of the networks over the blocks of a page, with JAX; :mod:`streams.cleaning.extract.blocks.network` is what they compute.

They are small and held back hard (half of the states are dropped at random): with 1,431 pages to learn from, larger ones and freer ones
are worse than the trees alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax

from streams.cleaning.extract.blocks.network import DILATIONS, LAYERS, Preparation

NETWORKS = 4
_WIDTH = 32  # of a block's state
_EPOCHS, _RATE, _DECAY, _DROPPED, _DROPPED_INPUT = 12, 2e-3, 0.1, 0.5, 0.25
_LENGTHS = (
    32,
    64,
    128,
    256,
    512,
    1024,
)  # to which pages are filled up; longer ones are cut to a stretch of this many blocks
_PAGES, _BLOCKS = 8, 4096  # of a step
_ENDS = (0.5, 99.5)  # percentiles at which columns are cut off
_SKEWED = 6  # third moment from which a column is taken as a logarithm
_SAMPLE = 7  # every how many blocks are looked at for that
_SMALL = 1e-6
# By how much the first weights of a layer differ from 1 / sqrt(inputs): layers that add to what is there begin small.
_BEGIN = {"last": 0.1, "skip": 0.05, **{f"out{k}": 0.5 for k in range(len(DILATIONS))}}

Floats = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[Any]]
Weights = dict[str, dict[str, jax.Array]]


class Batch(NamedTuple):
    """Pages of a step, filled up with zeros: input, which blocks there are, share of main text, weight."""

    given: Floats
    there: Floats
    target: Floats
    weight: Floats


class Pages(NamedTuple):
    """Blocks of all pages: their input, share of main text and weight, and where each page that is learnt from starts and ends."""

    given: Floats
    target: Floats
    weight: Floats
    bounds: Sequence[tuple[int, int]]


def learn(
    rows: Floats, target: npt.NDArray[Any], weight: npt.NDArray[Any], bounds: Sequence[tuple[int, int]]
) -> Arrays:
    """Return the arrays of networks learnt from the pages whose blocks are ``rows[start:end]`` for each of ``bounds``."""
    learnt = np.concatenate([np.arange(start, end) for start, end in bounds])
    found = preparation(rows[learnt])
    pages = Pages(Preparation(found).of(rows), target.astype(np.float32), weight.astype(np.float32), bounds)
    each = [_one(pages, seed) for seed in range(1, NETWORKS + 1)]
    for name in LAYERS:
        found[f"net_{name}_weights"] = np.stack([np.asarray(one[name]["w"]) for one in each]).astype(
            np.float16
        )
        found[f"net_{name}_bias"] = np.stack([np.asarray(one[name]["b"]) for one in each])
    return found


def preparation(rows: Floats) -> Arrays:
    """Return the arrays of a :class:`Preparation` for columns as these. Columns that do not vary are left out."""
    low, high = np.percentile(rows[::_SAMPLE], _ENDS, axis=0).astype(np.float32)
    cut = np.clip(rows, low, high)
    mean, deviation = cut.mean(axis=0), cut.std(axis=0)
    moment = np.abs(((cut[::_SAMPLE] - mean) / (deviation + _SMALL)) ** 3).mean(axis=0)
    skewed = (moment > _SKEWED) & (low >= 0)
    scale = np.where(skewed, np.median(cut, axis=0) + deviation / 10 + _SMALL, 0).astype(np.float32)
    cut[:, skewed] = np.log1p(cut[:, skewed] / scale[skewed])
    mean, deviation = cut.mean(axis=0), cut.std(axis=0)
    columns = np.flatnonzero(deviation > _SMALL)
    values = {"low": low, "high": high, "scale": scale, "mean": mean, "deviation": deviation}
    return {
        "net_columns": columns.astype(np.int16),
        **{f"net_{name}": value[columns] for name, value in values.items()},
    }


def _one(pages: Pages, seed: int) -> Weights:
    """Return the weights of one network."""
    key = jax.random.PRNGKey(seed)
    weights = _begin(jax.random.PRNGKey(10 * seed), pages.given.shape[1])
    random = np.random.default_rng(100 * seed)
    steps = _EPOCHS * (len(pages.bounds) // _PAGES + _PAGES)
    rate = optax.warmup_cosine_decay_schedule(0.0, _RATE, steps // 20, steps, _RATE / 50)
    rule = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=_DECAY))
    state = rule.init(weights)

    def step(weights: Weights, state: Any, key: jax.Array, batch: Batch) -> tuple[Weights, Any]:
        update, state = rule.update(jax.grad(_loss)(weights, batch, key), state, weights)
        return optax.apply_updates(weights, update), state

    quick = jax.jit(step)
    for _ in range(_EPOCHS):
        for batch in _batches(pages, random):
            key, own = jax.random.split(key)
            weights, state = quick(weights, state, own, batch)
    return weights


def _begin(key: jax.Array, columns: int) -> Weights:
    sizes = {"input": (columns, _WIDTH), "last": (_WIDTH, 1), "skip": (columns, 1)}
    sizes |= dict.fromkeys(("page", "mix", "hidden"), (2 * _WIDTH, _WIDTH))
    for number in range(len(DILATIONS)):
        sizes |= {f"around{number}": (3 * _WIDTH, _WIDTH), f"out{number}": (_WIDTH, _WIDTH)}
    keys = jax.random.split(key, len(LAYERS))
    return {
        name: {
            "w": jax.random.normal(own, sizes[name]) * _BEGIN.get(name, 1.0) / np.sqrt(sizes[name][0]),
            "b": jnp.zeros(sizes[name][1]),
        }
        for name, own in zip(LAYERS, keys, strict=True)
    }


def _batches(pages: Pages, random: np.random.Generator) -> Iterator[Batch]:
    """Yield the pages in random order, several of like length together; those left over wait for the next epoch."""
    groups: dict[int, list[tuple[int, int]]] = {}
    for number in random.permutation(len(pages.bounds)).tolist():
        start, end = pages.bounds[number]
        length = next((size for size in _LENGTHS if size >= end - start), _LENGTHS[-1])
        groups.setdefault(length, []).append((start, end))
    full = []
    for length, some in groups.items():
        count = min(_PAGES, _BLOCKS // length)
        full += [(length, some[at : at + count]) for at in range(0, len(some) - count + 1, count)]
    for number in random.permutation(len(full)).tolist():
        length, some = full[number]
        yield _batch(pages, length, some, random)


def _batch(pages: Pages, length: int, some: Sequence[tuple[int, int]], random: np.random.Generator) -> Batch:
    shape = (len(some), length)
    batch = Batch(
        np.zeros((*shape, pages.given.shape[1]), np.float32), *(np.zeros(shape, np.float32) for _ in range(3))
    )
    for row, (start, end) in enumerate(some):
        size = min(length, end - start)
        start += int(random.integers(0, end - start - size + 1))
        batch.given[row, :size] = pages.given[start : start + size]
        batch.there[row, :size] = 1
        batch.target[row, :size] = pages.target[start : start + size]
        batch.weight[row, :size] = pages.weight[start : start + size]
    return batch


def _loss(weights: Weights, batch: Batch, key: jax.Array) -> jax.Array:
    """Return the mean over pages of the weighted cross-entropy of their blocks."""
    logits = _forward(weights, batch.given, batch.there[..., None], key)
    each = optax.sigmoid_binary_cross_entropy(logits, batch.target) * batch.weight * batch.there
    found: jax.Array = each.sum(axis=1).mean()
    return found


def _forward(weights: Weights, given: jax.Array | Floats, there: Floats, key: jax.Array) -> jax.Array:
    """Return the logits of blocks, shape (pages, blocks), with states dropped at random."""

    def layer(name: str, values: jax.Array) -> jax.Array:
        return values @ weights[name]["w"] + weights[name]["b"]

    def dropped(values: jax.Array | Floats, key: jax.Array, share: float) -> jax.Array:
        found: jax.Array = (
            jnp.asarray(values) * jax.random.bernoulli(key, 1 - share, values.shape) / (1 - share)
        )
        return found

    before, behind = jax.random.split(key)
    seen = dropped(given, before, _DROPPED_INPUT)
    first = state = jax.nn.gelu(layer("input", seen)) * there
    state = state + layer("page", _pooled(state, there))
    for number, distance in enumerate(DILATIONS):
        around = jnp.concatenate(
            [_moved(state * there, distance), state, _moved(state * there, -distance)], -1
        )
        state = state + layer(f"out{number}", jax.nn.gelu(layer(f"around{number}", around)))
    state = state + jax.nn.gelu(layer("mix", _pooled(state, there)))
    both = dropped(jnp.concatenate([state, first], -1), behind, _DROPPED)
    return (layer("last", jax.nn.gelu(layer("hidden", both))) + layer("skip", seen))[..., 0]


def _pooled(state: jax.Array, there: Floats) -> jax.Array:
    mean = (state * there).sum(axis=1, keepdims=True) / there.sum(axis=1, keepdims=True)
    return jnp.concatenate([mean, jnp.where(there > 0, state, -jnp.inf).max(axis=1, keepdims=True)], -1)


def _moved(state: jax.Array, by: int) -> jax.Array:
    none = jnp.zeros_like(state[:, : abs(by)])
    return jnp.concatenate([none, state[:, :-by]] if by > 0 else [state[:, -by:], none], axis=1)
