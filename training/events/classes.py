"""Learn which class of event a verb tells: ``python -m training.events.classes CLEAN.jsonl ... [--write]``.

A multinomial logistic regression (streams/nlp/events/classes/choice.py) over the evidence of labelled verbs. Its loss is convex and penalised, and descended from 0,
so that the same labels give the same weights.
"""

from __future__ import annotations

import argparse
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from streams.nlp import Models
from streams.nlp.events import frames
from streams.nlp.events.classes import choice
from training import ranking
from training.events import actions, candidates, verb_labels
from training.events.actions import Seen
from training.events.verb_labels import VerbLabel

_FEW = 20  # verbs, fewer of which are no figure
FEWEST = 5  # verbs that have a piece of evidence; one that fewer have is left out
_PENALTY = 2.0  # half of it times the sum of squared weights is added to the loss
_STEPS, _NEAR = 300, 1e-6
_FIRST, _ALSO = 0.6, 0.4  # what each of two classes counts
_LARGEST = 32_000  # of a weight as a whole number
_REPORT = Path(__file__).parent / "classes.md"
Floats = npt.NDArray[np.float32]


class Row(NamedTuple):
    """A labelled verb."""

    label: VerbLabel
    seen: Seen


class Learnt(NamedTuple):
    """Weights: names of evidence, the classes, a row for each name and then for each number of the vectors, and what is added to all."""

    names: Sequence[str]
    kinds: Sequence[str]
    weights: Floats
    bias: Floats

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays that :class:`choice.Classes` reads, weights as whole numbers."""
        scale = float(max(np.abs(self.weights).max(), np.abs(self.bias).max())) / _LARGEST
        whole = np.round(self.weights / scale).astype(np.int16)
        return {
            "names": np.array(self.names),
            "kinds": np.array(self.kinds),
            "values": whole[: len(self.names)],
            "words": whole[len(self.names) :],
            "bias": np.round(self.bias / scale).astype(np.int16),
            "scale": np.array(scale, np.float32),
        }


def learn(rows: Sequence[Row]) -> Learnt:
    """Return the weights under which the labels of ``rows`` are most likely, less the penalty."""
    counted = Counter(name for row in rows for name in row.seen.evidence.values)
    names = sorted(name for name, count in counted.items() if count >= FEWEST)
    kinds = sorted({kind for row in rows for kind in row.label.kinds} | {frames.NO_EVENT})
    inputs = np.column_stack([matrix([row.seen for row in rows], names), np.ones(len(rows), np.float32)])
    found = _descend(inputs, _targets(rows, kinds))
    return Learnt(names, kinds, found[:-1], found[-1])


def matrix(seen: Sequence[Seen], names: Sequence[str]) -> Floats:
    """Return the inputs of verbs: their evidence, then the vectors of their words."""
    at = {name: k for k, name in enumerate(names)}
    values = np.zeros((len(seen), len(names)), np.float32)
    for k, one in enumerate(seen):
        for name, value in one.evidence.values.items():
            if name in at:
                values[k, at[name]] = value
    return np.column_stack([values, np.stack([one.vectors for one in seen])])


def scores(seen: Sequence[Seen], learnt: Learnt) -> Floats:
    """Return the scores of the classes, one row a verb."""
    found: Floats = matrix(seen, learnt.names) @ learnt.weights + learnt.bias
    return found


def _targets(rows: Sequence[Row], kinds: Sequence[str]) -> Floats:
    at = {kind: k for k, kind in enumerate(kinds)}
    found = np.zeros((len(rows), len(kinds)), np.float32)
    for k, row in enumerate(rows):
        shares = (_FIRST, _ALSO) if len(row.label.kinds) == 2 else (1.0,)
        for kind, share in zip(row.label.kinds, shares, strict=True):
            found[k, at[kind]] += share
    return found


def _descend(inputs: Floats, targets: Floats) -> Floats:
    """Return the weights of the least loss, the last row without a penalty: by the limited-memory BFGS method with 10 pairs."""
    penalties = np.full((inputs.shape[1], 1), _PENALTY, np.float32)
    penalties[-1] = 0.0

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = inputs @ weights
        scores -= scores.max(axis=1, keepdims=True)
        sums = np.log(np.exp(scores).sum(axis=1, keepdims=True))
        total = float((targets * (sums - scores)).sum() + (penalties * weights**2).sum() / 2)
        return total, inputs.T @ (np.exp(scores - sums) - targets) + penalties * weights

    weights = np.zeros((inputs.shape[1], targets.shape[1]), np.float32)
    value, slope = loss(weights)
    pairs: deque[tuple[Floats, Floats, float]] = deque(maxlen=10)
    for _ in range(_STEPS):
        direction = _direction(slope, pairs)
        downhill, length = float((slope * direction).sum()), 1.0 if pairs else 1 / float(np.abs(slope).sum())
        while True:
            following, (lower, other) = weights + length * direction, loss(weights + length * direction)
            if lower <= value + 1e-4 * length * downhill or length < _NEAR:
                break
            length /= 2
        moved, bent = following - weights, other - slope
        curve = float((moved * bent).sum())
        if curve > 0:
            pairs.append((moved, bent, curve))
        done = value - lower < _NEAR * abs(value)
        weights, value, slope = following, lower, other
        if done:
            break
    return weights


def _direction(slope: Floats, pairs: Sequence[tuple[Floats, Floats, float]]) -> Floats:
    """Return the direction downhill, with what earlier steps told of the curvature (the two loops of Nocedal, 1980)."""
    direction, shares = -slope, []
    for moved, bent, curve in reversed(pairs):
        share = float((moved * direction).sum()) / curve
        direction = direction - share * bent
        shares.append(share)
    if pairs:
        _moved, bent, curve = pairs[-1]
        direction = direction * (curve / float((bent**2).sum()))
    for (moved, bent, curve), share in zip(pairs, reversed(shares), strict=True):
        direction = direction + (share - float((bent * direction).sum()) / curve) * moved
    return direction


class Told(NamedTuple):
    """What was chosen for a verb whose site was left out, and what lists and frames say."""

    label: VerbLabel
    kind: str
    rules: str


def judge(rows: Sequence[Row], learnt: Learnt) -> Iterator[Told]:
    """Yield what the weights choose."""
    seen = [row.seen for row in rows]
    rules, stands = [one.kind for one in seen], [one.evidence.stands for one in seen]
    chosen = choice.chosen(scores(seen, learnt), learnt.kinds, rules, stands)
    for row, one in zip(rows, chosen, strict=True):
        yield Told(row.label, one.kind, row.seen.kind)


def left_out(rows: Sequence[Row]) -> list[Told]:
    """Return what is chosen where a verb's fold of sites is left out."""
    folds = [ranking.fold_of(row.label.site) for row in rows]
    found: list[Told] = []
    for held in range(ranking.FOLDS):
        rest = [row for row, fold in zip(rows, folds, strict=True) if fold != held]
        found += judge([row for row, fold in zip(rows, folds, strict=True) if fold == held], learn(rest))
    return found


def report(rows: Sequence[Row], some: frozenset[str]) -> str:
    """Return the report: shares of right classes on sites left out; ``some`` are the keys of verbs that are candidates for events."""
    told = left_out(rows)
    tables = {
        "sites on which lists and frames were made": [one for one in told if not one.label.apart],
        "sites that were kept apart from that": [one for one in told if one.label.apart],
    }
    lines = [
        "# Classes of events",
        "",
        f"{len(rows):,} verbs labelled by hand, {len({row.label.site for row in rows})} sites. Shares of verbs that tell an event whose class is right, as lists and frames choose it and as",
        "weights that saw no verb of its site, a fifth of all sites left out at a time; how many are better and worse; the standard error of the difference, by sites.",
        "That the class of a frame stands was decided with 501 candidates of the sites kept apart in view, so the last rows are kind. What was labelled last, most of the candidates of sites kept apart,",
        "was labelled with the class in view that the weights of before had chosen, and is kind to it.",
        "",
        "| | verbs | lists and frames | learnt | better, worse | difference |",
        "|---|---|---|---|---|---|",
    ]
    for name, told in tables.items():
        events = [one for one in told if one.label.kind != frames.NO_EVENT]
        for what, wanted in (("candidates for events", True), ("other verbs", False)):
            few = [one for one in events if (one.label.verb in some) is wanted]
            if len(few) >= _FEW:
                lines.append(_line(f"{name}: {what}", few))
    return "\n".join(lines) + "\n"


def _line(name: str, told: Sequence[Told]) -> str:
    now = np.array([one.kind in one.label.kinds for one in told], float)
    before = np.array([one.rules in one.label.kinds for one in told], float)
    moved = now - before
    _, site = np.unique([one.label.site for one in told], return_inverse=True)
    sums = np.bincount(site, moved - moved.mean())
    error = float(np.sqrt((sums**2).sum())) / len(told)
    return (
        f"| {name} | {len(told)} | {before.mean():.3f} | **{now.mean():.3f}** | {int((moved > 0).sum())}, {int((moved < 0).sum())}"
        f" | {moved.mean():+.3f} ({error:.3f}) |"
    )


def main() -> None:
    """Learn, print the report, and with ``--write`` write it and the weights."""
    parser = argparse.ArgumentParser(prog="training.events.classes", description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="CLEAN.jsonl")
    parser.add_argument(
        "--write", action="store_true", help="write the weights into the package, and classes.md"
    )
    options = parser.parse_args()
    models, known = Models.load(), verb_labels.read()
    seen = {one.verb: one for one in actions.read(candidates.documents(options.files), models)}
    rows = [Row(label, seen[verb]) for verb, label in sorted(known.items()) if verb in seen]
    some = frozenset(one.verb for one in seen.values() if one.candidate)
    text = report(rows, some)
    print(text)
    if options.write:
        _REPORT.write_text(text, "utf-8")
        np.savez_compressed(choice.WEIGHTS, allow_pickle=False, **learn(rows).arrays())


if __name__ == "__main__":
    main()
