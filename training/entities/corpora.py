"""Annotated English documents, and the score of mentions."""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from streams import language
from streams.nlp.entities.mention_boundaries import LabelledSpan

# The classes of the corpora, and the labels of English models that belong to them.
CLASSES = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
_AROUND = " \"“”‘’'(),"
_MARGIN = re.compile(r"^the |[’']s?$")


class Annotated(NamedTuple):
    """A document with the names in it: (name, PER | ORG | LOC) for each mention."""

    text: str
    names: tuple[tuple[str, str], ...]


class Score(NamedTuple):
    """Precision, recall and F1 of mentions; a name counts wherever in the document it stands."""

    precision: float
    recall: float
    f1: float


def read(folders: Iterable[Path]) -> dict[str, list[Annotated]]:
    """Return the English documents by corpus.

    A folder has ``pages.jsonl.gz`` with ``id`` and ``text``, and ``truth.jsonl`` with ``id``, ``set`` and ``entities``.
    A set is English if most of its documents are.
    """
    found: dict[str, list[Annotated]] = defaultdict(list)
    for folder in folders:
        with gzip.open(folder / "pages.jsonl.gz", "rt", encoding="utf-8") as source:
            pages = [json.loads(line) for line in source]
        texts = {page["id"]: page["text"] for page in pages if page.get("text")}
        with (folder / "truth.jsonl").open(encoding="utf-8") as source:
            for row in map(json.loads, source):
                if row["id"] in texts:
                    names = tuple((name, label) for name, label in row["entities"])
                    found[row["set"]].append(Annotated(texts[row["id"]], names))
    return {name: documents for name, documents in found.items() if _is_english(documents)}


def _is_english(documents: Sequence[Annotated]) -> bool:
    english = sum(language.identify(one.text, None)[0] == "en" for one in documents)
    return english * 2 > len(documents)


def score(documents: Sequence[Annotated], found: Sequence[Sequence[LabelledSpan]]) -> Score:
    """Return the score of the mentions found in each document."""
    hits = given = wanted = 0
    for document, mentions in zip(documents, found, strict=True):
        names = Counter((_plain(name), label) for name, label in document.names)
        got = Counter(
            (_plain(document.text[m.start : m.end]), CLASSES[m.label]) for m in mentions if m.label in CLASSES
        )
        hits += (names & got).total()
        given += got.total()
        wanted += names.total()
    precision, recall = hits / max(1, given), hits / max(1, wanted)
    return Score(precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0)


def _plain(name: str) -> str:
    """Return a name without what the corpora treat differently: article, possessive, quotation marks, case."""
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return _MARGIN.sub("", folded.strip(_AROUND))
