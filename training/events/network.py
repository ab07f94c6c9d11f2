"""Training of the network that chooses classes (streams/nlp/events/classes/choice.py), with JAX.

One hidden layer beside a linear one, held back hard: parts of the inputs and half of the hidden layer are dropped at random. What candidates for events
were labelled with is learnt beside the classes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt
import optax

_WIDTH = 128  # of the hidden layer
_EPOCHS, _BATCH, _RATE, _DECAY = 14, 256, 2e-3, 0.1
_DROPPED, _DROPPED_INPUT = 0.5, 0.3
_BEGIN = 0.08  # deviation of the first weights into the hidden layer, which some 40 inputs of 1 reach
_TOLD = 2.0  # what the mean loss of what else is told counts
_OUT = 0.3  # by how much those out of it are smaller than 1 / sqrt(its width)
Floats = npt.NDArray[np.float32]
_Weights = dict[str, jax.Array]


class Examples(NamedTuple):
    """Inputs of verbs, a row each; shares of the classes; what else is told of them, each 0 or 1; whether that is known, 0 or 1."""

    inputs: Floats
    kinds: Floats
    told: Floats
    known: Floats

    def some(self, rows: npt.NDArray[np.intp]) -> Examples:
        """Return these rows."""
        return Examples(*(part[rows] for part in self))


def learn(examples: Examples) -> tuple[Floats, Floats, Floats]:
    """Return the weights of the inputs, of the hidden layer and of the outputs side by side; what is added to both; the weights from one to the other.

    Outputs are the classes, then what else is told. The same examples give the same weights on one kind of machine.
    """
    inputs = examples.inputs
    key = jax.random.PRNGKey(1)
    weights = _begin(key, inputs.shape[1], examples.kinds.shape[1] + examples.told.shape[1])
    size = min(_BATCH, len(inputs))
    steps = _EPOCHS * (len(inputs) // size)
    rate = optax.warmup_cosine_decay_schedule(0.0, _RATE, steps // 20, steps, _RATE / 50)
    rule = optax.adamw(rate, weight_decay=_DECAY)
    state = rule.init(weights)

    def step(weights: _Weights, state: Any, key: jax.Array, batch: Examples) -> tuple[_Weights, Any]:
        update, state = rule.update(jax.grad(_loss)(weights, key, batch), state, weights)
        return optax.apply_updates(weights, update), state

    quick, random = jax.jit(step), np.random.default_rng(1)
    for _ in range(_EPOCHS):
        order = random.permutation(len(inputs))
        for start in range(0, len(order) - size + 1, size):
            key, own = jax.random.split(key)
            weights, state = quick(weights, state, own, examples.some(order[start : start + size]))
    beside = [np.column_stack([weights["into"], weights["past"]])]
    beside.append(np.concatenate([weights["bias"], weights["last"]]))
    return beside[0], beside[1], np.asarray(weights["out"])


def _begin(key: jax.Array, columns: int, outputs: int) -> _Weights:
    into, out = jax.random.split(key)
    return {
        "into": jax.random.normal(into, (columns, _WIDTH)) * _BEGIN,
        "bias": jnp.zeros(_WIDTH),
        "out": jax.random.normal(out, (_WIDTH, outputs)) * _OUT / np.sqrt(_WIDTH),
        "last": jnp.zeros(outputs),
        "past": jnp.zeros((columns, outputs)),
    }


def _loss(weights: _Weights, key: jax.Array, batch: Examples) -> jax.Array:
    """Return the mean cross-entropy of classes and of what else is told, with inputs and hidden states dropped at random."""
    before, behind = jax.random.split(key)
    seen = _dropped(batch.inputs, before, _DROPPED_INPUT)
    hidden = jax.nn.gelu(seen @ weights["into"] + weights["bias"])
    scores = _dropped(hidden, behind, _DROPPED) @ weights["out"] + weights["last"] + seen @ weights["past"]
    count = batch.kinds.shape[1]
    found = -(batch.kinds * jax.nn.log_softmax(scores[:, :count])).sum(axis=1).mean()
    told = optax.sigmoid_binary_cross_entropy(scores[:, count:], batch.told) * batch.known[:, None]
    total: jax.Array = found + _TOLD * told.mean()
    return total


def _dropped(values: Floats | jax.Array, key: jax.Array, share: float) -> jax.Array:
    found: jax.Array = jnp.asarray(values) * jax.random.bernoulli(key, 1 - share, values.shape) / (1 - share)
    return found
