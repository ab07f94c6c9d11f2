"""What a verb mostly tells, by what its object is: ``data/typical_classes.toml``."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import NamedTuple

from streams.nlp import data

#: A use of a verb that does not occur.
UNUSED = "-"


class Typical(NamedTuple):
    """Classes of a verb with a person or body as object, with another object, and without one; ``"none"`` is no event."""

    of_party: str
    of_thing: str
    alone: str


@functools.cache
def _table() -> Mapping[str, Typical]:
    return {
        lemma: Typical(*classes.split(" "))
        for classes, verbs in data.table("typical_classes").items()
        for lemma in data.words(verbs)
    }


def of(lemma: str) -> Typical | None:
    """Return what a verb (its lemma, with a particle) mostly tells; ``None`` if it is not known.

    >>> of("raid").of_party, of("climb").alone
    ('attack', 'trade')
    """
    return _table().get(lemma)


def single_words() -> frozenset[str]:
    """Return the verbs (lemmas) that are known and have no particle."""
    return frozenset(lemma for lemma in _table() if " " not in lemma)
