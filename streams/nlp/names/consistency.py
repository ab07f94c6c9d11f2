"""Agreement of the names of one document: equal surfaces are names of one kind, and a surname is its full name's.

The model sees one line at a time. Within a document a surface nearly always names the same thing (Gale, Church,
Yarowsky 1992, "One sense per discourse", for words), so the lines in which the model is sure decide the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streams.nlp.names.tokens import Token

Surface = tuple[str, ...]

# A kind wins a surface with more than this share of the probability that all its mentions have together. Measured on training
# data, documents left out: `make train-names`.
_SHARE = 0.5
_SURE = 0.8  # probability from which on a mention makes names of the occurrences that the model left out
_LONGEST = 8  # tokens of a surface that is looked for


class Mention(NamedTuple):
    """A name in a document: tokens ``first`` to ``last`` of a line, inclusive."""

    line: int
    first: int
    last: int
    kind: str
    probability: float


def agree(lines: Sequence[Sequence[Token]], mentions: Sequence[Mention]) -> list[Mention]:
    """Return the mentions of a document with kinds that agree, and those that the model missed, in order."""
    texts = [[token.text for token in line] for line in lines]
    surfaces = [tuple(texts[m.line][m.first : m.last + 1]) for m in mentions]
    votes: dict[Surface, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for surface, mention in zip(surfaces, mentions, strict=True):
        votes[surface][mention.kind] += mention.probability
    _vote_for_parts(votes)
    decided = {surface: kind for surface, kinds in votes.items() if (kind := _winner(kinds)) is not None}
    agreed = []
    for surface, mention in zip(surfaces, mentions, strict=True):
        kind = decided.get(surface, mention.kind)
        best = votes[surface][kind] / sum(votes[surface].values())
        probability = mention.probability if kind == mention.kind else max(mention.probability, best * 0.9)
        agreed.append(mention._replace(kind=kind, probability=probability))
    sure: dict[Surface, Mention] = {}
    for surface, mention in zip(surfaces, agreed, strict=True):
        if mention.probability >= _SURE and _is_distinct(surface):
            known = sure.get(surface)
            if known is None or known.probability < mention.probability:
                sure[surface] = mention
    return sorted([*agreed, *_missed(texts, agreed, sure)])


def _vote_for_parts(votes: dict[Surface, dict[str, float]]) -> None:
    """Add the vote of each person's full name for its last word alone."""
    full = [
        (surface, kinds["PER"]) for surface, kinds in votes.items() if len(surface) > 1 and "PER" in kinds
    ]
    for surface, weight in full:
        last = surface[-1:]
        if last in votes and len(last[0]) > 2:
            votes[last]["PER"] += weight


def _winner(kinds: dict[str, float]) -> str | None:
    best = max(kinds, key=lambda kind: (kinds[kind], kind))
    return best if kinds[best] > _SHARE * sum(kinds.values()) else None


def _is_distinct(surface: Surface) -> bool:
    """Return whether a surface is unlikely to be anything but the name."""
    return len(surface) > 1 or (len(surface[0]) > 3 and surface[0][:1].isupper())


def _missed(
    texts: Sequence[Sequence[str]], mentions: Sequence[Mention], sure: dict[Surface, Mention]
) -> Iterator[Mention]:
    """Yield the occurrences of sure names that no mention overlaps, longest first."""
    if not sure:
        return
    by_first: dict[str, list[Surface]] = defaultdict(list)
    for surface in sorted(sure, key=lambda row: -len(row)):
        if len(surface) <= _LONGEST:
            by_first[surface[0]].append(surface)
    taken = {(m.line, k) for m in mentions for k in range(m.first, m.last + 1)}
    for line, row in enumerate(texts):
        for at, text in enumerate(row):
            for surface in by_first.get(text, ()):
                last = at + len(surface) - 1
                if tuple(row[at : last + 1]) != surface:
                    continue
                if any((line, k) in taken for k in range(at, last + 1)):
                    continue
                taken |= {(line, k) for k in range(at, last + 1)}
                # The model saw no name here, so less sure than where it did.
                yield Mention(line, at, last, sure[surface].kind, round(sure[surface].probability * 0.8, 4))
                break
