"""Documents with labelled headlines: of files of clean records, and of corpora of place names in XML."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from streams.records import Document
from training import corpora
from training.events import candidates
from training.headlines import labels

#: Corpora that are not learnt from: LGL (Lieberman et al. 2010), TR-News (Kamalloo and Rafiei 2018) and GeoWebNews (Gritta et al. 2019), by
#: the names of their files. Their licences are not those of weights to be given away.
MEASURED = frozenset({"lgl", "TR-News", "GeoWebNews"})
_LONGEST = 12_000  # code points of a text: enough for how it tells of things


def read(paths: Iterable[Path]) -> Iterator[tuple[Document, labels.Headline]]:
    """Yield the documents of files whose headlines are labelled, each headline once.

    Files are clean records (``.jsonl``), the table of UCI's News Aggregator (Gasparetti 2016, ``.csv``), the News Category Dataset (Misra 2022,
    ``.json``), or XML of GeoVirus (Gritta et al. 2018, from Wikinews) and of :data:`MEASURED`.
    """
    known = labels.read()
    for path in paths:
        for document in _READERS[path.suffix](path):
            label = known.pop(labels.key_of(document.title or ""), None)
            if label is not None:
                yield replace(document, text=document.text[:_LONGEST]), label


def _aggregated(path: Path) -> Iterator[Document]:
    """Yield the headlines of UCI's News Aggregator, which has no texts."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield _headline(f"uci-{row['ID']}", row.get("TITLE"), "")


def _categorised(path: Path) -> Iterator[Document]:
    """Yield the headlines of the News Category Dataset with the sentences below them."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if not line.rstrip().endswith("}"):
                break  # copies of the file end within a line
            row = json.loads(line)
            yield _headline(f"category-{number}", row["headline"], row["short_description"])


def _headline(name: str, title: str | None, text: str) -> Document:
    return Document(
        id=name,
        url="",
        title=" ".join((title or "").split()),
        text=" ".join(text.split()),
        declared_language="en",
    )


_READERS: Mapping[str, Callable[[Path], Iterator[Document]]] = {
    ".xml": corpora.toponyms,
    ".csv": _aggregated,
    ".json": _categorised,
    ".jsonl": lambda path: candidates.documents([path]),
}
