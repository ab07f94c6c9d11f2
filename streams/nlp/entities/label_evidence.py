"""Evidence for the label of each name in a document, from the model, the name's words and their context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from streams.nlp.entities.gazetteer import Gazetteer
from streams.nlp.entities.mention_boundaries import PLACES, InputParagraph, LabelledSpan, Word

_DATELINE = 3.0  # weight of the label GPE in a dateline


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


class LabelEvidence:
    """The scores of labels by surface form."""

    def __init__(self, gaz: Gazetteer) -> None:
        self._gaz = gaz
        self.scores: dict[str, Score] = defaultdict(_score)
        self.places: dict[str, Score] = defaultdict(_score)
        self._beginnings: set[str] = set()  # first two characters of the names

    def vote(self, paragraph: InputParagraph, found: Iterable[LabelledSpan], of_each: float = 1.0) -> None:
        """Add the labels of the mentions in a paragraph, each with the weight ``of_each``."""
        for mention in found:
            surface = paragraph.text[
                mention.start - paragraph.span.start : mention.end - paragraph.span.start
            ]
            label = "PLACE" if mention.label in PLACES else mention.label
            weight = (
                _DATELINE
                if mention.end - paragraph.span.start in {end for _, end in paragraph.places}
                else of_each
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
            if len(row) > 1 and row[0] in gaz.given_names and row[-1] not in gaz.organisation_ends:
                score["PERSON"] += 1.5
            elif len(row) == 1 and surface in gaz.given_names:
                score["PERSON"] += 0.7
            known = gaz.labels.get(surface)
            if known is not None:
                label = "PLACE" if known in PLACES else known
                score[label] += 4 if surface in gaz.firm else 1.5
                self.places[surface][known] += 4
        self._beginnings = {surface[:2] for surface in self.scores}

    def contexts(self, paragraph: InputParagraph, row: Sequence[Word]) -> None:
        """Add evidence from the words next to each name: titles, roles, prepositions, verbs of speech."""
        gaz = self._gaz
        base, text, beginnings = paragraph.span.start, paragraph.text, self._beginnings
        for k, word in enumerate(row):
            start = word.start - base
            if text[start : start + 2] not in beginnings and word.text not in beginnings:
                continue
            size = next((n for n in _SIZES if _surface(paragraph, row, k, n) in self.scores), 0)
            if not size:
                continue
            surface = _surface(paragraph, row, k, size)
            score = self.scores[surface]
            self._described(paragraph, row, k, surface)
            if size > 1:
                continue
            before = row[k - 1].text if k and word.start - row[k - 1].end <= 2 else ""
            gap = text[word.end - base : word.end - base + 3]
            after = row[k + 1].text if k + 1 < len(row) and row[k + 1].start - word.end <= 3 else ""
            if before in gaz.titles:
                score["PERSON"] += 2
            elif before in gaz.roles or before == "whom":
                score["PERSON"] += 1
            elif k > 1 and before in ("in", "of") and row[k - 2].text in _OWNED:
                score["ORG"] += 1
            elif before in _IN:
                score["PLACE"] += 0.5
            elif before in _MOVE:
                score["PLACE"] += 0.2
            if after in _COMPANY and gap[:1] in (" ", "'", "’"):
                score["ORG"] += 0.7
            if after in _SPEECH or before in _SPEECH:
                score["PERSON"] += 0.6
                score["ORG"] += 0.4
            if after == "who" or (gap.startswith(", ") and after.isdigit() and len(after) == 2):
                score["PERSON"] += 1.5

    def _described(self, paragraph: InputParagraph, row: Sequence[Word], k: int, surface: str) -> None:
        """Add evidence from the noun before a name: "the airline X", "the chief executive, X", "the port of X"."""
        if not k:
            return
        gaz, score, noun = self._gaz, self.scores[surface], row[k - 1]
        gap = paragraph.piece(noun.end, row[k].start)
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


def _surface(paragraph: InputParagraph, row: Sequence[Word], k: int, size: int) -> str:
    """Return the text of ``size`` words from word ``k`` on; empty if there are fewer."""
    return paragraph.piece(row[k].start, row[k + size - 1].end) if k + size <= len(row) else ""
