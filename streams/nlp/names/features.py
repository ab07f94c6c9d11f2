"""Features of the tokens of documents: of the word, its neighbours, known names, and the document.

All features are 32-bit hashes; 0 is none. Those of a word are computed when it is first met
(:mod:`streams.nlp.names.vocabulary`), and what neighbours see of it are the same hashes mixed with their distance, so a
token costs a few array operations.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from streams.nlp.names import words
from streams.nlp.names.gazetteer import CLASSES, LONGEST, Gazetteer, bit
from streams.nlp.names.hashing import Hashes, constant, mix
from streams.nlp.names.tokens import Token, tokenise
from streams.nlp.names.vocabulary import Vocabulary

#: Distance of a neighbour -> how many of the features that it shows are used.
NEIGHBOURS = {-2: 3, -1: words.SEEN, 1: words.SEEN, 2: 3}
_DISTANCE = {distance: constant(f"at {distance}") for distance in NEIGHBOURS}
_ENDS = frozenset(".!?…。！？।:;")
_OPENINGS = frozenset("\"'“‘«„»‚‹([–—-•*·「『")
# Combinations of what stands at a token and near it.
_JOINED = (
    "shape-1 shape shape+1",
    "shape-2 shape-1 shape",
    "shape shape+1 shape+2",
    "word-1 word",
    "word word+1",
    "word-1 shape",
    "word+1 shape",
    "word-2 word-1 shape",
    "word+1 word+2 shape",
    "suffix-1 shape",
    "starts look shape",
    "glued glued+1 shape",
    "glued word-1 shape",
    "glued+1 word+1 shape",
)
# Where characters are tokens, these take the place of words.
_JOINED_UNSPACED = (
    "word-1 word word+1",
    "word-2 word-1 word",
    "word word+1 word+2",
    "word-2 word-1",
    "word+1 word+2",
    "word-1 word+1",
    "word-3",
    "word+3",
    "shape-2 shape-1 shape shape+1 shape+2",
)
_PART = re.compile(r"([a-z]+)([+-]\d)?")
_SHORTEST_HEADLINE = 3  # tokens of a line in capitals that is read as if it were not
_LONGEST_ACRONYM = 3  # letters
_OF_LANGUAGE = 15  # of a word's own features that languages have weights of their own for: all but n-grams
_GAP = 2  # boundary words between lines: as far as neighbours are looked at
_CASED = (words.CAPITAL, words.MIXED, words.UPPER)
_LONGEST_PHRASE = 4  # words of a known name in scripts with spaces

T = TypeVar("T", bound=np.generic)
Indices = NDArray[np.int64]


class Batch(NamedTuple):
    """The tokens of documents in one language, in order, with their features."""

    tokens: list[list[list[Token]]]  # document, line, token
    vocabulary: Vocabulary
    types: Indices  # (tokens,): the row of each token in the vocabulary; 0 is the boundary between lines
    placed: Hashes  # (tokens, features): of a token in its place


class _Places(NamedTuple):
    """Where the tokens stand, one item each."""

    words: list[int]
    starts: list[bool]  # whether it starts a sentence
    glued: list[bool]  # no space before it
    looks: list[int]  # how the word is written elsewhere in the document


def batch(
    documents: Sequence[Sequence[str]],
    vocabulary: Vocabulary,
    gazetteer: Gazetteer,
    *,
    unspaced: bool = False,
) -> Batch:
    """Return the tokens and features of documents in one language, each a sequence of lines.

    Words that the vocabulary does not have are added to it. ``unspaced`` adds the features for languages in which
    characters are tokens.
    """
    tokens: list[list[list[Token]]] = []
    places = _Places([0] * _GAP, [False] * _GAP, [False] * _GAP, [0] * _GAP)
    for document in documents:
        lines = [tokenise(line) for line in document]
        tokens.append(lines)
        read = [_calmed(row) if line.isupper() else row for line, row in zip(document, lines, strict=True)]
        vocabulary.learn({token.text: None for line in read for token in line})
        _place(read, vocabulary, places)
    types = np.array(places.words, np.int64)
    return Batch(
        tokens, vocabulary, types, _placed(places, vocabulary.parts[types], gazetteer, unspaced=unspaced)
    )


def rows(batch: Batch, language: str | None) -> Hashes:
    """Return all features of each token, (tokens, features), boundaries left out: what a model is trained on.

    ``language`` adds the word's own features once more for that language alone (Daumé III 2007, "Frustratingly easy
    domain adaptation").
    """
    own, seen = batch.vocabulary.features()
    parts = [own[batch.types], batch.placed]
    if language is not None:
        parts.append(in_language(own, language)[batch.types])
    for distance in NEIGHBOURS:
        parts.append(at_distance(seen, distance)[shifted(batch.types, distance)])
    return np.concatenate(parts, 1)[batch.types > 0]


def in_language(own: Hashes, language: str) -> Hashes:
    """Return the features of words for one language alone, and one that says nothing but the language."""
    tag = constant(f"language {language}")
    kept = own[:, :_OF_LANGUAGE]
    mixed = mix(kept, tag)
    mixed[kept == 0] = 0
    return np.concatenate([mixed, np.full((len(own), 1), tag, np.uint32)], 1)


def at_distance(seen: Hashes, distance: int) -> Hashes:
    """Return what a token sees of words ``distance`` tokens further on."""
    kept = seen[:, : NEIGHBOURS[distance]]
    mixed = mix(kept, _DISTANCE[distance])
    mixed[kept == 0] = 0
    return mixed


def shifted(values: NDArray[T], by: int) -> NDArray[T]:
    """Return for each position the value ``by`` positions further on, and the first value beyond the ends."""
    moved = np.full_like(values, values[0])
    if by > 0:
        moved[:-by] = values[by:]
    else:
        moved[-by:] = values[:by]
    return moved


def _calmed(line: Sequence[Token]) -> Sequence[Token]:
    """Return the tokens of a line in capitals with all words but short ones, which may be acronyms, capitalised."""
    uncased = any(token.text[0].isalpha() and not token.text.isupper() for token in line)
    if uncased or len(line) < _SHORTEST_HEADLINE:
        return line
    return [
        token._replace(text=token.text.capitalize()) if len(token.text) > _LONGEST_ACRONYM else token
        for token in line
    ]


def _place(lines: Sequence[Sequence[Token]], vocabulary: Vocabulary, places: _Places) -> None:
    """Add where each token of a document stands, with boundaries after each line."""
    flat: list[tuple[int, str]] = []
    lower: set[str] = set()
    inside: set[str] = set()
    rows, kinds = vocabulary.rows, vocabulary.kinds
    for line in lines:
        starts = True
        end = -1
        for token in line:
            text = token.text
            index = rows[text]
            flat.append((index, text))
            places.starts.append(starts)
            places.glued.append(token.start == end)
            kind = kinds[index]
            if kind == words.LOWER:
                lower.add(text)
            elif not starts and kind in (words.CAPITAL, words.MIXED):
                inside.add(text)
            end = token.end
            if text in _ENDS:
                starts = True
            elif text not in _OPENINGS:
                starts = False
        flat += [(0, "")] * _GAP
        places.starts.extend([False] * _GAP)
        places.glued.extend([False] * _GAP)
    places.words.extend(index for index, _text in flat)
    places.looks.extend(
        1 + (text.lower() in lower) + 2 * (text in inside) if kinds[index] in _CASED else 0
        for index, text in flat
    )


def _placed(places: _Places, parts: Hashes, gazetteer: Gazetteer, *, unspaced: bool) -> Hashes:
    """Return the features of each token in its place, (tokens, features); ``parts`` are those of its word."""
    lower, folded, shape, suffix = parts.T
    values = {
        "word": folded,
        "shape": shape,
        "suffix": suffix,
        "starts": np.array(places.starts, np.uint32),
        "glued": np.array(places.glued, np.uint32),
        "look": np.array(places.looks, np.uint32),
    }
    templates = _JOINED + _JOINED_UNSPACED if unspaced else _JOINED
    columns = [_joined(template, values) for template in templates]
    columns += _known(lower, shape, gazetteer, unspaced=unspaced)
    return np.stack(columns, 1)


def _joined(template: str, values: Mapping[str, Hashes]) -> Hashes:
    """Return one feature for each combination of values that a template such as ``word-1 shape`` names."""
    first, *others = (_valued(part, values) for part in template.split())
    return functools.reduce(mix, others, mix(first, constant(template)))


def _valued(part: str, values: Mapping[str, Hashes]) -> Hashes:
    """Return the values that one part of a template names: ``word``, or ``word-1`` for those of the token before."""
    name, distance = _PART.fullmatch(part).groups()  # type: ignore[union-attr]
    return shifted(values[name], int(distance)) if distance else values[name]


def _known(lower: Hashes, shape: Hashes, gazetteer: Gazetteer, *, unspaced: bool) -> list[Hashes]:
    """Return features for the longest known names that cover each token, and where in them it stands."""
    best = np.zeros((len(CLASSES), len(lower)), np.uint32)
    for length, masks in gazetteer.matches(lower, LONGEST if unspaced else _LONGEST_PHRASE):
        if unspaced and length == 1:
            continue  # of single characters nearly all are words and names
        found = np.flatnonzero(masks)
        for k, name in enumerate(CLASSES):
            hits = found[masks[found] & bit(name) > 0]
            for inside in range(length):
                part = 1 if inside == 0 else 3 if inside == length - 1 else 2
                best[k, hits + inside] = part * 16 + length
    present = (best > 0) * (1 << np.arange(len(CLASSES)))[:, None]
    together = present.sum(0).astype(np.uint32)
    columns = []
    for name, row in zip(CLASSES, best, strict=True):
        feature = mix(row, constant(f"known {name}"))
        columns.append(_where(row, mix(feature, shape)))
        if unspaced:
            columns.append(_where(row, feature))
    for distance in (0, -1, 1):
        beside = shifted(together, distance) if distance else together
        columns.append(_where(beside, mix(mix(beside, constant(f"known {distance}")), shape)))
    return columns


def _where(condition: Hashes, feature: Hashes) -> Hashes:
    """Return the feature where the condition is not 0, and none elsewhere."""
    chosen: Hashes = np.where(condition > 0, feature, 0).astype(np.uint32)
    return chosen
