"""Entity recognition with spaCy's transition-based recogniser, all tokens of a batch at once.

Outside of an entity the recogniser's next action depends on the vector of the next token only, and within one on the
next token, the entity's first and the one before. So the actions outside are computed for all tokens together; where
they open an entity, the actions within are computed step by step for all entities of the batch; and then each doc is
read from left to right. The entities are those of spaCy's loop, which visits one token of a doc after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from streams.nlp.models.blas import product

if TYPE_CHECKING:
    from spacy.tokens import Doc

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Tokens after which an open entity is closed. Names are shorter; this bounds the work for noise, in which the model may
# open an entity at every token and never close one.
_LONGEST = 50
_FEATURES = 3  # next token, first token of the open entity, token before the next
_NONE, _OPEN, _SINGLE = 0, 1, 2
_KINDS = {"O": _NONE, "B": _OPEN, "U": _SINGLE}


class EntityDecoder:
    """The weights of a recogniser, and the entities that follow from token vectors."""

    def __init__(self, component: Any, vectors: Callable[[Sequence[Doc]], Floats]) -> None:
        tokens, lower, upper = component.model.layers
        linear = tokens.layers[-1]
        self._vectors = vectors
        self._token_weights, self._token_bias = linear.get_param("W").T.copy(), linear.get_param("b")
        weights, pad = (
            lower.get_param("W"),
            lower.get_param("pad")[0],
        )  # by features, hidden units, pieces (and inputs)
        self._features = np.concatenate([_by_piece(weights[k]) for k in range(_FEATURES)]).T.copy()
        self._bias = _by_piece(lower.get_param("b")[..., None]).reshape(-1)
        self._outside = _by_piece((pad[1] + pad[2])[..., None]).reshape(-1) + self._bias
        self._read_actions(component, upper.get_param("W"), upper.get_param("b"))

    def _read_actions(self, component: Any, weights: Floats, bias: Floats) -> None:
        """Store what each action outside of an entity does, and the weights of those that continue or close an entity."""
        moves, strings = component.moves, component.vocab.strings
        names = [moves.get_class_name(k) for k in range(moves.n_moves)]
        numbers = {name: k for k, name in enumerate(names)}
        # An action on the empty label is for entities that are given beforehand, and these docs have none.
        chosen = [k for k, name in enumerate(names) if name == "O" or (name[:2] in ("B-", "U-") and name[2:])]
        self._upper, self._upper_bias = weights[chosen].T.copy(), bias[chosen]
        self._kinds = np.array([_KINDS[names[k][:1]] for k in chosen])
        self._labels = np.array([strings[names[k][2:]] for k in chosen], np.uint64)
        within = [[numbers.get(f"{move}-{names[k][2:]}", 0) for move in "IL"] for k in chosen]
        self._within, self._within_bias = weights[within], bias[within]

    def __call__(self, docs: Sequence[Doc]) -> list[list[tuple[int, int, int]]]:
        """Return the entities of each doc: first token, token behind the last, label."""
        from spacy.attrs import IDS  # type: ignore[import-not-found]  # compiled, no stub

        lengths = np.array([len(doc) for doc in docs])
        if not lengths.sum():
            return [[] for _doc in docs]
        tokens = product(self._vectors(docs), self._token_weights) + self._token_bias
        features = product(tokens, self._features)
        ends = np.cumsum(lengths)
        last = np.zeros(len(tokens), bool)
        last[ends[lengths > 0] - 1] = True
        space = np.concatenate([doc.to_array(IDS["IS_SPACE"]).astype(bool) for doc in docs])
        actions = self._actions_outside(features, last, space)
        kinds = self._kinds[actions]
        # Of each token that opens an entity, the token behind the entity.
        behind = np.arange(1, len(tokens) + 1)
        opening = np.flatnonzero(kinds == _OPEN)
        behind[opening] = self._ends(features, opening, actions[opening], last)
        return self._read(kinds, behind, self._labels[actions], ends)

    def _actions_outside(self, features: Floats, last: Flags, space: Flags) -> Ints:
        """Return the best action at each token while no entity is open: no entity begins with white space, and none of
        several tokens with the last one."""
        hidden = _maxima(features[:, : len(self._bias)] + self._outside)
        scores = product(hidden, self._upper) + self._upper_bias
        scores[np.ix_(last | space, self._kinds == _OPEN)] = -np.inf
        scores[np.ix_(space, self._kinds == _SINGLE)] = -np.inf
        best: Ints = scores.argmax(axis=1)
        return best

    def _ends(self, features: Floats, opening: Ints, actions: Ints, last: Flags) -> Ints:
        """Return the token behind each entity that ``actions`` open at the tokens ``opening``."""
        width = len(self._bias)
        behind = opening + 1
        first = features[opening, width : 2 * width] + self._bias
        live = np.arange(len(opening))
        for _step in range(_LONGEST):
            if not len(live):
                break
            at = behind[live]
            hidden = _maxima(features[at, :width] + first[live] + features[at - 1, 2 * width :])
            weights = self._within[actions[live]]
            scores = (hidden[:, None, :] * weights).sum(axis=2) + self._within_bias[actions[live]]
            behind[live] = at + 1
            live = live[(scores[:, 0] >= scores[:, 1]) & ~last[at]]
        return behind

    @staticmethod
    def _read(
        kinds: Ints, behind: Ints, labels: NDArray[np.uint64], ends: Ints
    ) -> list[list[tuple[int, int, int]]]:
        """Return the entities of each doc, read from left to right: what begins within one is none."""
        found: list[list[tuple[int, int, int]]] = [[] for _end in ends]
        starts = np.concatenate([[0], ends[:-1]])
        at = np.flatnonzero(kinds != _NONE)
        owners = np.searchsorted(ends, at, side="right")
        reached = 0
        for start, end, label, owner, base in zip(
            at.tolist(),
            behind[at].tolist(),
            labels[at].tolist(),
            owners.tolist(),
            starts[owners].tolist(),
            strict=True,
        ):
            if start >= reached:
                found[owner].append((start - base, end - base, label))
                reached = end
        return found


def of(component: Any, vectors: Callable[[Sequence[Doc]], Floats]) -> EntityDecoder | None:
    """Return the decoder of a recogniser with these token vectors; ``None`` if it is of another architecture."""
    model = component.model
    if not model.attrs.get("has_upper") or model.attrs["unseen_classes"]:
        return None
    lower = model.layers[1]
    names = [node.name for node in model.layers[0].layers[1:]]
    if names != ["list2array", "linear"] or lower.get_dim("nF") != _FEATURES or lower.get_dim("nP") != 2:
        return None
    return EntityDecoder(component, vectors)


def _by_piece(weights: Floats) -> Floats:
    """Return weights of (units, pieces, inputs) as rows: the first piece of all units, then the second."""
    return np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(-1, weights.shape[2]))


def _maxima(unmaxed: Floats) -> Floats:
    """Return the larger of the two pieces of each unit."""
    half = unmaxed.shape[1] // 2
    maxima: Floats = np.maximum(unmaxed[:, :half], unmaxed[:, half:])
    return maxima
