"""Pages a second of the pure core, by stage, in one process and one thread: ``make bench [PAGES=file]``.

The Makefile pins BLAS and OpenMP to one thread. Compare figures of one run with one another, not with another machine's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from rich.console import Console
from rich.table import Table

from streams import dedup, feeding, pipeline
from streams.errors import BadRecord
from streams.nlp import Models
from streams.records import Candidate, CleanDocument, Enriched, Message, Rejection, encode
from streams.settings import Settings

_SEEDS = Path(__file__).parents[1] / "seeds"
T = TypeVar("T")


def main(paths: list[str]) -> None:
    """Measure and print."""
    settings = Settings()
    messages = [item.message for item in feeding.read(paths or [_SEEDS])]
    models = Models.load(settings.nlp)
    _warm(settings, models)

    cleaned, clean_seconds = _timed(lambda: [_clean(message, settings) for message in messages])
    candidates = [outcome for outcome in cleaned if isinstance(outcome, Candidate)]
    doors = dedup.Doors(settings.dedup)
    walked, dedup_seconds = _timed(
        lambda: [doors.walk(candidate, now) for now, candidate in enumerate(candidates)]
    )
    documents = [outcome for outcome in walked if isinstance(outcome, CleanDocument)]
    batch = settings.worker.enrich_batch
    enriched, enrich_seconds = _timed(lambda: _enrich(documents, models, batch))
    encoded, encode_seconds = _timed(lambda: [encode(document) for document in enriched])

    table = Table(
        "stage", "pages", "seconds", "pages/s", "ms a page", title="the pure core, one process, one thread"
    )
    rows = (
        ("clean", len(messages), clean_seconds),
        ("dedup", len(candidates), dedup_seconds),
        ("enrich", len(documents), enrich_seconds),
        ("encode", len(encoded), encode_seconds),
        ("all", len(messages), clean_seconds + dedup_seconds + enrich_seconds + encode_seconds),
    )
    for name, pages, seconds in rows:
        table.add_row(
            name,
            str(pages),
            f"{seconds:.2f}",
            f"{pages / seconds:,.1f}",
            f"{1_000 * seconds / max(1, pages):.2f}",
        )
    console = Console()
    console.print(table)
    size = sum(len(message.value or b"") for message in messages)
    console.print(
        f"{size / len(messages) / 1_000:.0f} kB a raw page, {sum(map(len, encoded)) / max(1, len(encoded)) / 1_000:.1f} kB an enriched one"
    )


def _warm(settings: Settings, models: Models) -> None:
    """Caches and lazy imports are no page's cost."""
    text = "The mayor of Lisbon said on Monday that the city had bought twelve trams. " * 12
    message = Message(value=encode_page(text))
    candidate = pipeline.clean(message, settings)
    if isinstance(candidate, Candidate):
        pipeline.enrich([candidate.document], models)


def encode_page(text: str) -> bytes:
    """A native record of an HTML page with this text."""
    return msgspec.json.encode(
        {
            "url": "https://warm.example/up",
            "html": f"<html><body><article><p>{text}</p></article></body></html>",
        }
    )


def _clean(message: Message, settings: Settings) -> Candidate | Rejection | None:
    try:
        return pipeline.clean(message, settings)
    except BadRecord:
        return None


def _enrich(documents: list[CleanDocument], models: Models, batch: int) -> list[Enriched]:
    return [
        enriched
        for start in range(0, len(documents), batch)
        for enriched in pipeline.enrich(documents[start : start + batch], models)
    ]


def _timed(run: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    result = run()
    return result, time.perf_counter() - started


if __name__ == "__main__":
    main(sys.argv[1:])
