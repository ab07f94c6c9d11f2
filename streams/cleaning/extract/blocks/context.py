"""Features of the second stage: what the first said of a block's neighbours, of its surroundings and of the page."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.places import Places

Column = npt.NDArray[np.float64]

_WINDOWS = (4, 12)  # blocks to either side
_SURE = 0.8
_SHARES = (0.9, 0.6)  # of the expected text, held by the smallest node
_CONTENT = 0.35  # probability from which a block counts for where the text begins and ends


def context(
    chance: Column, words: Column, places: Places, heading: npt.NDArray[np.bool_], depths: Column
) -> npt.NDArray[np.float32]:
    """Return features of each block, shape (blocks, columns). ``chance`` is the probability that the first stage gives."""
    count = len(chance)
    order = np.arange(count)
    expected = chance * words
    run_words = np.concatenate([[0.0], np.cumsum(words)])
    run = np.concatenate([[0.0], np.cumsum(expected)])
    run_chance = np.concatenate([[0.0], np.cumsum(chance)])
    total = max(run[-1], 1e-6)

    def between(start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]) -> Column:
        return np.asarray((run[end] - run[start]) / np.maximum(run_words[end] - run_words[start], 1e-6))

    columns: list[Column] = [chance]
    for by in (-3, -2, -1, 1, 2, 3):
        columns.append(_shifted(chance, by))
    for group in places.groups:
        start, end = places.starts[group], places.ends[group]
        columns.append(between(start, end))
        columns.append((run_chance[end] - run_chance[start]) / np.maximum(end - start, 1))
    node_words = run_words[places.ends] - run_words[places.starts]
    node_text = run[places.ends] - run[places.starts]
    alike_words = np.bincount(places.alike, node_words, minlength=places.kinds)
    alike_text = np.bincount(places.alike, node_text, minlength=places.kinds)
    for unit in places.units:
        kind = places.alike[unit]
        columns.append(alike_text[kind] / np.maximum(alike_words[kind], 1e-6))
    columns.extend(
        np.full(count, value)
        for value in (run[-1] / max(run_words[-1], 1e-6), np.log1p(run[-1]), chance.max())
    )
    columns.append(chance / max(chance.max(), 1e-6))
    columns.extend(_ranks(chance, words, total))
    for half in _WINDOWS:
        columns.append(between(np.maximum(order - half, 0), np.minimum(order + half + 1, count)))
    columns.append(run[:-1] / total)
    for sure in (chance > _SURE, chance > _CONTENT):
        before = np.maximum.accumulate(np.where(sure, order, -1_000_000))
        behind = np.minimum.accumulate(np.where(sure, order, 1_000_000)[::-1])[::-1]
        columns.append(np.log1p(np.minimum(order - before, 999)))
        columns.append(np.log1p(np.minimum(behind - order, 999)))
    stops = np.append(np.flatnonzero(heading), count)
    end = stops[np.searchsorted(stops[:-1], order, side="right")]
    start = np.minimum(order + 1, count - 1)
    columns.append(between(start, np.maximum(end, start + 1)))
    columns.extend(_homes(node_text, node_words, total, places, depths, order))
    return np.array(columns).astype(np.float32).T


def _shifted(values: Column, by: int) -> Column:
    out = np.full_like(values, -0.1)
    if abs(by) < len(values):
        if by > 0:
            out[by:] = values[:-by]
        else:
            out[:by] = values[-by:]
    return out


def _ranks(chance: Column, words: Column, total: float) -> list[Column]:
    """Return how much of the expected text is more probable, and where the best choice would end."""
    order = np.argsort(-chance, kind="stable")
    gained = np.cumsum((chance * words)[order])
    rank = np.empty(len(chance))
    rank[order] = gained / total
    measure = 2 * gained / (np.cumsum(words[order]) + total)
    at = int(np.argmax(measure))
    threshold = chance[order[at]]
    return [rank, chance - threshold, np.full(len(chance), threshold), np.full(len(chance), measure[at])]


def _homes(
    node_text: Column,
    node_words: Column,
    total: float,
    places: Places,
    depths: Column,
    order: npt.NDArray[np.int64],
) -> list[Column]:
    """Return where each block is to the smallest nodes with most of the expected text, and to the node of best F1."""
    found: list[Column] = []
    for share in _SHARES:
        wide = np.flatnonzero(node_text >= share * total - 1e-9)
        node = int(wide[np.argmax(depths[wide])]) if len(wide) else 0
        found.extend(_to(node, places, order))
    measure = 2 * node_text / (node_words + total)
    best = int(np.argmax(measure))
    found.extend(_to(best, places, order))
    found.append(np.full(len(order), measure[best]))
    return found


def _to(node: int, places: Places, order: npt.NDArray[np.int64]) -> list[Column]:
    start, end = int(places.starts[node]), int(places.ends[node])
    where = np.where(order < start, -1.0, np.where(order >= end, 1.0, 0.0))
    away = np.where(order < start, start - order, np.where(order >= end, order - end + 1, 0))
    return [where, np.log1p(away)]
