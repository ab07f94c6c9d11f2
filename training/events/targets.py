"""Learn what is acted upon where rules find nothing: ``python -m training.events.targets FILE ... [--write]``.

Files are those of :func:`training.events.candidates.documents`.
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from streams.cleaning.metadata.ranking import Candidate as Ranked
from streams.nlp import Models, data
from streams.nlp.analysed_document import Analysis
from streams.nlp.analysis import run
from streams.nlp.events.clauses import Action
from streams.nlp.events.paragraph_events import ParagraphEvents
from streams.nlp.events.targets import choice
from streams.nlp.events.targets.candidates import Candidate
from streams.records import Document
from training import ranking
from training.events import candidates, role_labels
from training.events.role_labels import Label, Role
from training.ranking import Page

#: Verbs that have a feature; one that fewer have is left out.
FEWEST = 4
_PENALTY = 1.0  # of squared weights, beside the sum of the losses of all verbs
_SMALLEST = 0.02  # absolute value of a weight; smaller ones are left out
_DIVISIONS = 5  # ways to part the sites into folds
_OWN_SITE = ("wikinews", "GeoVirus")  # corpora of articles of one site: an article is left out at a time
_REPORT = Path(__file__).parent / "targets.md"
_WEIGHTS = Path(str(data.__path__[0])) / "targets.toml"
_ABOUT = """# Weights of the features of phrases that may be the target of an event (streams/nlp/events/targets/features.py), written by
# make train-targets: a conditional logit over the phrases and clauses of a verb, and over there being none. Learnt from labels by hand
# (training/events/role_labels.jsonl) of pages of WCXB (Web Content Extraction Benchmark, CC BY 4.0), of news articles with open licences and of Wikinews
# (CC BY 2.5); no text of theirs is in it.
"""
Weights = Mapping[str, float]


class Case(NamedTuple):
    """A labelled verb for which rules find no target."""

    site: str
    named: Sequence[tuple[str, ...]]  # the features of there being none, then of each candidate
    right: Sequence[bool]  # which of these is right
    empty: bool  # whether nothing is acted upon
    worth: bool


def cases(documents: Iterable[Document], models: Models, known: Mapping[str, Label]) -> Iterator[Case]:
    """Yield the labelled verbs of documents for which rules find no target; ``known`` has the labels by verb."""
    pipeline = models.pipeline("en")
    if pipeline is None:
        return
    for document in documents:
        found: dict[str, Case] = {}
        with mock.patch.object(ParagraphEvents, "actions", _watched(document, known, found)):
            run([Analysis(document, models.options)], pipeline)
        yield from found.values()


def _watched(
    document: Document, known: Mapping[str, Label], found: dict[str, Case]
) -> Callable[[ParagraphEvents], Iterator[Action]]:
    actions = ParagraphEvents.actions

    def watched(paragraph: ParagraphEvents) -> Iterator[Action]:
        for action in actions(paragraph):
            verb = candidates.verb_of(document.id, paragraph.source, paragraph.start_of(action))
            label = known.get(verb) if action.target is None else None
            if label is not None and label.event and verb not in found:
                own = document.id.startswith(_OWN_SITE)
                found[verb] = _case(paragraph, action, label, document.id if own else label.site)
            yield action

    return watched


def _case(paragraph: ParagraphEvents, action: Action, label: Label, site: str) -> Case:
    role = label.roles["target"]
    some = paragraph.phrases(action)
    right = [role.is_empty, *(_plays(paragraph, one, role) for one in some)]
    return Case(site, choice.described(action, some), right, role.is_empty, label.worth)


def _plays(paragraph: ParagraphEvents, one: Candidate, role: Role) -> bool:
    """Return whether a candidate is what plays a role, by its name, or by the head of what was labelled."""
    inside = role.overlaps(*paragraph.span_of(one.head))
    headed = inside and not role.overlaps(*paragraph.span_of(one.head.head))
    return headed or role_labels.hash_of(one.participant.name) in role.names


def learn(found: Sequence[Case]) -> Weights:
    """Return the weights under which the labels are most likely, less the penalty."""
    counted = Counter(name for case in found for names in case.named for name in names)
    keep = {name for name, count in counted.items() if count >= FEWEST}
    pages = [
        Page(
            "",
            case.site,
            "",
            [Ranked("", dict.fromkeys(keep.intersection(names), 1.0)) for names in case.named],
            list(case.right),
            1.0,
        )
        for case in found
        if any(case.right)
    ]
    learnt = ranking.learn(pages, sorted(keep), _PENALTY / max(1, len(pages)))
    return {name: value for name, value in learnt.items() if abs(value) >= _SMALLEST}


def left_out(found: Sequence[Case], division: int) -> list[int]:
    """Return what is chosen for each case by weights that saw no case of its site; ``division`` is one of the ways to part the sites."""
    chosen = [0] * len(found)
    folds = [ranking.fold_of(f"{division}{case.site}") for case in found]
    for held in range(ranking.FOLDS):
        weights = learn([case for case, fold in zip(found, folds, strict=True) if fold != held])
        for k, case in enumerate(found):
            if folds[k] == held:
                chosen[k] = choice.best(case.named, weights)
    return chosen


class Counts(NamedTuple):
    """How often a target is right, another one, left out, or given though there is none; how often none is right."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    surplus: int = 0
    none: int = 0

    @classmethod
    def of(cls, found: Sequence[Case], chosen: Sequence[int]) -> Counts:
        """Count the cases by what was chosen for them."""
        kinds = Counter(_kind(case, at) for case, at in zip(found, chosen, strict=True))
        return cls(**kinds)

    def row(self, name: str) -> str:
        """Return a row of the report's table."""
        good = self.right + self.none
        return (
            f"| {name} | {sum(self)} | {self.right} | {self.wrong} | {self.missing} | {self.surplus} | {self.none} "
            f"| **{good / max(1, sum(self)):.4f}** |"
        )


def _kind(case: Case, at: int) -> str:
    if case.right[at]:
        return "right" if at else "none"
    return "surplus" if case.empty else "wrong" if at else "missing"


def report(found: Sequence[Case]) -> str:
    """Return how often a target is right, on sites left out."""
    lines = [
        "# Targets where rules find none",
        "",
        "Of labelled verbs for which rules find no target: what is right where none is given, and with the targets that weights choose which saw no verb of the",
        "site (a fifth of the sites left out at a time; of Wikinews a fifth of the articles), in several divisions of the sites; then of verbs whose event is worth a record.",
        "",
        "| | verbs | right given | another given | left out | given, is none | none, is none | right, or rightly none |",
        "|---|---|---|---|---|---|---|---|",
    ]
    ways = [left_out(found, division) for division in range(_DIVISIONS)]
    worth = [k for k, case in enumerate(found) if case.worth]
    gains = []
    for name, some in (("all", range(len(found))), ("worth", worth)):
        part = [found[k] for k in some]
        lines.append(Counts.of(part, [0] * len(part)).row(f"{name}, rules"))
        for division, chosen in enumerate(ways):
            lines.append(Counts.of(part, [chosen[k] for k in some]).row(f"{name}, weights, {division}"))
        gained, error = _gain(part, [[chosen[k] for k in some] for chosen in ways])
        gains.append(f"Right choices gained, {name}: {gained:+.1f} (standard error {error:.1f}).")
    return "\n".join([*lines, "", *gains]) + "\n"


def _gain(found: Sequence[Case], ways: Sequence[Sequence[int]]) -> tuple[float, float]:
    """Return how many more choices are right than with rules, as a mean over divisions, and its standard error over verbs."""
    moves = [
        statistics.fmean(case.right[chosen[k]] - case.right[0] for chosen in ways)
        for k, case in enumerate(found)
    ]
    return sum(moves), statistics.stdev(moves) * len(moves) ** 0.5


def main() -> int:
    """Learn, print the report, and write both if asked to."""
    parser = argparse.ArgumentParser(prog="training.events.targets", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--write", action="store_true", help="write the weights into the package, and the report"
    )
    options = parser.parse_args()
    found = list(cases(candidates.documents(options.files), Models.load(), role_labels.read()))
    text = report(found)
    print(text)
    if options.write:
        _REPORT.write_text(text, "utf-8")
        packed = "\n".join(f'"{name}" = {value}' for name, value in sorted(learn(found).items()))
        _WEIGHTS.write_text(f"{_ABOUT}\n[weights]\n{packed}\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
