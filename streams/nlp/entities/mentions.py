"""Document-level correction of a model's entity mentions.

A small model labels each mention on its own, but within one document equal surface forms nearly always name the same
entity ("Putin" is the "Vladimir Putin" named before). So each surface form collects weighted votes for its label from
all its occurrences, their contexts and the gazetteer; the label with the highest score is assigned to every occurrence,
including those that the model missed. The weights are ours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from streams.nlp.entities import lists_and_tables
from streams.nlp.entities.gazetteer import Gazetteer
from streams.nlp.entities.label_evidence import LabelEvidence
from streams.nlp.entities.mention_boundaries import (
    InputParagraph,
    LabelledSpan,
    Word,
    correct_boundaries,
    words,
)

_TABLE = 0.7  # weight of a label in a row of a table, relative to 1 in running text
_LINEUP = 2.0  # weight of a label in a line-up, whose format tells teams from players
_STANDING = frozenset({"in", "near", "outside", "at", "around", "of"})


def correct(
    paragraphs: Sequence[InputParagraph], raw: Sequence[Sequence[LabelledSpan]], gaz: Gazetteer
) -> list[LabelledSpan]:
    """Return the corrected mentions, in order and not overlapping.

    ``raw`` holds the model's mentions, one list per line, with offsets into the document.
    """
    teams = lists_and_tables.is_team_sport(paragraphs, gaz)
    tokens = [words(paragraph.text, paragraph.span.start) for paragraph in paragraphs]
    cleaned = []
    evidence = LabelEvidence(gaz, teams=teams)
    for paragraph, found in zip(paragraphs, raw, strict=True):
        own = correct_boundaries(paragraph, found, gaz)
        if not paragraph.places and lists_and_tables.is_table(paragraph.text):
            own = lists_and_tables.label_row(paragraph, own, gaz, teams=teams)
            paragraph = paragraph._replace(
                weight=_LINEUP if lists_and_tables.is_lineup(paragraph.text) else _TABLE
            )
        cleaned.append(own)
        evidence.vote(paragraph, own)
    evidence.relate()
    for paragraph, row in zip(paragraphs, tokens, strict=True):
        evidence.contexts(paragraph, row)
    evidence.share()
    labels = evidence.decide()
    index = _index(labels)
    result: list[LabelledSpan] = []
    for paragraph, found, row in zip(paragraphs, cleaned, tokens, strict=True):
        settled = _settle(paragraph, found, row, labels, index, gaz)
        result += _teams(paragraph, settled, gaz) if teams else settled
    return result


def _teams(paragraph: InputParagraph, found: Iterable[LabelledSpan], gaz: Gazetteer) -> list[LabelledSpan]:
    """Relabel cities as organisations (their teams) in reports on team sports, except in datelines and after "in", "near"."""
    result = []
    dated = {paragraph.span.start + end for _start, end in paragraph.places}
    for mention in found:
        name = paragraph.piece(mention.start, mention.end)
        if mention.label == "GPE" and name not in gaz.countries and mention.end not in dated:
            before = paragraph.piece(max(paragraph.span.start, mention.start - 12), mention.start).split()
            after = paragraph.piece(mention.end, mention.end + 3)
            if not (before and before[-1] in _STANDING) and not (after[:2] == ", " and after[2:].isupper()):
                mention = mention._replace(label="ORG")
        result.append(mention)
    return result


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
    taken = []
    for mention in found:
        surface = paragraph.text[mention.start - base : mention.end - base]
        if paragraph.weight < 1 and _runs_on(mention, row, labels, index, gaz):
            continue
        label = labels.get(surface, mention.label)
        result.append(LabelledSpan(mention.start, mention.end, label))
        taken.append((mention.start, mention.end))
    k = 0
    while k < len(row):
        size, label = _match(row, k, labels, index, gaz)
        if not size:
            k += 1
            continue
        start, end = row[k].start, row[k + size - 1].end
        if not any(start < b and a < end for a, b in taken):
            result.append(LabelledSpan(start, end, label))
        k += size
    return sorted(result)


def _runs_on(
    mention: LabelledSpan,
    row: Sequence[Word],
    labels: Mapping[str, str],
    index: Mapping[str, list[tuple[str, ...]]],
    gaz: Gazetteer,
) -> bool:
    """Return whether a mention is a headline rather than a name: over three words that begin with a known name."""
    inside = [k for k, word in enumerate(row) if mention.start <= word.start and word.end <= mention.end]
    if len(inside) <= 3:
        return False
    size, _label = _match(row[: inside[-1]], inside[0], labels, index, gaz)
    return size > 0


def _match(
    row: Sequence[Word],
    k: int,
    labels: Mapping[str, str],
    index: Mapping[str, list[tuple[str, ...]]],
    gaz: Gazetteer,
) -> tuple[int, str]:
    """Return the number of words of the known name that begins at word ``k``, and its label; 0 if there is none."""
    first = row[k].text
    if not first[:1].isupper() or first in gaz.not_names:
        return 0, ""
    for name in index.get(first, ()):
        if len(name) <= len(row) - k and all(row[k + i].text == word for i, word in enumerate(name)):
            surface = " ".join(name)
            label = labels.get(surface)
            if label is not None:
                return len(name), label
    for size in range(min(gaz.longest, len(row) - k), 0, -1):
        surface = " ".join(word.text for word in row[k : k + size])
        label = gaz.labels.get(surface)
        if label is not None:
            return size, label
    return 0, ""
