"""What the words of nodes weigh, by tag, class, id and role: each distinct attribute of a page is taken apart once, or not at
all where it was met before.

Tokens of different attributes differ (:func:`~streams.cleaning.extract.blocks.tokens.node_tokens`), so the weights of a node are
the sum of those of its tag, class, id and role.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.tokens import HEADINGS, class_parts, id_parts, role_parts
from streams.cleaning.extract.blocks.tree import BlockTree

_MAX_KEPT = 20_000  # values of an attribute
_NO_WEIGHTS = (0, 0, 0)

# The rows of the page's tokens, and the sums of weights near, middle and far: tuples, which the garbage collector need not walk.
_Known = tuple[tuple[int, ...], tuple[int, ...]]


class _Values(dict[str, _Known]):
    """What is known of the values of one attribute. ``parts`` returns the words of a value, each of which is a token behind
    ``kind``.
    """

    def __init__(
        self,
        kind: str,
        parts: Callable[[str], set[str]],
        weights: Mapping[str, tuple[int, ...]],
        rows: Mapping[str, int],
    ) -> None:
        super().__init__()
        self._parts = parts
        self._of_part = {
            token.removeprefix(kind): (weights.get(token, _NO_WEIGHTS), rows.get(token, -1))
            for token in (*weights, *rows)
            if token.startswith(kind)
        }

    def __missing__(self, value: str) -> _Known:
        of_part = self._of_part
        near = middle = far = 0
        rows: list[int] = []
        for part in self._parts(value):
            if part in of_part:
                weights, row = of_part[part]
                near += weights[0]
                middle += weights[1]
                far += weights[2]
                if row >= 0:
                    rows.append(row)
        if len(self) >= _MAX_KEPT:
            self.clear()
        found = self[value] = tuple(rows), (near, middle, far)
        return found


class NodeWeights:
    """Sums of the weights of tokens. ``weights`` are those near, middle and far, ``rows`` the numbers of tokens of pages."""

    def __init__(self, weights: Mapping[str, tuple[int, ...]], rows: Mapping[str, int]) -> None:
        self._tags = _Values("t:", lambda tag: {tag}, weights, rows)
        self._classes = _Values("c:", class_parts, weights, rows)
        self._ids = _Values("i:", id_parts, weights, rows)
        self._roles = _Values("r:", role_parts, weights, rows)

    def of(self, tree: BlockTree) -> tuple[npt.NDArray[np.int64], set[int]]:
        """Return the sums of each node, shape (nodes, 3), and the rows of all tokens of nodes."""
        classes, identities, roles = zip(*tree.names, strict=True)
        ids = [
            "" if tag in HEADINGS else identity for tag, identity in zip(tree.tags, identities, strict=True)
        ]
        found: list[_Known] = []
        numbered: list[Iterator[int]] = []  # of the values of each attribute, where in ``found`` they are
        for known, values in (
            (self._tags, tree.tags),
            (self._classes, classes),
            (self._ids, ids),
            (self._roles, roles),
        ):
            numbers = {value: at for at, value in enumerate(dict.fromkeys(values), len(found))}
            found.extend(map(known.__getitem__, numbers))
            numbered.append(map(numbers.__getitem__, values))
        flat = itertools.chain.from_iterable([weights for _, weights in found])
        weights = np.fromiter(flat, np.int64, 3 * len(found)).reshape(
            -1, 3
        )  # a third of the time of np.array
        at = np.fromiter(itertools.chain.from_iterable(numbered), np.int64, len(numbered) * len(ids))
        sums = weights[at.reshape(len(numbered), -1)].sum(axis=0)
        return sums, set().union(*[rows for rows, _ in found])
