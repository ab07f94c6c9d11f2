"""``make bench-nlp [PAGES=file]``: what enrichment costs beside plain entity recognition with the same model.

Plain recognition is ``nlp.pipe(texts)`` with everything but the shared layer and the entity recogniser switched off,
whole texts as a user would feed them. It is measured twice: as the library comes, and with the same BLAS as
enrichment. Rounds are interleaved; the figures are CPU seconds of this process, so that other load on the machine
matters less. The first round, in which all words are new to enrichment and to the tokenizer, is printed by itself.

Documents of other languages are measured for themselves, per word, beside plain recognition of the English ones.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.harness import pages
from streams import language, pipeline
from streams.nlp import Models
from streams.nlp.models import loading
from streams.nlp.models.pipelines import Pipeline
from streams.records import Candidate, Document
from streams.settings import Settings

_BATCH = 8  # documents, as a worker's batches
_PLAIN = "plain NER, same BLAS"
# Documents of another language that are enough to measure it, the most that are measured, and rounds.
_FEWEST, _MOST, _ROUNDS = 3, 30, 2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", type=Path, help="files as feed takes them; default: seeds/")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--documents", type=int, default=100, help="at most so many")
    options = parser.parse_args()
    settings = Settings()
    every = _documents(options.pages, settings)
    documents = every.pop("en", [])[: options.documents]
    models = Models.load(settings.nlp)
    ours = models.pipeline("en")
    if ours is None or not documents:
        raise SystemExit("no English model, or no English page: nothing to measure")
    stock = _stock(settings.nlp.models["en"])
    ways: dict[str, Callable[[list[Document]], object]] = {
        "plain NER, as it comes": lambda batch: list(stock.pipe([document.text for document in batch])),
        _PLAIN: lambda batch: _plain(ours, [document.text for document in batch]),
        "enrichment, all of it": lambda batch: pipeline.enrich(batch, models),
    }
    spent = _measured(ways, documents, options.rounds)
    console = Console()
    words = sum(len(document.text.split()) for document in documents)
    console.print(_compared(spent, len(documents), words))
    console.print(
        f"{len(documents)} English documents, {words / len(documents):.0f} words each, {options.rounds} rounds"
    )
    _parts(console, documents, models, ours)
    plain = statistics.median(map(sum, spent[_PLAIN][1:])) / words
    _by_language(console, every, models, plain)


def _compared(spent: Mapping[str, Sequence[Sequence[float]]], documents: int, words: int) -> Table:
    """Return the table of ways; ratios are to plain recognition, of all documents and of the median batch."""
    table = Table("", "ms a document", "words/s", "ratio", "median batch (quartiles)", "first round")
    for name, rounds in spent.items():
        middle = statistics.median(map(sum, rounds[1:]))
        pairs = [
            one / plain
            for mine, theirs in zip(rounds[1:], spent[_PLAIN][1:], strict=True)
            for one, plain in zip(mine, theirs, strict=True)
        ]
        low, median, high = statistics.quantiles(pairs) if len(pairs) > 1 else pairs * 3
        ratio = middle / statistics.median(map(sum, spent[_PLAIN][1:]))
        table.add_row(
            name,
            f"{1_000 * middle / documents:.1f}",
            f"{words / middle:,.0f}",
            f"{ratio:.2f}",
            f"{median:.2f} ({low:.2f} to {high:.2f})",
            f"{sum(rounds[0]) / sum(spent[_PLAIN][0]):.2f}",
        )
    return table


def _documents(paths: Sequence[Path], settings: Settings) -> dict[str, list[Document]]:
    """Return the documents of the pages by language."""
    found: dict[str, list[Document]] = defaultdict(list)
    for page in _readable(paths):
        outcome = pipeline.clean(page.message, settings)
        if isinstance(outcome, Candidate):
            document = outcome.document
            found[language.identify(document.text, document.declared_language)[0] or "?"].append(document)
    return found


def _readable(paths: Sequence[Path]) -> list[pages.Page]:
    """Return the valid pages: the samples have some that are invalid on purpose."""
    return [page for page in pages.load(list(paths)) if pages.plain([page])]


def _stock(name: str) -> Any:
    nlp = loading.load(name)
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
) -> dict[str, list[list[float]]]:
    """Return CPU seconds of each way in each round, by batch: each batch in all ways in turn, so that other load affects
    all of them. The first of the ``rounds + 1`` rounds fills caches."""
    spent: dict[str, list[list[float]]] = {name: [] for name in ways}
    for _number in range(rounds + 1):
        for times in spent.values():
            times.append([])
        for start in range(0, len(documents), _BATCH):
            batch = list(documents[start : start + _BATCH])
            for name, run in ways.items():
                started = time.process_time()
                run(batch)
                spent[name][-1].append(time.process_time() - started)
    return spent


def _by_language(
    console: Console, documents: Mapping[str, Sequence[Document]], models: Models, plain: float
) -> None:
    """Print the speed of other languages, after a first round. ``plain`` is seconds a word of plain English recognition."""
    table = Table("language", "documents", "words", "words/s", "a word / plain NER of English")
    for code, some in sorted(documents.items()):
        if len(some) < _FEWEST:
            continue
        some = some[:_MOST]
        words, spent = 0, []
        for _number in range(_ROUNDS + 1):
            started = time.process_time()
            records = [
                record
                for start in range(0, len(some), _BATCH)
                for record in pipeline.enrich(some[start : start + _BATCH], models)
            ]
            spent.append(time.process_time() - started)
            words = sum(record.statistics.words for record in records)
        second = statistics.median(spent[1:]) / max(1, words)
        table.add_row(code, str(len(some)), f"{words:,}", f"{1 / second:,.0f}", f"{second / plain:.2f}")
    if table.row_count:
        console.print(table)


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
