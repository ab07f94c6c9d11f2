"""What an anaphor stands for: the name that boosted trees rank first, where it is probable enough."""

from __future__ import annotations

import functools
import io
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from streams.forest import Forest, unpack
from streams.nlp.references.anaphors import PRONOUNS, Anaphor
from streams.nlp.references.features import COLUMN, Ranking
from streams.records import Entity

# Probabilities from which a name is taken: a pronoun that is left says nothing at all, a noun that is left says what it says.
_LEAST_PRONOUN, _LEAST_NOUN = 0.3, 0.45
_DECIMALS = 6
_EVIDENCE = [COLUMN[name] for name in ("title_before", "in_name", "words_shared")]


class Meanings:
    """Tells what the anaphors of one document stand for."""

    def __init__(self, ranking: Ranking) -> None:
        self.ranking = ranking

    def meant(
        self, anaphor: Anaphor, rule: Entity | None, *, ruled: bool, barred: Entity | None = None
    ) -> Entity | None:
        """Return the entity that an anaphor stands for, ``None`` if the text does not say clearly enough.

        ``rule`` is the entity that rules give, ``ruled`` whether they give anything, ``barred`` who acts in the clause in which the
        anaphor is an object.
        """
        some = self.ranking.candidates(anaphor, barred)
        if not some:
            return None
        rows = self.ranking.rows(anaphor, some, rule, ruled=ruled)
        if not is_told(anaphor.kind, rows):
            return None
        scores = np.round(trees().scores(rows), _DECIMALS)  # equal names have equal scores on every machine
        best = chosen(anaphor.kind, 1 / (1 + np.exp(-scores)))
        return None if best is None else some[best].entity


def is_told(kind: str, rows: npt.NDArray[np.float32]) -> bool:
    """Return whether the text says whom a description stands for, or may: "the child" of which neither rules nor words around any name
    say anything may be another one, however near a name is. Of 175 such descriptions of people on sites left out, trees alone gave one
    a name.
    """
    return kind != "the person" or bool(rows[:, COLUMN["rule"]].max() > 0 or rows[:, _EVIDENCE].max() > 0)


def chosen(kind: str, chances: npt.NDArray[np.float64]) -> int | None:
    """Return the number of the most probable name, ``None`` if an anaphor of this kind is left rather."""
    best = int(np.argmax(chances))
    return best if chances[best] >= (_LEAST_PRONOUN if kind in PRONOUNS else _LEAST_NOUN) else None


@functools.cache
def trees() -> Forest:
    """Return the trees that rank names; the sum of their leaves is the logit of a name's probability."""
    data = files("streams.nlp.data").joinpath("references.npz").read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return unpack(arrays, "references")
