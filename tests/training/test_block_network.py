"""The training of the networks over blocks."""

from __future__ import annotations

import numpy as np
import pytest

jax = pytest.importorskip("jax", reason="a dependency of training only")
pytest.importorskip("optax", reason="a dependency of training only")

from streams.cleaning.extract.blocks.network import LAYERS, Networks, Preparation, with_logit  # noqa: E402
from training.blocks import network  # noqa: E402


def _pages(count: int, blocks: int) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """Pages on which a block is main text if the one before it has a large first column."""
    random = np.random.default_rng(0)
    rows = random.normal(size=(count * blocks, 3)).astype(np.float32)
    target = (np.roll(rows[:, 0], 1) > 0).astype(float)
    return rows, target, [(at, at + blocks) for at in range(0, count * blocks, blocks)]


def test_numpy_computes_what_jax_has_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "NETWORKS", 1)
    monkeypatch.setattr(network, "_DROPPED", 0.0)
    monkeypatch.setattr(network, "_DROPPED_INPUT", 0.0)
    rows, target, bounds = _pages(16, 30)
    chance = np.full(len(rows), 0.3)
    found = network.learn(with_logit(rows, chance), target, np.ones(len(rows)), bounds)
    given = Preparation(found).of(with_logit(rows[:30], chance[:30]))
    weights = {
        name: {"w": found[f"net_{name}_weights"][0].astype(np.float32), "b": found[f"net_{name}_bias"][0]}
        for name in LAYERS
    }
    said = network._forward(weights, given[None], np.ones((1, 30, 1), np.float32), jax.random.PRNGKey(0))
    assert np.allclose(Networks(found).scores(rows[:30], chance[:30]), np.asarray(said)[0], atol=1e-3)


def test_a_network_learns_from_what_stands_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "NETWORKS", 1)
    rows, target, bounds = _pages(160, 60)
    chance = np.full(len(rows), 0.5)
    found = network.learn(with_logit(rows, chance), target, np.ones(len(rows)), bounds[:128])
    networks = Networks(found)
    right = [
        ((networks.scores(rows[start:end], chance[start:end]) > 0) == (target[start:end] > 0)).mean()
        for start, end in bounds[128:]
    ]
    assert np.mean(right) > 0.9


def test_the_same_pages_give_the_same_bytes() -> None:
    rows, target, bounds = _pages(16, 30)
    some = with_logit(rows, np.full(len(rows), 0.3)), target, np.ones(len(rows)), bounds
    first, second = network.learn(*some), network.learn(*some)
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)
