"""The report of how well probabilities of events do, each site judged by weights that were learnt without it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from training import ranking
from training.events import fit
from training.events.fit import Row
from training.events.labels import Label

DIVISIONS = 5  # of the sites into fifths; means of them are given
THRESHOLDS = (0.1, 0.15, 0.17, 0.2, 0.22, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
_BINS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0)
_Given = npt.NDArray[np.bool_]
_INTRODUCTION = """\
# Events

Candidates for events, labelled by hand: right in every field (strictly: nothing false, nothing left out that a field could hold), worth a record, one of the up to five
main facts of its article. Of some pages a sample of the candidates, each of which stands for as many as its weight says, and shares are of these sums; of others all whose
probability was at least .05. Pages of sites that were left out of learning weights, classes and penalty, a fifth at a time; the mean of {divisions} divisions of the sites.

{candidates} candidates of {sites} sites, {good} of them right and worth a record, {main} main facts. {never} of them are never given, because their verb is no candidate; they count. {void} more
labels are void, because the candidate has other fields now. *Rules* are what the rules keep that are a feature now.

"""
_HEAD = """\
| | given | right and worth a record | right | worth a record | of those that are right and worth a record, given | of the main facts, given |
|---|---|---|---|---|---|---|
"""


class Scores(NamedTuple):
    """Labelled candidates, and the probability of each in each division of the sites, without its site."""

    rows: Sequence[Row]
    chances: Sequence[npt.NDArray[np.float64]]


def left_out(rows: Sequence[Row]) -> Scores:
    """Return probabilities of candidates of sites that were left out."""
    chances = []
    for division in range(DIVISIONS):
        parts = np.array([ranking.fold_of(f"{division} {row.label.site}") for row in rows])
        found = np.zeros(len(rows))
        for held in range(ranking.FOLDS):
            rest = [row for row, part in zip(rows, parts, strict=True) if part != held]
            known = fit.learn(rest, fit.penalty_for(rest))
            judged = [row for row, part in zip(rows, parts, strict=True) if part == held]
            found[parts == held] = fit.scores(judged, known)
        chances.append(found)
    return Scores(rows, chances)


def text(scores: Scores, never: Sequence[Label], void: int) -> str:
    """Return the report; ``never`` are labels of what is no candidate, and ``void`` is how many labels hold no longer."""
    calibrated = _calibration(scores)
    scores = Scores(
        [*scores.rows, *(Row(label, {}, label.kinds[0] if label.kinds else "") for label in never)],
        [np.append(found, np.zeros(len(never))) for found in scores.chances],
    )
    labels = [row.label for row in scores.rows]
    introduction = _INTRODUCTION.format(
        divisions=DIVISIONS,
        candidates=len(labels),
        sites=len({label.site for label in labels}),
        good=sum(row.is_good for row in scores.rows),
        main=sum(label.main for label in labels),
        never=len(never),
        void=void,
    )
    news = Scores(
        [row for row in scores.rows if row.label.news],
        [found[[row.label.news for row in scores.rows]] for found in scores.chances],
    )
    parts = [
        f"## All pages\n\n{_table(scores)}",
        f"## Pages that tell news\n\n{_table(news)}",
        f"## Calibration\n\n{calibrated}",
    ]
    return introduction + "\n".join(parts)


def _table(scores: Scores) -> str:
    rules = np.array([bool(row.features.get("rules")) for row in scores.rows])
    lines = [_line("rules", scores.rows, [rules])]
    for threshold in THRESHOLDS:
        lines.append(_line(f"{threshold}", scores.rows, [found >= threshold for found in scores.chances]))
    return _HEAD + "".join(lines)


def _line(name: str, rows: Sequence[Row], given: Sequence[_Given]) -> str:
    weight = np.array([row.label.weight for row in rows])

    def mean(which: Callable[[Row], bool], *, of_given: bool) -> str:
        wanted = np.array([which(row) for row in rows]) * weight
        shares = [
            (wanted * one).sum() / max(1e-9, (weight * one).sum() if of_given else wanted.sum())
            for one in given
        ]
        return f"{np.mean(shares):.3f}"

    count = f"{np.mean([one.sum() for one in given]):.0f}"
    cells = [
        name,
        count,
        f"**{mean(lambda row: row.is_good, of_given=True)}**",
        mean(lambda row: row.right, of_given=True),
        mean(lambda row: row.label.worth, of_given=True),
        mean(lambda row: row.is_good, of_given=False),
        mean(lambda row: row.label.main, of_given=False),
    ]
    return f"| {' | '.join(cells)} |\n"


def _calibration(scores: Scores) -> str:
    """Return the mean probability of candidates and the share that is right and worth a record, by probability."""
    chances = np.concatenate(scores.chances)
    good = np.tile(fit.good(scores.rows), len(scores.chances))
    weight = np.tile([row.label.weight for row in scores.rows], len(scores.chances))
    lines = ["| probability | mean of it | right and worth a record |\n|---|---|---|\n"]
    for low, high in itertools.pairwise(_BINS):
        inside = (chances >= low) & (chances < high)
        times = weight[inside]
        if times.sum():
            mean, share = (
                (chances[inside] * times).sum() / times.sum(),
                (good[inside] * times).sum() / times.sum(),
            )
            lines.append(f"| {low} to {high} | {mean:.3f} | {share:.3f} |\n")
    return "".join(lines)
