"""Learn which word of a headline is its main verb: ``python -m training.headlines FILE ... [--write]``.

Files are those of :func:`training.headlines.documents.read`.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from streams.cleaning.metadata.ranking import Candidate as Ranked
from streams.nlp import Models, data
from streams.nlp.analysed_document import Analysis
from streams.nlp.analysis import run
from streams.nlp.events.headlines import main_verb
from streams.nlp.events.headlines.features import NOTHING, Text
from streams.records import Document, Event
from training import ranking
from training.headlines import documents, labels
from training.headlines.labels import Headline
from training.ranking import Page

FEWEST = 3  # candidates that have a feature; one that fewer have is left out
_PENALTY = 0.001  # of squared weights
_SMALLEST = 0.03  # absolute value of a weight; smaller ones are left out
_REPORT = Path(__file__).parent / "report.md"
_WEIGHTS = Path(str(data.__path__[0])) / "headline_verbs.toml"
_ABOUT = """# Weights of the features of words of headlines (streams/nlp/events/headlines/main_verb.py), written by make train-headlines: a conditional logit of which word
# is the main verb. Learnt from labels by hand (training/headlines/labels.tsv) of headlines of web pages (WCXB, CC BY 4.0, and news with open licences), of Wikinews
# (CC BY 2.5, in GeoVirus), of UCI's News Aggregator and of the News Category Dataset (both CC BY 4.0); no text of theirs is in it.
"""
Weights = Mapping[str, float]


class Part(NamedTuple):
    """A part of a labelled headline: its candidates, which of them are right, and whether it tells a fact."""

    page: Page
    tells: bool


class Told(NamedTuple):
    """A labelled document."""

    document: Document
    label: Headline
    source: str  # the file's name


def parts(told: Sequence[Told], models: Models) -> list[Part]:
    """Return the parts of labelled headlines, with the candidates for their main verbs."""
    found: list[Part] = []
    for one in told:
        seen: list[tuple[Any, list[main_verb.Candidate], list[int]]] = []

        def watched(doc: Any, text: Text, seen: list[Any] = seen) -> None:
            seen.append(
                (main_verb.candidates(doc, text), [token.idx for token in doc], [len(t) for t in doc])
            )

        with mock.patch.object(main_verb, "choose", watched):
            analysis = _analysed([one.document], models)[0]
        for (words, starts, sizes), part in zip(seen, analysis.title_inputs, strict=True):
            facts = [fact for fact in one.label.facts if part.span.start <= fact.verb < part.span.end][:1]
            right = []
            for word in words:
                if word.how == NOTHING:
                    right.append(not facts)
                    continue
                start = part.span.start + starts[word.at]
                right.append(
                    any(
                        start <= fact.verb < start + sizes[word.at] and word.how in labels.HOWS[fact.how]
                        for fact in facts
                    )
                )
            page = Page(
                one.source, one.label.site, "", [Ranked("", word.features) for word in words], right, 1.0
            )
            found.append(Part(page, bool(facts)))
    return found


def learn(found: Sequence[Part]) -> Weights:
    """Return the weights under which the labels are most likely, less the penalty; corpora that are only measured are left out."""
    some = [part for part in found if part.page.source not in documents.MEASURED]
    counted = Counter(name for part in some for one in part.page.candidates for name in one.features)
    names = sorted(name for name, count in counted.items() if count >= FEWEST)
    keep = set(names)
    pages = [
        part.page._replace(
            candidates=[
                Ranked(one.text, {name: value for name, value in one.features.items() if name in keep})
                for one in part.page.candidates
            ]
        )
        for part in some
    ]
    return {
        name: value
        for name, value in ranking.learn(pages, names, _PENALTY).items()
        if abs(value) >= _SMALLEST
    }


def chosen(part: Part, weights: Weights) -> int:
    """Return which candidate of a part the weights choose."""
    words = [main_verb.Candidate(k, "", one.features) for k, one in enumerate(part.page.candidates)]
    return main_verb.best(words, weights)[0].at


def report(told: Sequence[Told], some: Sequence[Part], models: Models) -> str:
    """Return the report: main verbs and events on sites left out."""
    folds = [
        learn([part for part in some if ranking.fold_of(part.page.site) != held])
        for held in range(ranking.FOLDS)
    ]
    lines = [
        "# Main verbs of headlines",
        "",
        f"{len(told):,} headlines labelled by hand, {len({one.label.site for one in told})} sites. On sites left out of training, a fifth at a time: parts of headlines with a fact whose main verb is",
        "the labelled one in the right voice, those without one of which none is chosen; headlines with a fact that have an event of that verb with the heads of actor and",
        "target as labelled, by their words (who is given by the name in the text counts as wrong), and those without a fact that have an event.",
        f"Nothing is ever learnt from {', '.join(sorted(documents.MEASURED))}: they are whole corpora left out.",
        "",
        "| | parts with a fact | main verb right | parts without | none chosen | headlines with a fact | verb | verb, actor and target | without | given an event |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    events = {one.label.key: found for one, found in _events(told, folds, models)}
    for source in dict.fromkeys(one.source for one in told):
        own = [part for part in some if part.page.source == source]
        right = [part.page.right[chosen(part, folds[ranking.fold_of(part.page.site)])] for part in own]
        facts = [ok for part, ok in zip(own, right, strict=True) if part.tells]
        rest = [ok for part, ok in zip(own, right, strict=True) if not part.tells]
        ours = [one for one in told if one.source == source]
        telling = [_right(one, events[one.label.key]) for one in ours if one.label.facts]
        silent = [bool(events[one.label.key]) for one in ours if not one.label.facts]
        lines.append(
            f"| {source} | {len(facts)} | {sum(facts)} | {len(rest)} | {sum(rest)} | {len(telling)} | {sum(verb for verb, _ in telling)}"
            f" | {sum(whole for _, whole in telling)} | {len(silent)} | {sum(silent)} |"
        )
    return "\n".join(lines) + "\n"


def _events(told: Sequence[Told], folds: Sequence[Weights], models: Models) -> list[tuple[Told, list[Event]]]:
    """Return the events of headlines, each with weights that saw none of its site."""
    found = []
    for one in told:
        own = folds[ranking.fold_of(one.label.site)]
        with mock.patch.object(main_verb, "weights", lambda own=own: own):
            events = _analysed([one.document], models)[0].events
        found.append((one, [event for event in events if event.source == "title"]))
    return found


def _analysed(found: Sequence[Document], models: Models) -> list[Analysis]:
    pipeline = models.pipeline("en")
    analyses = [Analysis(document, models.options) for document in found]
    if pipeline is not None:
        run(analyses, pipeline)
    return analyses


def _right(one: Told, events: Sequence[Event]) -> tuple[bool, bool]:
    """Return whether an event has the verb of a fact, and whether one has its actor and target, too."""
    title = one.document.title or ""
    pairs = [
        (fact, event) for fact in one.label.facts for event in events if event.start <= fact.verb < event.end
    ]
    whole = any(
        _names(event.actor, title, fact.actor) and _names(event.target, title, fact.target)
        for fact, event in pairs
    )
    return bool(pairs), whole


def _names(name: str | None, title: str, at: int | None) -> bool:
    """Return whether a participant has the word at an offset of a title; any does if none is labelled."""
    if at is None:
        return True
    word = title[at:].split()[0].strip(".,:;'’\"“”)").lower()
    return name is not None and (word in name.lower() or (len(word) > 3 and word[:-1] in name.lower()))


def main() -> None:
    """Learn, print the report, and with ``--write`` write it and the weights."""
    parser = argparse.ArgumentParser(prog="training.headlines", description=__doc__.partition("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--write", action="store_true", help="write the weights into the package, and report.md"
    )
    options = parser.parse_args()
    models = Models.load()
    told = [
        Told(document, label, path.name.partition(".")[0])
        for path in options.files
        for document, label in documents.read([path])
    ]
    some = parts(told, models)
    if options.write:
        rows = "".join(f'"{name}" = {value}\n' for name, value in sorted(learn(some).items()))
        _WEIGHTS.write_text(f"{_ABOUT}\n[weights]\n{rows}", "utf-8")
    text = report(told, some, models)
    print(text)
    if options.write:
        _REPORT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
