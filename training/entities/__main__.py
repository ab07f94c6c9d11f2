"""``make measure-entities DATA='folder ...'``: what each correction of English mentions gains on each corpus.

A rule's gain is the F1 of all rules minus that of all rules but this one: a rule that gains on one corpus only has learnt
that corpus. A folder has ``pages.jsonl.gz`` and ``truth.jsonl`` (:mod:`training.entities.corpora`).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from streams.nlp import Models, model_inputs
from streams.nlp.analysed_document import Analysis
from streams.nlp.entities import gazetteer, mentions
from streams.nlp.entities.mention_boundaries import InputParagraph, LabelledSpan
from streams.nlp.models.pipelines import Pipeline
from streams.nlp.text.segments import paragraphs
from streams.records import Document
from streams.settings import Nlp
from training.entities import corpora
from training.entities.corpora import Annotated
from training.entities.rules import RULES, Rule, without

_BATCH = 2_000  # texts given to the model at once


class Recognised:
    """The model's mentions by text, so that the model runs once for each text that any set of rules makes."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._known: dict[str, list[tuple[int, int, str]]] = {}

    def learn(self, texts: Sequence[str]) -> None:
        """Run the model on the texts that it has not seen."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for start in range(0, len(new), _BATCH):
            batch = new[start : start + _BATCH]
            with self._pipeline.memory_zone():
                for text, doc in zip(batch, self._pipeline.recognise(batch), strict=True):
                    self._known[text] = [(e.start_char, e.end_char, e.label_) for e in doc.ents]

    def mentions(self, text: str, offset: int) -> list[LabelledSpan]:
        """Return the mentions in a text that begins at ``offset`` of its document."""
        return [LabelledSpan(offset + a, offset + b, label) for a, b, label in self._known[text]]


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--model", default=Nlp().models["en"])
    options = parser.parse_args()
    pipeline = Models.load(Nlp(models={"en": options.model})).pipeline("en")
    assert pipeline is not None  # load() has raised if there is no English model
    sets = corpora.read(options.folders)
    recognised = Recognised(pipeline)
    print(f"| rule | {' | '.join(f'{name} ({len(documents)})' for name, documents in sets.items())} |")
    print(f"| --- |{' --- |' * len(sets)}")
    plain = [_f1(documents, recognised, None) for documents in sets.values()]
    print(f"| the model alone | {' | '.join(f'{value:.3f}' for value in plain)} |")
    full = [_f1(documents, recognised, ()) for documents in sets.values()]
    print(f"| with all rules | {' | '.join(f'{value:.3f}' for value in full)} |")
    for rule in RULES:
        less = [_f1(documents, recognised, (rule,)) for documents in sets.values()]
        cells = [f"{1_000 * (a - b):+.0f}" for a, b in zip(full, less, strict=True)]
        print(f"| {rule.name} | {' | '.join(cells)} |", flush=True)


def _f1(documents: Sequence[Annotated], recognised: Recognised, off: tuple[Rule, ...] | None) -> float:
    """Return F1 without some rules, or of the model alone (``None``)."""
    if off is None:
        rows = [_plain(one.text) for one in documents]
        recognised.learn([paragraph.text for row in rows for paragraph in row])
        found = [[m for p in row for m in recognised.mentions(p.text, p.span.start)] for row in rows]
        return corpora.score(documents, found).f1
    with without(off):
        rows = [_inputs(one.text) for one in documents]
        recognised.learn([paragraph.text for row in rows for paragraph in row])
        found = [
            mentions.correct(
                row, [recognised.mentions(p.text, p.span.start) for p in row], gazetteer.english()
            )
            for row in rows
        ]
    return corpora.score(documents, found).f1


def _plain(text: str) -> list[InputParagraph]:
    return [InputParagraph(span, text[span.start : span.end]) for span in paragraphs(text)]


def _inputs(text: str) -> list[InputParagraph]:
    document = Document(id="", url="", text=text)
    return model_inputs.inputs(Analysis(document, Nlp()), "en")


if __name__ == "__main__":
    main()
