"""Inference in a linear-chain conditional random field (Lafferty, McCallum, Pereira 2001) over many sequences at once.

Sequences are ordered by length, longest first, so that one array operation advances all that are still running.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Labels in the order of the model's columns: outside, and beginning and inside of each kind of name.
LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
_INSIDE = (2, 4, 6)
_NEVER = -1e4
_SCALED = (
    4  # tokens after which sums are scaled: scores of a token lie up to 30 apart, on pages in six languages
)


class Span:
    """A name: tokens ``first`` to ``last`` of a sequence, inclusive, with its kind and probability."""

    __slots__ = ("first", "kind", "last", "probability")

    def __init__(self, first: int, last: int, kind: str, probability: float) -> None:
        self.first = first
        self.last = last
        self.kind = kind
        self.probability = probability


def constrained(transitions: Floats) -> Floats:
    """Return the transition scores with "inside" forbidden anywhere but after the same kind."""
    allowed = transitions.astype(np.float64).copy()
    for inside in _INSIDE:
        for before in range(len(LABELS)):
            if before not in (inside, inside - 1):
                allowed[before, inside] = _NEVER
    return allowed


class Lattice:
    """Forward and backward scores of a set of sequences."""

    def __init__(self, emissions: Sequence[Floats], transitions: Floats) -> None:
        """``emissions`` has one array (tokens, labels) for each sequence, none of them empty."""
        self.transitions = transitions
        self.order = sorted(range(len(emissions)), key=lambda k: (-len(emissions[k]), k))
        rows = [emissions[k] for k in self.order]
        lengths = np.array([len(row) for row in rows], np.int64)
        self.running = _running(lengths)
        self.lengths = lengths
        self.scores = np.zeros((len(self.running), len(rows), len(LABELS)))
        for k, row in enumerate(rows):
            self.scores[: len(row), k] = row
        self.scores[:1, :, list(_INSIDE)] = _NEVER

    def best(self) -> list[list[int]]:
        """Return the labels of the most probable path of each sequence, in the order given (Viterbi).

        The label before is found on the way back, for the path's own label alone.
        """
        states = self.scores.copy()
        for t in range(1, len(states)):
            n = self.running[t]
            states[t, :n] += (states[t - 1, :n, :, None] + self.transitions).max(1)
        paths = np.zeros(states.shape[:2], np.int64)
        into = np.ascontiguousarray(self.transitions.T)  # a row for each label: the scores of those before it
        later = 0  # sequences that are longer than the token looked at
        for t in range(len(states) - 1, -1, -1):
            n = self.running[t]
            scores = states[t, :n]
            if later:
                scores[:later] += into[paths[t + 1, :later]]
            paths[t, :n] = scores.argmax(1)
            later = n
        found: list[list[int]] = [[] for _ in self.order]
        for row, k in enumerate(self.order):
            found[k] = paths[: self.lengths[row], row].tolist()
        return found

    def probabilities(self, spans: Sequence[Sequence[Span]]) -> None:
        """Set the probability of each span: that of all paths with exactly this name. One list for each sequence."""
        named = [row for row, k in enumerate(self.order) if spans[k]]
        if not named:
            return
        scores, lengths = self.scores[: self.lengths[named[0]], named], self.lengths[named]
        forward, backward, total = _sums(scores, lengths, self.transitions)
        found = [(row, span) for row, at in enumerate(named) for span in spans[self.order[at]]]
        rows = np.array([row for row, _span in found])
        first = np.array([span.first for _row, span in found])
        last = np.array([span.last for _row, span in found])
        label = np.array([LABELS.index(f"B-{span.kind}") for _row, span in found])
        inside = label + 1
        score = forward[first, rows, label]
        for step in range(1, int((last - first).max()) + 1):
            on = np.flatnonzero(first + step <= last)
            within = scores[first[on] + step, rows[on], inside[on]]
            score[on] += self.transitions[label[on], inside[on]] + within
            label[on] = inside[on]
        on = np.flatnonzero(last + 1 < lengths[rows])
        ahead = last[on] + 1
        after = self.transitions[label[on]] + scores[ahead, rows[on]] + backward[ahead, rows[on]]
        after[np.arange(len(on)), inside[on]] = _NEVER
        score[on] += _log_sum(after, 1)
        for (_row, span), probability in zip(found, np.exp(score - total[rows]).tolist(), strict=True):
            span.probability = min(1.0, probability)


def _sums(scores: Floats, lengths: NDArray[np.int64], transitions: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the logarithms of the forward and backward sums, and of the partition function of each sequence.

    The sums are of exponentials, scaled to add up to 1 at every :data:`_SCALED`-th token (Rabiner 1989, "A tutorial on hidden Markov models",
    V.A, scales at each): in between they stay within the range of a double.
    """
    running = _running(lengths)
    top = scores.max(2, keepdims=True)
    emitted, steps = np.exp(scores - top), np.exp(transitions)
    forward, backward = emitted.copy(), np.ones_like(emitted)
    before, behind = np.ones_like(top), np.ones_like(top)  # what the sums at each token were divided by
    for t in range(len(scores)):
        n = running[t]
        if t:
            forward[t, :n] *= forward[t - 1, :n] @ steps
        if t % _SCALED == 0:
            before[t, :n] = forward[t, :n].sum(1, keepdims=True)
            forward[t, :n] /= before[t, :n]
    for t in range(len(scores) - 2, -1, -1):
        n = running[t + 1]
        backward[t, :n] = (emitted[t + 1, :n] * backward[t + 1, :n]) @ steps.T
        if t % _SCALED == 0:
            behind[t, :n] = backward[t, :n].sum(1, keepdims=True)
            backward[t, :n] /= behind[t, :n]
    total = (np.log(before) + top).sum(0)[:, 0]  # behind the end of a sequence both terms are 0
    total += np.log(forward[lengths - 1, np.arange(len(lengths))].sum(1))
    with np.errstate(divide="ignore"):  # the logarithm of what no path leads to is minus infinity
        forward, backward = np.log(forward), np.log(backward)
    forward += np.cumsum(np.log(before) + top, 0)
    left = np.log(behind)
    left[:-1] += top[1:]
    backward += np.cumsum(left[::-1], 0)[::-1]
    return forward, backward, total


def _running(lengths: NDArray[np.int64]) -> list[int]:
    """Return how many sequences are longer than t, for each t; ``lengths`` are sorted, the longest first."""
    longest = int(lengths[0]) if len(lengths) else 0
    running: list[int] = np.searchsorted(-lengths, -np.arange(longest), side="left").tolist()
    return running


def _log_sum(values: Floats, axis: int) -> Floats:
    """Return the logarithm of the sum of exponentials along an axis."""
    top = values.max(axis, keepdims=True)
    summed: Floats = np.log(np.exp(values - top).sum(axis)) + top.squeeze(axis)
    return summed


def spans(path: Sequence[int]) -> list[Span]:
    """Return the names in a sequence of labels; their probability is still 1."""
    found: list[Span] = []
    for k, label in enumerate(path):
        name = LABELS[label]
        if name.startswith("B"):
            found.append(Span(k, k, name[2:], 1.0))
        elif name.startswith("I") and found:
            found[-1].last = k
    return found
