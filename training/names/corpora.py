"""Annotated documents to learn from, and how they are divided into models."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

# Lines of a corpus file that make one document: they are a few sentences each, in the order of the corpus.
_LINES = 5
KINDS = ("PER", "ORG", "LOC")


class Annotated(NamedTuple):
    """A document: its lines, and for each line its names as (start, end, kind), offsets into the line."""

    lines: list[str]
    names: list[list[tuple[int, int, str]]]


class Corpus(NamedTuple):
    """Where the examples of a language come from."""

    name: str
    licence: str


CORPORA = {
    "da": Corpus("Universal NER, Danish DDT", "CC BY-SA 4.0"),
    "de": Corpus("GermEval 2014", "CC BY 4.0"),
    "fi": Corpus("Turku NER corpus", "CC BY-SA 4.0"),
    "hi": Corpus("HiNER", "CC BY-SA 4.0"),
    "hr": Corpus("Universal NER, Croatian SET", "CC BY-SA 4.0"),
    "hu": Corpus("NYTK-NerKor", "CC BY-SA 4.0"),
    "ja": Corpus("stockmark ner-wikipedia-dataset", "CC BY-SA 3.0"),
    "pt": Corpus("Universal NER, Portuguese Bosque", "CC BY-SA 4.0"),
    "ro": Corpus("RONEC", "MIT"),
    "ru": Corpus("factRuEval 2016", "MIT"),
    "sk": Corpus("Universal NER, Slovak SNK", "CC BY-SA 4.0"),
    "sr": Corpus("Universal NER, Serbian SET", "CC BY-SA 4.0"),
    "sv": Corpus("Universal NER, Swedish Talbanken", "CC BY-SA 4.0"),
    "zh": Corpus("Universal NER, Chinese GSDSIMP", "CC BY-SA 4.0"),
}

_CASED = ("da", "de", "fi", "hr", "hu", "pt", "ro", "ru", "sk", "sr", "sv")
#: Model -> languages that it is learnt from. Scripts without case share nothing with the others.
MODELS = {
    "cased": _CASED,
    "transfer": _CASED,
    "devanagari": ("hi",),
    "chinese": ("zh",),
    "japanese": ("ja",),
}
#: Model -> one document in so many is learnt from as if its language were unknown. That serves other languages, by .01
#: to .03 of F1, and costs those that are learnt from as much: hence two models.
UNTAGGED = {"transfer": 3}
#: Models of languages written without spaces, whose characters are tokens.
UNSPACED = frozenset({"chinese", "japanese"})
#: Language -> the language whose weights it shares, where not its own: one language in the eyes of a model.
SHARED = {"sr": "hr"}
# Share of a corpus that is used, one document in so many. Hungarian is as large as all the others together.
_ONE_IN = {"hu": 3}


def tag(model: str, language: str) -> str | None:
    """Return the language whose own weights a language of a model uses; ``None`` where the model has only one."""
    return SHARED.get(language, language) if len(MODELS[model]) > 1 else None


def read(folder: Path, language: str) -> list[Annotated]:
    """Return the documents of a language. Names of other kinds than KINDS, and those over a line's end, are left out."""
    with gzip.open(folder / f"{language}.jsonl.gz", "rt", encoding="utf-8") as source:
        rows = [json.loads(row) for row in source]
    groups = [rows[k : k + _LINES] for k in range(0, len(rows), _LINES)]
    return [_document(group) for group in groups[:: _ONE_IN.get(language, 1)]]


def _document(rows: Sequence[dict[str, object]]) -> Annotated:
    document = Annotated([], [])
    for row in rows:
        text = str(row["text"])
        start = 0
        for line in text.split("\n"):
            end = start + len(line)
            if line.strip():
                document.lines.append(line)
                document.names.append(
                    [
                        (first - start, last - start, kind)
                        for first, last, kind in row["ents"]  # type: ignore[attr-defined]
                        if kind in KINDS and start <= first and last <= end
                    ]
                )
            start = end + 1
    return document
