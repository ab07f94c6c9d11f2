"""Learn which class of event a verb tells: ``python -m training.events.classes CLEAN.jsonl ... [--write]``.

A network of one hidden layer (streams/nlp/events/classes/choice.py) over the evidence of labelled verbs and vectors of their words, sentences and texts.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from streams.nlp import Models
from streams.nlp.events import frames
from streams.nlp.events.classes import choice
from training import ranking
from training.events import actions, candidates, labels, network, verb_labels
from training.events.actions import Seen
from training.events.labels import Label
from training.events.verb_labels import VerbLabel

_FEW = 20  # verbs, fewer of which are no figure
FEWEST = 6  # verbs that have a piece of evidence; one that fewer have is left out
_FIRST, _ALSO = 0.6, 0.4  # what each of two classes counts
_REPORT = Path(__file__).parent / "classes.md"
Floats = npt.NDArray[np.float32]


class Row(NamedTuple):
    """A labelled verb; ``told`` is what its candidates were labelled with (:data:`choice.TOLD`), ``None`` if it has none."""

    label: VerbLabel
    seen: Seen
    told: tuple[bool, ...] | None = None


class Learnt(NamedTuple):
    """A network: names of evidence; the classes; weights of the hidden layer and of the classes side by side, a row for each name and then for each
    number of the vectors; what is added to both; weights from the hidden layer to the classes."""

    names: Sequence[str]
    kinds: tuple[str, ...]
    weights: Floats
    bias: Floats
    hidden: Floats

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays that :class:`choice.Classes` reads."""
        half = self.weights.astype(np.float16)
        return {
            "names": np.array(self.names),
            "kinds": np.array(self.kinds),
            "values": half[: len(self.names)],
            "words": half[len(self.names) :],
            "bias": self.bias.astype(np.float32),
            "hidden": self.hidden.astype(np.float16),
        }


def learn(rows: Sequence[Row]) -> Learnt:
    """Return a network learnt from the labels of ``rows``."""
    counted = Counter(name for row in rows for name in row.seen.evidence.values)
    names = sorted(name for name, count in counted.items() if count >= FEWEST)
    kinds = tuple(sorted({kind for row in rows for kind in row.label.kinds} | {frames.NO_EVENT}))
    told = [row.told or (False,) * len(choice.TOLD) for row in rows]
    known = [row.told is not None for row in rows]
    inputs = matrix([row.seen for row in rows], names)
    examples = network.Examples(
        inputs, _targets(rows, kinds), np.array(told, np.float32), np.array(known, np.float32)
    )
    return Learnt(names, kinds, *network.learn(examples))


def rows_of(seen: Iterable[Seen]) -> list[Row]:
    """Return the actions whose verbs are labelled, with their labels."""
    known = verb_labels.read()
    told: dict[str, list[Label]] = {}
    for label in labels.read().values():
        told.setdefault(label.verb, []).append(label)
    return [Row(known[one.verb], one, _told(told.get(one.verb))) for one in seen if one.verb in known]


def _told(known: Sequence[Label] | None) -> tuple[bool, ...] | None:
    if known is None:
        return None
    each = [(one.rest, one.worth, one.main, one.rest and one.worth) for one in known]
    return tuple(any(one[k] for one in each) for k in range(len(choice.TOLD)))


def matrix(seen: Sequence[Seen], names: Sequence[str]) -> Floats:
    """Return the inputs of verbs: their evidence, then their vectors."""
    at = {name: k for k, name in enumerate(names)}
    values = np.zeros((len(seen), len(names)), np.float32)
    for k, one in enumerate(seen):
        for name, value in one.evidence.values.items():
            if name in at:
                values[k, at[name]] = value
    return np.column_stack([values, np.stack([one.vectors for one in seen])])


def scores(seen: Sequence[Seen], learnt: Learnt) -> Floats:
    """Return the scores of the classes, one row a verb."""
    sums = matrix(seen, learnt.names) @ learnt.weights + learnt.bias
    return choice.Classes(learnt.arrays()).scores(sums)


def _targets(rows: Sequence[Row], kinds: Sequence[str]) -> Floats:
    at = {kind: k for k, kind in enumerate(kinds)}
    found = np.zeros((len(rows), len(kinds)), np.float32)
    for k, row in enumerate(rows):
        shares = (_FIRST, _ALSO) if len(row.label.kinds) == 2 else (1.0,)
        for kind, share in zip(row.label.kinds, shares, strict=True):
            found[k, at[kind]] += share
    return found


class Told(NamedTuple):
    """What was chosen for a verb whose site was left out, and what lists and frames say."""

    label: VerbLabel
    kind: str
    rules: str


def judge(rows: Sequence[Row], learnt: Learnt) -> Iterator[Told]:
    """Yield what the weights choose."""
    seen = [row.seen for row in rows]
    rules, framed = [one.kind for one in seen], [one.evidence.framed for one in seen]
    chosen = choice.chosen(scores(seen, learnt), learnt.kinds, rules, framed)
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
        "What was labelled last, most of the candidates of sites kept apart, was labelled with the class in view that the weights of before had chosen, and is kind to these.",
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
    seen = {one.verb: one for one in actions.read(candidates.documents(options.files), Models.load())}
    rows = rows_of(seen[verb] for verb in sorted(seen))
    some = frozenset(one.verb for one in seen.values() if one.candidate)
    text = report(rows, some)
    print(text)
    if options.write:
        _REPORT.write_text(text, "utf-8")
        np.savez_compressed(choice.WEIGHTS, allow_pickle=False, **learn(rows).arrays())


if __name__ == "__main__":
    main()
