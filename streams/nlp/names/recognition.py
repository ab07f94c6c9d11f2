"""Recognition of names in documents of one language: model, lines, agreement within the document."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from streams.nlp.names import consistency, crf, features, model
from streams.nlp.names.consistency import Mention
from streams.nlp.names.crf import Floats
from streams.nlp.names.features import Batch
from streams.nlp.names.gazetteer import Gazetteer, bit
from streams.nlp.names.model import Model, WordScores
from streams.nlp.names.tokens import Token
from streams.nlp.names.vocabulary import Vocabulary
from streams.nlp.text.stop_words import stop_words as stop_words_of

# Weights, known names and what belongs to them, under their own licence.
_FOLDER = Path(__file__).parent / "weights"
WEIGHTS = _FOLDER / "names.npz"
GAZETTEER = _FOLDER / "gazetteer.npz"
_SENTENCE_ENDS = frozenset(".!?…")
_APOSTROPHES = frozenset("'’")
_SHORTEST_LAST_WORD = 5  # letters of a word before a full stop that is no abbreviation
# Words kept of each language, about 400 bytes each, and languages. When there are more words all of a language are dropped:
# frequent ones are back with the next batch.
_WORDS = 12_000
_LANGUAGES = 6
_LABELS = {"PER": "PERSON", "ORG": "ORG", "LOC": "LOC"}


class Name(NamedTuple):
    """A name ``text[start:end]`` of a line, with its label in spaCy's scheme: PERSON, ORG, LOC, GPE for known countries and cities."""

    line: int
    start: int
    end: int
    label: str
    probability: float


class Language(NamedTuple):
    """How one language is handled."""

    model: str
    tag: str | None  # language whose own weights are used
    stop_words: str
    least: float  # probability below which a name is dropped
    unspaced: bool  # characters are tokens


class _Known(NamedTuple):
    """The words of a language that were met, with their scores."""

    vocabulary: Vocabulary
    scores: WordScores


class Recogniser:
    """The models of all languages. Loading takes 0.2 s; weights never change, so processes share their memory."""

    name = "crawlmill-names"

    def __init__(
        self, models: dict[str, Model], gazetteer: Gazetteer, languages: dict[str, Language], version: str
    ):
        self.models = models
        self.gazetteer = gazetteer
        self.languages = languages
        self.version = version
        self._known: dict[str, _Known] = {}

    def recognise(self, documents: Sequence[Sequence[str]], language: str) -> list[list[Name]]:
        """Return the names in each document, a sequence of lines in one of :attr:`languages`, in order."""
        how = self.languages[language]
        known = self._words(language)
        batch = features.batch(documents, known.vocabulary, self.gazetteer, unspaced=how.unspaced)
        chosen = self.models[how.model]
        mentions = decode(batch, chosen.emissions(batch, how.tag, known.scores), chosen.transitions)
        return [
            [
                self._name(lines[m.line], m)
                for m in consistency.agree(lines, found)
                if m.probability >= how.least
            ]
            for lines, found in zip(batch.tokens, mentions, strict=True)
        ]

    def _words(self, language: str) -> _Known:
        """Return the known words of a language: no more than the limit, and of the languages that came last."""
        known = self._known.pop(language, None)
        if known is None or len(known.vocabulary) > _WORDS:
            stop_words = stop_words_of(self.languages[language].stop_words)
            known = _Known(Vocabulary(self.gazetteer, stop_words), WordScores())
        self._known[language] = known
        if len(self._known) > _LANGUAGES:
            del self._known[next(iter(self._known))]
        return known

    def _name(self, line: Sequence[Token], mention: Mention) -> Name:
        label = _LABELS[mention.kind]
        if mention.first < mention.last and line[mention.first].text in _APOSTROPHES:
            mention = mention._replace(first=mention.first + 1)  # "d'Al Jazeera"
        if mention.kind == "LOC" and self.gazetteer.mask(
            [token.text.lower() for token in line[mention.first : mention.last + 1]]
        ) & (bit("country") | bit("city")):
            label = "GPE"
        return Name(
            mention.line, line[mention.first].start, line[mention.last].end, label, mention.probability
        )


def decode(batch: Batch, emissions: Floats, transitions: Floats) -> list[list[Mention]]:
    """Return the mentions on the most probable path of each line, with their probabilities, by document."""
    inner = emissions[batch.types > 0]
    lengths = [len(line) for document in batch.tokens for line in document if line]
    rows = np.split(inner, np.cumsum(lengths)[:-1]) if lengths else []
    lattice = crf.Lattice(rows, transitions)
    spans = [crf.spans(path) for path in lattice.best()]
    lattice.probabilities(spans)
    found = []
    of_lines = iter(spans)
    for document in batch.tokens:
        mentions = []
        for k, line in enumerate(document):
            for span in next(of_lines) if line else ():
                probability = round(span.probability, 4)
                mentions += [
                    Mention(k, first, last, span.kind, probability)
                    for first, last in _parts(line, span.first, span.last)
                ]
        found.append(mentions)
    return found


def _parts(line: Sequence[Token], first: int, last: int) -> list[tuple[int, int]]:
    """Return the tokens of a name parted at the ends of sentences: no abbreviation, and white space behind."""
    parts = []
    for k in range(first + 1, last):
        ends = line[k].text in _SENTENCE_ENDS and line[k].end < line[k + 1].start
        if ends and len(line[k - 1].text) >= _SHORTEST_LAST_WORD and line[k - 1].text[-1].islower():
            parts.append((first, k - 1))
            first = k + 1
    return [*parts, (first, last)]


@functools.cache
def load() -> Recogniser:
    """Return the recogniser with the weights of this package."""
    with (_FOLDER / "languages.toml").open("rb") as source:
        table = tomllib.load(source)
    with np.load(WEIGHTS) as arrays:
        models = {name: model.unpacked(name, arrays) for name in table["models"]}
    with np.load(GAZETTEER) as arrays:
        gazetteer = model.unpacked_gazetteer(arrays)
    languages = {
        code: Language(
            row["model"],
            row.get("tag"),
            row.get("stop_words", code),
            row["least"],
            row.get("unspaced", False),
        )
        for code, row in table["languages"].items()
    }
    return Recogniser(models, gazetteer, languages, table["version"])
