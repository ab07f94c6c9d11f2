"""The title of a page: of all texts that may be it, the one that a linear model and boosted trees rank first together.

Both are learnt from pages whose titles are known by ``make train-titles`` (training/titles), which prints how many titles
come out right on sites that were left out.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Sequence
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from streams.cleaning.data import table
from streams.cleaning.metadata import jsonld
from streams.cleaning.metadata.declared import DeclaredMetadata
from streams.cleaning.metadata.ranking import Candidate
from streams.cleaning.metadata.title_candidates import candidates
from streams.cleaning.metadata.title_features import FEATURES
from streams.forest import Forest, unpack

_DECIMALS = 6
_COLUMNS = {name: column for column, name in enumerate(FEATURES)}


def title(
    declared: DeclaredMetadata, node: jsonld.Node, publisher_names: Iterable[str] = (), url: str = ""
) -> str | None:
    """Return the title of the page at ``url``; None where it declares none and has no h1.

    ``node`` is the JSON-LD node of its article, ``publisher_names`` holds names of the site.
    """
    found = candidates(declared, node, tuple(publisher_names), url)
    if len(found) < 2:
        return found[0].text if found else None
    return found[int(np.argmax(scores(found)))].text


def scores(found: Sequence[Candidate]) -> npt.NDArray[np.float64]:
    """Return the score of each candidate: the higher, the more probably it is the title."""
    rows = np.zeros((len(found), len(FEATURES)))
    for row, candidate in zip(rows, found, strict=True):
        for name, value in candidate.features.items():
            row[_COLUMNS[name]] = value
    # rounded, so that equal candidates have equal scores on every machine
    return np.round(rows @ _weights() + _trees().scores(rows.astype(np.float32)), _DECIMALS)


@functools.cache
def _weights() -> npt.NDArray[np.float64]:
    weights = table("title_weights")["weights"]
    return np.array([weights[name] for name in FEATURES])


@functools.cache
def _trees() -> Forest:
    data = files("streams.cleaning.data").joinpath("title_trees.npz").read_bytes()
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return unpack(arrays, "titles")
