"""A bounded cache of word vectors: what a model's embedding layer gives for a word, whatever stands around it.

Embedding takes a third of the time of entity recognition, and most tokens are words of earlier documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

# Words kept. When there are more, those stay that came again since the last time, at most three fifths of them: 42 % fewer
# words to embed than with all 12,000 dropped, over 500 pages behind 500 others (pages of all types, 2.26 million tokens).
# A word takes about 550 bytes: its vector 384, its key the rest.
LIMIT = 16_000
_STAY = 0.6
# Words are embedded at least so many at once: for a single row BLAS has another kernel, whose last bits differ.
_ROWS = 16

_LAYERS = {
    *("extract_features", "list2ragged", "ragged2list", "ints-getitem"),
    *("hashembed", "static_vectors", "maxout", "layernorm", "dropout"),
}
# Attributes that follow from the letters of a word, and those that the tokenizer sets for each token: it gives "ca" of
# "can't" the norm "can".
_OF_LETTERS = {"ORTH", "LOWER", "PREFIX", "SUFFIX", "SHAPE", "IS_SPACE", "IS_PUNCT", "IS_ALPHA", "IS_DIGIT"}
_OF_TOKENS = {"NORM", "SPACY"}


class WordCache:
    """The vectors of words, computed by an embedding layer when a word is first seen."""

    def __init__(self, embed: Any, limit: int = LIMIT) -> None:
        self._embed = embed
        self._limit = limit
        self._columns = _columns(embed)
        self._key: list[int | str] = [
            _id("ORTH"),
            *(column for column in self._columns if _name(column) in _OF_TOKENS),
        ]
        self._rows: dict[bytes, int] = {}
        self.width: int = [node for node in embed.walk() if node.name == "maxout"][-1].get_dim("nO")
        self._vectors = np.empty((0, self.width), np.float32)
        self._again = np.zeros(0, np.bool_)  # of each row, whether its word came again

    @staticmethod
    def knows(embed: Any) -> bool:
        """Return whether an embedding layer looks at nothing but the word itself."""
        leaves = {node.name for node in embed.walk() if not node.layers}
        return (
            leaves <= _LAYERS
            and {"extract_features", "maxout"} <= leaves
            and {_name(column) for column in _columns(embed)} <= _OF_LETTERS | _OF_TOKENS
        )

    def __len__(self) -> int:
        return len(self._rows)

    def __call__(self, docs: Sequence[Doc]) -> NDArray[np.float32]:
        """Return the vectors of all tokens of the docs, one row per token."""
        keys: list[bytes] = []
        for doc in docs:
            values = doc.to_array(self._key).reshape(len(doc), len(self._key))
            keys += np.ascontiguousarray(values).view(f"V{8 * len(self._key)}").reshape(-1).tolist()
        if len(self._rows) > self._limit:
            self._drop()
        found = list(map(self._rows.get, keys))
        known = len(self._rows)
        if None in found:
            self._add(docs, {key: at for at, key in enumerate(keys) if found[at] is None})
            found = list(map(self._rows.get, keys))
        rows = np.array(found, np.intp)
        self._again[rows[rows < known]] = True
        taken: NDArray[np.float32] = self._vectors[rows]
        return taken

    def _drop(self) -> None:
        """Drop the words that did not come again, and of the others the oldest if they are too many."""
        most = int(_STAY * self._limit)
        rows = np.flatnonzero(self._again[: len(self._rows)])[-most:] if most else np.zeros(0, np.intp)
        words = list(self._rows)
        self._rows = {words[row]: k for k, row in enumerate(rows.tolist())}
        self._vectors = self._vectors[rows]
        self._again = np.zeros(len(rows), np.bool_)

    def _add(self, docs: Sequence[Doc], new: dict[bytes, int]) -> None:
        """Embed the words ``new``: keys, and where in the docs such a token stands."""
        columns = [self._key[0], *self._columns]
        starts = np.cumsum([0, *(len(doc) for doc in docs)])
        places = np.array(list(new.values()))
        values = np.empty((max(len(places), _ROWS), len(columns)), np.uint64)
        values[len(places) :] = 0
        owners = np.searchsorted(starts, places, side="right") - 1
        for owner in np.unique(owners):
            mine = np.flatnonzero(owners == owner)
            values[mine] = docs[owner].to_array(columns)[places[mine] - starts[owner]]
        vectors = self._embed.predict([_Words(docs[0].vocab, columns, values)])[0][: len(places)]
        known = len(self._rows)
        if known + len(vectors) > len(self._vectors):
            grown = np.empty((max(1_024, known + known // 4, known + len(vectors)), self.width), np.float32)
            grown[:known] = self._vectors[:known]
            self._vectors = grown
            self._again = np.concatenate([self._again, np.zeros(len(grown) - len(self._again), np.bool_)])
        self._vectors[known : known + len(vectors)] = vectors
        self._rows.update(zip(new, range(known, known + len(vectors)), strict=True))


class _Words:
    """Words with their attributes, in the place of a ``Doc``: all that an embedding layer asks of one."""

    def __init__(self, vocab: Vocab, columns: Sequence[int | str], values: NDArray[np.uint64]) -> None:
        self.vocab = vocab
        self._columns = list(columns)
        self._values = values

    def __len__(self) -> int:
        return len(self._values)

    def to_array(self, wanted: Any) -> NDArray[np.uint64]:
        """Return the values of one attribute, or of several as columns."""
        if isinstance(wanted, list):
            return self._values[:, [self._columns.index(_id(one)) for one in wanted]]
        return self._values[:, self._columns.index(_id(wanted))]


def _columns(embed: Any) -> list[int]:
    """Return the attributes that an embedding layer extracts, as spaCy's numbers."""
    return [_id(c) for node in embed.walk() if node.name == "extract_features" for c in node.attrs["columns"]]


def _id(attribute: int | str) -> int:
    return _ids()[attribute.upper()] if isinstance(attribute, str) else attribute


def _name(attribute: int) -> str:
    return next(name for name, number in _ids().items() if number == attribute)


def _ids() -> dict[str, int]:
    from spacy.attrs import IDS  # type: ignore[import-not-found]  # compiled, no stub

    ids: dict[str, int] = IDS
    return ids
