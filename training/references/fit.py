"""Boosted trees that tell the probability that an anaphor stands for a name."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from streams.nlp.references import meaning
from streams.nlp.references.anaphors import KINDS
from training import boosting
from training.references.examples import Example

FOLDS = 5
NOTHING = "-"  # label of what the document has no name for
_TREES = 120
_SETTINGS = {
    **boosting.FEW_EXAMPLES,
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 15,
    "feature_fraction": 0.4,
    "use_missing": False,
    "seed": 0,
}
Floats = npt.NDArray[np.float64]


class Known(NamedTuple):
    """An example with the number of the right name, ``None`` if the document has none for it."""

    example: Example
    right: int | None


def known(found: Iterable[Example], labels: Mapping[str, str]) -> list[Known]:
    """Return the labelled examples. Those whose name is no candidate, for nobody took it for a name, are left out."""
    out = []
    for one in found:
        label = labels.get(one.key)
        if label is None:
            continue
        right = (
            None if label == NOTHING else next((k for k, at in enumerate(one.named) if int(label) in at), -1)
        )
        if right != -1:
            out.append(Known(one, right))
    return out


def learn(some: Sequence[Known]) -> lgb.Booster:
    """Return trees learnt from examples."""
    rows = np.concatenate([one.example.rows for one in some])
    target = np.concatenate([np.arange(len(one.example.rows)) == one.right for one in some])
    return lgb.train(_SETTINGS, lgb.Dataset(rows, target.astype(np.float64)), _TREES)


def left_out(some: Sequence[Known]) -> list[int | None]:
    """Return the name that is chosen for each example by trees that saw no document of its group."""
    fold = np.array([int(hashlib.sha256(one.example.group.encode()).hexdigest(), 16) % FOLDS for one in some])
    chosen: list[int | None] = [None] * len(some)
    for number in range(FOLDS):
        booster = learn([one for one, k in zip(some, fold, strict=True) if k != number])
        for at in np.flatnonzero(fold == number).tolist():
            chosen[at] = choose(some[at].example, booster)
    return chosen


def choose(one: Example, booster: lgb.Booster) -> int | None:
    """Return the number of the name that an example stands for by what is learnt."""
    if not meaning.is_told(one.kind, one.rows):
        return None
    return meaning.chosen(one.kind, np.asarray(booster.predict(one.rows, num_threads=1)))


class Row(NamedTuple):
    """How well a kind of anaphors is told: how many there are, how many have a name, and of those given how many are right."""

    kind: str
    total: int
    named: int
    given: int
    right: int
    agree: int  # right, or rightly left

    @property
    def shown(self) -> str:
        """Precision, recall and the share that is right or rightly left."""
        return f"{self.right / max(1, self.given):.3f} | {self.right / max(1, self.named):.3f} | {self.agree / max(1, self.total):.3f}"


def table(some: Sequence[Known], chosen: Sequence[int | None]) -> list[Row]:
    """Return a row for each kind, and one for all."""
    found = []
    for kind in (*KINDS, "all"):
        mine = [
            (one.right, at) for one, at in zip(some, chosen, strict=True) if kind in (one.example.kind, "all")
        ]
        if mine:
            found.append(
                Row(
                    kind,
                    len(mine),
                    sum(right is not None for right, _ in mine),
                    sum(at is not None for _, at in mine),
                    sum(right is not None and right == at for right, at in mine),
                    sum(right == at for right, at in mine),
                )
            )
    return found


def gain(some: Sequence[Known], chosen: Sequence[int | None]) -> tuple[float, float]:
    """Return by how much more examples are right, or rightly left, than by rules, as a share, and the standard error by groups."""
    more: defaultdict[str, int] = defaultdict(int)
    size: Counter[str] = Counter()
    for one, at in zip(some, chosen, strict=True):
        more[one.example.group] += (at == one.right) - (one.example.rule == one.right)
        size[one.example.group] += 1
    share = sum(more.values()) / len(some)
    rest = np.array([more[group] - share * count for group, count in size.items()])
    return share, float(np.sqrt(np.sum(rest**2)) / len(some))
