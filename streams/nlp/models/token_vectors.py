"""Token vectors of spaCy's small and medium models, computed with a third of thinc's work and the same values.

Such a model embeds each word by itself (hashed attributes, a static vector, one layer that mixes them) and then passes
windows of three words through four convolutional layers. Here a word is embedded when it is first seen and its vector
kept; the layers run over blocks of rows that stay in the processor's cache, without thinc's temporary arrays. Values
are those of thinc up to rounding, and a token's do not depend on what else is in the batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from streams.nlp.models.word_cache import WordCache

if TYPE_CHECKING:
    from spacy.tokens import Doc

Floats = NDArray[np.float32]

# Rows that pass through a layer at once: with 288 columns in and out about 600 kB. From 256 rows on OpenBLAS multiplies
# at its full speed (150 Gflop/s on a Sapphire Rapids core; 128 with 64 rows).
_BLOCK = 256
_EPSILON = 1e-8  # thinc's, added to the variance


class TokenVectors:
    """The vectors of tokens that a ``tok2vec`` model of this architecture gives, for docs."""

    def __init__(self, embed: Any, layers: Sequence[_Layer], pad: int) -> None:
        self._words = WordCache(embed)
        self._layers = layers
        self._pad = pad  # rows of zeros between docs: as many as the layers look to each side

    def __call__(self, docs: Sequence[Doc]) -> Floats:
        """Return one row per token, all docs of ``docs`` one after the other."""
        lengths = np.array([len(doc) for doc in docs])
        total = int(lengths.sum())
        # Row of each token: `pad` rows before each doc. The first and the last row of the buffer stay zero in every
        # layer, since windows of rows beyond the padding see nothing.
        rows = np.arange(total) + np.repeat(np.arange(len(docs)) + 1, lengths) * self._pad + 1
        height = -(-(total + (len(docs) + 1) * self._pad) // 16) * 16
        values = np.zeros((height + 2, self._words.width), np.float32)
        values[rows] = self._words(docs)
        for layer in self._layers:
            values = layer(values)
        taken: Floats = values[rows]
        return taken


class _Layer:
    """A window of three rows, one maxout unit per column, normalisation, and the middle row added."""

    def __init__(self, maxout: Any, norm: Any) -> None:
        weights, bias = maxout.get_param("W"), maxout.get_param("b")
        self.outputs, self.pieces, inputs = weights.shape
        # Columns ordered by piece, so that the maximum is taken over contiguous halves. The bias is one more row, which the product
        # adds last: so it costs no pass over the block.
        self._weights = np.concatenate(
            [weights.transpose(1, 0, 2).reshape(-1, inputs).T, bias.T.reshape(1, -1)]
        )
        # One row for each of a block: NumPy multiplies whole arrays faster than row by row.
        self._scale, self._shift = (np.tile(norm.get_param(name), (_BLOCK, 1)) for name in ("G", "b"))
        self._mean = np.full(self.outputs, 1 / self.outputs, np.float32)

    def __call__(self, values: Floats) -> Floats:
        """Return the layer's output for all rows but the first and the last, which are zero."""
        result = np.empty_like(values)
        result[0] = result[-1] = 0
        height, width = len(values) - 2, values.shape[1]
        row, item = values.strides
        windows = np.lib.stride_tricks.as_strided(values, (height, 3 * width), (row, item), writeable=False)
        window = np.ones((_BLOCK, 3 * width + 1), np.float32)
        unmaxed = np.empty((_BLOCK, self._weights.shape[1]), np.float32)
        for start in range(0, height, _BLOCK):
            end = min(start + _BLOCK, height)
            size = end - start
            np.copyto(window[:size, :-1], windows[start:end])
            np.dot(window[:size], self._weights, out=unmaxed[:size])
            out = result[start + 1 : end + 1]
            self._activate(unmaxed[:size], out)
            out += values[start + 1 : end + 1]
        return result

    def _activate(self, unmaxed: Floats, out: Floats) -> None:
        """Write the normalised maxima of ``unmaxed`` into ``out``."""
        rows, outputs = out.shape
        np.maximum(unmaxed[:, :outputs], unmaxed[:, outputs : 2 * outputs], out=out)
        for piece in range(2, self.pieces):
            np.maximum(out, unmaxed[:, piece * outputs : (piece + 1) * outputs], out=out)
        out -= np.dot(out, self._mean)[:, None]
        variance = np.einsum("ij,ij->i", out, out)
        variance /= np.float32(outputs)
        variance += np.float32(_EPSILON)
        np.sqrt(variance, out=variance)
        np.divide(1, variance, out=variance)
        out *= variance[:, None]
        out *= self._scale[:rows]
        out += self._shift[:rows]


def of(model: Any) -> TokenVectors | None:
    """Return what computes the vectors of a thinc model; ``None`` if the model is of another architecture."""
    from thinc.api import NumpyOps

    if not model.has_ref("embed") or not model.has_ref("encode") or not isinstance(model.ops, NumpyOps):
        return None
    embed, encode = model.get_ref("embed"), model.get_ref("encode")
    if not WordCache.knows(embed) or not encode.name.startswith("with_array"):
        return None
    layers = [_layer(block) for block in _blocks(encode.layers[0])]
    found = [layer for layer in layers if layer is not None]
    if not found or len(found) < len(layers) or encode.attrs["pad"] != len(found):
        return None
    return TokenVectors(embed, found, encode.attrs["pad"])


def within(model: Any) -> TokenVectors | None:
    """Return what computes the token vectors of a recogniser or parser that has its own; ``None`` if it has none."""
    found = [node for node in model.walk() if node.has_ref("embed")]
    return of(found[0]) if len(found) == 1 else None


def _blocks(model: Any) -> Iterable[Any]:
    """Return the residual blocks of an encoder, which is one of them or a chain of several."""
    return model.layers if all(part.name.startswith("residual") for part in model.layers) else [model]


def _layer(block: Any) -> _Layer | None:
    """Return the layer that a residual block is; ``None`` if it is built otherwise."""
    if not block.name.startswith("residual"):
        return None
    parts = [node for node in block.walk(order="dfs_pre") if not node.layers]
    names = [node.name for node in parts]
    if names not in (
        ["expand_window", "maxout", "layernorm", "dropout"],
        ["expand_window", "maxout", "layernorm"],
    ):
        return None
    window, maxout, norm = parts[:3]
    if not maxout.has_param("W"):  # without weights: nothing was learnt yet
        return None
    outputs, pieces, inputs = maxout.get_param("W").shape
    if window.attrs["window_size"] != 1 or inputs != 3 * outputs or pieces < 2:
        return None
    return _Layer(maxout, norm)
