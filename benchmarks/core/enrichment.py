"""``make bench-nlp [PAGES=file]``: what enrichment costs beside plain entity recognition with the same model.

Plain recognition is ``nlp.pipe(texts)`` with everything but the shared layer and the entity recogniser switched off,
whole texts as a user would feed them. It is measured twice: as the library comes, and with the same BLAS as
enrichment. English documents only, since only they go through the model by default. Rounds are interleaved; the
figures are CPU seconds of this process, so that other load on the machine matters less.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import spacy
from rich.console import Console
from rich.table import Table

from benchmarks.harness import pages
from streams import language, pipeline
from streams.nlp import Models
from streams.nlp.models.pipelines import Pipeline
from streams.records import Candidate, Document
from streams.settings import Settings

_BATCH = 8  # documents, as a worker's batches


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, help="files as feed takes them; default: seeds/")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--documents", type=int, default=100, help="at most so many")
    options = parser.parse_args()
    settings = Settings()
    documents = _english(options.pages, settings)[: options.documents]
    models = Models.load(settings.nlp)
    stock = _stock(settings.nlp.models["en"])
    ours = models.pipeline("en")
    if ours is None:
        raise SystemExit("no English model: nothing to measure")
    ways: dict[str, Callable[[list[Document]], object]] = {
        "plain NER, as it comes": lambda batch: list(stock.pipe([document.text for document in batch])),
        "plain NER, same BLAS": lambda batch: _plain(ours, [document.text for document in batch]),
        "enrichment, all of it": lambda batch: pipeline.enrich(batch, models),
    }
    spent = _measured(ways, documents, options.rounds)
    texts = [document.text for document in documents]
    words = sum(len(text.split()) for text in texts)
    base = statistics.median(spent["plain NER, same BLAS"])
    table = Table("", "ms a document", "words/s", "ratio")
    for name, seconds in spent.items():
        middle = statistics.median(seconds)
        table.add_row(
            name, f"{1_000 * middle / len(texts):.1f}", f"{words / middle:,.0f}", f"{middle / base:.2f}"
        )
    console = Console()
    console.print(table)
    console.print(
        f"{len(texts)} English documents, {words / len(texts):.0f} words each, {options.rounds} rounds"
    )
    _parts(console, documents, models, ours)


def _english(paths: Sequence[Path], settings: Settings) -> list[Document]:
    outcomes = [pipeline.clean(page.message, settings) for page in _readable(paths)]
    documents = [outcome.document for outcome in outcomes if isinstance(outcome, Candidate)]
    return [one for one in documents if language.identify(one.text, one.declared_language)[0] == "en"]


def _readable(paths: Sequence[Path]) -> list[pages.Page]:
    """Return the valid pages: the samples have some that are invalid on purpose."""
    return [page for page in pages.load(list(paths)) if pages.plain([page])]


def _stock(name: str) -> Any:
    nlp = spacy.load(name)
    nlp.select_pipes(enable=["tok2vec", "ner"])
    return nlp


def _plain(ours: Pipeline, texts: Sequence[str]) -> list[Any]:
    others = [name for name in ours.nlp.pipe_names if name not in ("tok2vec", "ner")]
    return [len(doc.ents) for doc in ours.nlp.pipe(texts, disable=others)]


def _enrich(documents: Sequence[Document], models: Models) -> None:
    for start in range(0, len(documents), _BATCH):
        pipeline.enrich(documents[start : start + _BATCH], models)


def _measured(
    ways: dict[str, Callable[[list[Document]], object]], documents: Sequence[Document], rounds: int
) -> dict[str, list[float]]:
    """Return CPU seconds of each way in each round, batch by batch in turn, so that other load affects all of them.
    The first round, which fills caches, is not counted."""
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        total = dict.fromkeys(ways, 0.0)
        for start in range(0, len(documents), _BATCH):
            batch = list(documents[start : start + _BATCH])
            for name, run in ways.items():
                started = time.process_time()
                run(batch)
                total[name] += time.process_time() - started
        if number:
            for name, seconds in total.items():
                spent[name].append(seconds)
    return spent


def _parts(console: Console, documents: Sequence[Document], models: Models, ours: Pipeline) -> None:
    """Return the time of enrichment by part: tagging, parsing, and crawlmill's own code."""
    spent = {"tokens, vectors and names": 0.0, "tags and parses": 0.0}

    def timed(name: str, run: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def wrapped(given: Any) -> Any:
            started = time.process_time()
            result = run(given)
            spent[name] += time.process_time() - started
            return result

        return wrapped

    recognise, parse = ours.recognise, ours.parse
    ours.recognise = timed("tokens, vectors and names", recognise)  # type: ignore[method-assign, assignment]
    ours.parse = timed("tags and parses", parse)  # type: ignore[method-assign, assignment]
    started = time.process_time()
    _enrich(documents, models)
    whole = time.process_time() - started
    ours.recognise, ours.parse = recognise, parse  # type: ignore[method-assign]
    spent["all that is ours"] = whole - sum(spent.values())
    table = Table("part of enrichment", "ms a document", "share")
    for name, seconds in spent.items():
        table.add_row(name, f"{1_000 * seconds / len(documents):.1f}", f"{seconds / whole:.0%}")
    console.print(table)


if __name__ == "__main__":
    main()
