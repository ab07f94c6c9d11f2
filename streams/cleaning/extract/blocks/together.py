"""Blocks of one make are decided together: prices of all items in a list, names of all who answer in a thread.

The trees judge each block alone, and where they doubt whether prices are text, they kept some of a list and cut others. A
reader takes all or none: of 227 pages with four prices and more, the known text has four fifths of them or more on 30 in 100,
and one fifth or less on 54. Blocks are of one make when the same tags and classes lead to them from the root.

Of the 1,151 pages of WCXB that have text, their sites left out, the mean word F1 rises by .0020, with a standard error of .0006 by
sites (``make measure-rules``): listings .013, forums .007, collections .003, documentation .002, articles and others below .001.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.places import Column, Ints, Places

# Logits from the mean of its make, beyond which a block is decided alone, as a line about something else between paragraphs.
# 1.5 to 4 and no limit gain the same.
_FAR = 2.5
_LEAST = 1e-6  # probability


def together(chance: Column, parents: Sequence[int], places: Places) -> Column:
    """Return the probabilities of blocks where those of one make have the mean of their logits. ``parents`` are those of nodes."""
    make = _paths(parents, places.sorts)[places.homes]
    count = np.bincount(make)[make]
    likely = np.clip(chance, _LEAST, 1 - _LEAST)
    score = np.log(likely / (1 - likely))
    mean = np.bincount(make, score)[make] / count
    near: npt.NDArray[np.bool_] = (count > 1) & (np.abs(score - mean) <= _FAR)
    return np.where(near, 1 / (1 + np.exp(-mean)), chance)


def _paths(parents: Sequence[int], sorts: Ints) -> Ints:
    """Return for each node the number of its path: its tag and class, and those of all nodes around it."""
    numbers: dict[tuple[int, int], int] = {}
    paths: list[int] = []
    for parent, sort in zip(parents, sorts.tolist(), strict=True):
        around = paths[parent] if parent >= 0 else -1
        paths.append(numbers.setdefault((around, sort), len(numbers)))
    return np.array(paths, np.int64)
