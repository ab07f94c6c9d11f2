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
from streams.nlp.entities.mention_boundaries import PLACES, Found, Line, Word, clean, words

_DATELINE = 3.0  # weight of the label GPE in a dateline
_TABLE = 0.7  # weight of a label in a row of a table, relative to 1 in running text
_LINEUP = 2.0  # weight of a label in a line-up, whose format tells teams from players
_SPEECH = frozenset(
    [
        "said",
        "says",
        "told",
        "added",
        "adds",
        "asked",
        "insisted",
        "claimed",
        "argued",
        "explained",
        "tweeted",
    ]
)
_SIZES = (4, 3, 2, 1)  # words per name, longest first
_IN = frozenset({"in", "near", "outside", "across", "throughout", "around"})
_OWNED = frozenset({"shares", "Shares", "stake", "stock"})
_COMPANY = frozenset({"shares", "stock", "chairman", "chairwoman", "headquarters", "shareholders"})
_MOVE = frozenset({"to", "from", "at"})
_STANDING = frozenset({"in", "near", "outside", "at", "around", "of"})


def correct(lines: Sequence[Line], raw: Sequence[Sequence[Found]], gaz: Gazetteer) -> list[Found]:
    """Return the corrected mentions, in order and not overlapping.

    ``raw`` holds the model's mentions, one list per line, with offsets into the document.
    """
    teams = lists_and_tables.is_team_sport(lines, gaz)
    tokens = [words(line.text, line.span.start) for line in lines]
    cleaned = []
    evidence = Evidence(gaz, teams=teams)
    for line, found in zip(lines, raw, strict=True):
        own = clean(line, found, gaz)
        if not line.places and lists_and_tables.is_table(line.text):
            own = lists_and_tables.label_row(line, own, gaz, teams=teams)
            line = line._replace(weight=_LINEUP if lists_and_tables.is_lineup(line.text) else _TABLE)
        cleaned.append(own)
        evidence.vote(line, own)
    evidence.relate()
    for line, row in zip(lines, tokens, strict=True):
        evidence.contexts(line, row)
    evidence.share()
    labels = evidence.decide()
    index = _index(labels)
    result: list[Found] = []
    for line, found, row in zip(lines, cleaned, tokens, strict=True):
        settled = _settle(line, found, row, labels, index, gaz)
        result += _teams(line, settled, gaz) if teams else settled
    return result


def _teams(line: Line, found: Iterable[Found], gaz: Gazetteer) -> list[Found]:
    """Relabel cities as organisations (their teams) in reports on team sports, except in datelines and after "in", "near"."""
    result = []
    dated = {line.span.start + end for _start, end in line.places}
    for mention in found:
        name = line.piece(mention.start, mention.end)
        if mention.label == "GPE" and name not in gaz.countries and mention.end not in dated:
            before = line.piece(max(line.span.start, mention.start - 12), mention.start).split()
            after = line.piece(mention.end, mention.end + 3)
            if not (before and before[-1] in _STANDING) and not (after[:2] == ", " and after[2:].isupper()):
                mention = mention._replace(label="ORG")
        result.append(mention)
    return result


# Label -> sum of the weights for it.
Score = defaultdict[str, float]


def _score() -> Score:
    return defaultdict(float)


def _best(score: Score) -> tuple[str, float]:
    """Return the label with the highest score, and the score. Ties are broken alphabetically, to be deterministic."""
    return min(score.items(), key=lambda item: (-item[1], item[0]))


def _add(score: Score, more: Mapping[str, float]) -> None:
    for label, value in more.items():
        score[label] += value


class Evidence:
    """The scores of labels by surface form."""

    def __init__(self, gaz: Gazetteer, *, teams: bool) -> None:
        self._gaz = gaz
        self._teams = teams
        self.scores: dict[str, Score] = defaultdict(_score)
        self.places: dict[str, Score] = defaultdict(_score)

    def vote(self, line: Line, found: Iterable[Found]) -> None:
        """Add the model's labels, weighted by how much the line resembles the running text that it was trained on."""
        for mention in found:
            surface = line.text[mention.start - line.span.start : mention.end - line.span.start]
            label = "PLACE" if mention.label in PLACES else mention.label
            weight = (
                _DATELINE if mention.end - line.span.start in {end for _, end in line.places} else line.weight
            )
            self.scores[surface][label] += weight
            if label == "PLACE":
                self.places[surface][mention.label] += weight

    def relate(self) -> None:
        """Add evidence from the words of each name: company suffixes, given names, gazetteer entries."""
        gaz = self._gaz
        for surface, score in self.scores.items():
            row = surface.split()
            if row[-1] in gaz.organisation_ends and len(row) > 1:
                score["ORG"] += 2
            elif row[-1] in gaz.place_ends and len(row) > 1:
                score["PLACE"] += 1
                self.places[surface]["LOC"] += 0.5
            if len(row) > 1 and row[0] in gaz.given_names and row[-1] not in gaz.organisation_ends:
                score["PERSON"] += 1.5
            elif len(row) == 1 and surface in gaz.given_names:
                score["PERSON"] += 0.7
            known = gaz.labels.get(surface)
            if known is not None:
                label = "PLACE" if known in PLACES else known
                score[label] += 4 if surface in gaz.firm or self._teams else 1.5
                self.places[surface][known] += 4

    def contexts(self, line: Line, row: Sequence[Word]) -> None:
        """Add evidence from the words next to each name: titles, roles, prepositions, verbs of speech."""
        gaz = self._gaz
        base = line.span.start
        for k, word in enumerate(row):
            size = next((n for n in _SIZES if _surface(line, row, k, n) in self.scores), 0)
            if not size:
                continue
            surface = _surface(line, row, k, size)
            score = self.scores[surface]
            self._described(line, row, k, surface)
            if size > 1:
                continue
            before = row[k - 1].text if k and word.start - row[k - 1].end <= 2 else ""
            gap = line.text[word.end - base : word.end - base + 3]
            after = row[k + 1].text if k + 1 < len(row) and row[k + 1].start - word.end <= 3 else ""
            if before in gaz.titles:
                score["PERSON"] += 2
            elif before in gaz.roles or before == "whom":
                score["PERSON"] += 1
            elif k > 1 and before in ("in", "of") and row[k - 2].text in _OWNED:
                score["ORG"] += 1
            elif before in _IN and line.weight == 1:
                score["PLACE"] += 0.5
            elif before in _MOVE and line.weight == 1:
                score["PLACE"] += 0.2
            if after in _COMPANY and gap[:1] in (" ", "'", "’"):
                score["ORG"] += 0.7
            if after in _SPEECH or before in _SPEECH:
                score["PERSON"] += 0.6
                score["ORG"] += 0.4
            if after == "who" or (gap.startswith(", ") and after.isdigit() and len(after) == 2):
                score["PERSON"] += 1.5

    def _described(self, line: Line, row: Sequence[Word], k: int, surface: str) -> None:
        """Add evidence from the noun before a name: "the airline X", "the chief executive, X", "the port of X"."""
        if not k or line.weight < 1:
            return
        gaz, score, noun = self._gaz, self.scores[surface], row[k - 1]
        gap = line.piece(noun.end, row[k].start)
        if noun.text in gaz.bodies and gap in (" ", ", "):
            score["ORG"] += 1.5
        elif noun.text in gaz.roles and gap == ", ":
            score["PERSON"] += 1.5
        elif noun.text == "of" and gap == " " and k > 1 and row[k - 2].text in gaz.settlements:
            score["PLACE"] += 1.5
            self.places[surface]["GPE"] += 0.1

    def share(self) -> None:
        """Add the evidence of full names to their first and last words."""
        gaz = self._gaz
        parts: dict[str, Score] = defaultdict(_score)
        for surface, score in self.scores.items():
            row = surface.split()
            if len(row) > 1:
                best, weight = _best(score)
                if best == "PERSON":
                    parts[row[-1]]["PERSON"] += min(weight + 0.5, 3)
                    parts[row[0]]["PERSON"] += min(weight, 3) / 3
                elif best == "ORG" and row[0] not in gaz.labels:
                    parts[row[0]]["ORG"] += min(weight, 3)
        for word, counts in parts.items():
            if word in self.scores:
                _add(self.scores[word], counts)
            elif counts["PERSON"] >= 1 and word[:1].isupper() and len(word) > 2 and word not in gaz.labels:
                self.scores[word]["PERSON"] += counts["PERSON"]

    def decide(self) -> dict[str, str]:
        """Return the label of each surface form whose score suffices."""
        labels: dict[str, str] = {}
        for surface, score in self.scores.items():
            label, weight = _best(score)
            if weight <= 0.3:
                continue
            if label == "PLACE":
                places = self.places[surface]
                label = _best(places)[0] if places else "GPE"
            labels[surface] = label
        return labels


def _surface(line: Line, row: Sequence[Word], k: int, size: int) -> str:
    """Return the text of ``size`` words from word ``k`` on; empty if there are fewer."""
    return line.piece(row[k].start, row[k + size - 1].end) if k + size <= len(row) else ""


def _index(labels: Mapping[str, str]) -> dict[str, list[tuple[str, ...]]]:
    """Return the names to search for, as tuples of words, longest first, by first word."""
    index: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for surface in labels:
        row = tuple(word.text for word in words(surface, 0))
        if row and row[0][:1].isupper() and (len(row) > 1 or len(row[0]) > 1):
            index[row[0]].add(row)
    return {first: sorted(rows, key=len, reverse=True) for first, rows in index.items()}


def _settle(
    line: Line,
    found: Sequence[Found],
    row: Sequence[Word],
    labels: Mapping[str, str],
    index: Mapping[str, list[tuple[str, ...]]],
    gaz: Gazetteer,
) -> list[Found]:
    """Return the final mentions of a line: the model's with the document's labels, and the known names it missed."""
    base = line.span.start
    result = []
    taken = []
    for mention in found:
        surface = line.text[mention.start - base : mention.end - base]
        if line.weight < 1 and _runs_on(mention, row, labels, index, gaz):
            continue
        label = labels.get(surface, mention.label)
        result.append(Found(mention.start, mention.end, label))
        taken.append((mention.start, mention.end))
    k = 0
    while k < len(row):
        size, label = _match(row, k, labels, index, gaz)
        if not size:
            k += 1
            continue
        start, end = row[k].start, row[k + size - 1].end
        if not any(start < b and a < end for a, b in taken):
            result.append(Found(start, end, label))
        k += size
    return sorted(result)


def _runs_on(
    mention: Found,
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
