"""Document-level correction of a model's entity mentions.

A small model labels each mention on its own, but within one document equal surface forms nearly always name the same
entity ("Putin" is the "Vladimir Putin" named before). So each surface form collects weighted votes for its label from
all its occurrences, their contexts and the gazetteer; the label with the highest score is assigned to every occurrence,
including those that the model missed. The weights are ours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from streams.nlp.entities import lineups, teams
from streams.nlp.entities.gazetteer import Gazetteer
from streams.nlp.entities.label_evidence import LabelEvidence
from streams.nlp.entities.mention_boundaries import (
    InputParagraph,
    LabelledSpan,
    Word,
    correct_boundaries,
    words,
)

_WORDS = frozenset({"who", "us", "is", "it", "ap"})  # acronyms in the lists that are words, too
_LINEUP = 2.0  # weight of a label in a line-up, whose form tells teams from players
# Share of a one-word name's occurrences that the model has to label for the others to be taken for the name, too.
_MOSTLY = 0.5


def correct(
    paragraphs: Sequence[InputParagraph], raw: Sequence[Sequence[LabelledSpan]], gaz: Gazetteer
) -> list[LabelledSpan]:
    """Return the corrected mentions, in order and not overlapping.

    ``raw`` holds the model's mentions, one list per line, with offsets into the document.
    """
    tokens = [words(paragraph.text, paragraph.span.start) for paragraph in paragraphs]
    cleaned = []
    evidence = LabelEvidence(gaz)
    for paragraph, found in zip(paragraphs, raw, strict=True):
        lineup = lineups.is_lineup(paragraph.text)
        own = lineups.label(paragraph) if lineup else correct_boundaries(paragraph, found, gaz)
        cleaned.append(own)
        evidence.vote(paragraph, own, _LINEUP if lineup else 1.0)
    evidence.relate()
    for paragraph, row in zip(paragraphs, tokens, strict=True):
        evidence.contexts(paragraph, row)
    evidence.share()
    labels = evidence.decide()
    index = _index(_sure(labels, tokens, cleaned))
    result: list[LabelledSpan] = []
    for paragraph, found, row in zip(paragraphs, cleaned, tokens, strict=True):
        result += _settle(paragraph, found, row, labels, index, gaz)
    return teams.label(paragraphs, result, gaz)


def _sure(
    labels: Mapping[str, str], tokens: Sequence[Sequence[Word]], found: Sequence[Sequence[LabelledSpan]]
) -> dict[str, str]:
    """Return the labels of names that are names wherever they stand.

    A single word is none if the model labels few of its occurrences, or if the document also has it in lower case
    ("See attached file", "see"), unless it is a part of a longer name.
    """
    written = Counter([word.text for row in tokens for word in row])
    labelled: Counter[str] = Counter()
    parts: set[str] = set()
    starts = [{mention.start: mention.end for mention in mentions} for mentions in found]
    for row, known in zip(tokens, starts, strict=True):
        end = 0
        for word in row:
            end = max(end, known.get(word.start, 0))
            if word.end <= end:
                labelled[word.text] += 1
                if known.get(word.start) != word.end:
                    parts.add(word.text)
    return {
        surface: label
        for surface, label in labels.items()
        if " " in surface
        or surface in parts
        or (labelled[surface] >= _MOSTLY * written[surface] and not written[surface.lower()])
    }


def _index(labels: Mapping[str, str]) -> dict[str, list[tuple[str, ...]]]:
    """Return the names to search for, as tuples of words, longest first, by first word."""
    index: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for surface in labels:
        row = tuple(word.text for word in words(surface, 0))
        if row and row[0][:1].isupper() and (len(row) > 1 or len(row[0]) > 1):
            index[row[0]].add(row)
    return {first: sorted(rows, key=len, reverse=True) for first, rows in index.items()}


def _settle(
    paragraph: InputParagraph,
    found: Sequence[LabelledSpan],
    row: Sequence[Word],
    labels: Mapping[str, str],
    index: Mapping[str, list[tuple[str, ...]]],
    gaz: Gazetteer,
) -> list[LabelledSpan]:
    """Return the final mentions of a line: the model's with the document's labels, and the known names it missed."""
    base = paragraph.span.start
    result = []
    for mention in found:
        surface = paragraph.text[mention.start - base : mention.end - base]
        label = labels.get(surface, mention.label)
        result.append(LabelledSpan(mention.start, mention.end, label))
    k = 0
    while k < len(row):
        named = row[k].text[:1].isupper()
        size, label = _match(row, k, labels, index, gaz) if named else (0, "")
        if not size:
            k += 1
            continue
        start, end = row[k].start, row[k + size - 1].end
        inside = [mention for mention in result if start < mention.end and mention.start < end]
        # "French" is a part of "French Guiana", whatever the model made of the rest.
        if all(start <= mention.start and mention.end <= end and size > 1 for mention in inside):
            kept = [mention for mention in inside if mention[:2] == (start, end)]
            result = [mention for mention in result if mention not in inside]
            result += kept or [LabelledSpan(start, end, label)]
        k += size
    return sorted(result)


def _is_shouted(row: Sequence[Word], k: int) -> bool:
    """Return whether a word beside word ``k`` is in capitals, too, so that these say nothing: "WHO WANTS"."""
    return any(
        len(word.text) > 1 and word.text.isupper() for word in (*row[max(0, k - 1) : k], *row[k + 1 : k + 2])
    )


def _match(
    row: Sequence[Word],
    k: int,
    labels: Mapping[str, str],
    index: Mapping[str, list[tuple[str, ...]]],
    gaz: Gazetteer,
) -> tuple[int, str]:
    """Return the number of words of the known name that begins at word ``k``, a capital, and its label; 0 if there is none."""
    first = row[k].text
    if first in gaz.not_names:
        return 0, ""
    if first.isupper() and first.lower() in _WORDS and _is_shouted(row, k):
        return 0, ""
    found = 0, ""
    for name in index.get(first, ()):
        if len(name) <= len(row) - k and all(row[k + i].text == word for i, word in enumerate(name)):
            surface = " ".join(name)
            label = labels.get(surface)
            if label is not None:
                found = len(name), label
                break
    for size in range(min(gaz.reach.get(first, 0), len(row) - k), found[0], -1):
        surface = " ".join([word.text for word in row[k : k + size]])
        label = gaz.labels.get(surface)
        if label is not None:
            return size, label
    return found
