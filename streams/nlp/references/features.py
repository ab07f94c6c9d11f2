"""Features by which the names of a document are ranked as what an anaphor stands for."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import References
from streams.nlp.references.anaphors import KINDS, LABELS, PRONOUNS, Anaphor
from streams.nlp.references.named import Named
from streams.nlp.references.parses import Parses, names
from streams.nlp.syntax import dependencies
from streams.records import Entity

#: What a model ranks by, in the order of its columns: what rules say, the name as a whole, its last mention before the anaphor, its first
#: one behind it, the words of a description, the kind of the anaphor and the label of the name. Distances are logarithms of code points.
FEATURES = (
    "rule", "gender", "first", "salience_lead", "several_words", "mentions", "titled",
    "sentences", "distance", "paragraphs", "subjects", "previous_subject", "chain", "pronouns",
    "sentences_ahead", "distance_ahead",
    "title_before", "in_name", "words_shared", "may_stand_for",
    *KINDS, "PERSON", "ORG", "GPE",
)  # fmt: skip
COLUMN = {name: column for column, name in enumerate(FEATURES)}
_UNKNOWN = -9.0
_FAR = 8  # sentences; farther away is the same
_LATEST = 6  # mentions looked at before an anaphor
_CHAIN = 900  # code points back in which pronouns are counted
_NEAR = 20  # names looked at before a pronoun
_MAX_PRONOUNS, _MAX_PARAGRAPHS = 6, 3
_SUBJECTS = dependencies.ACTIVE | dependencies.PASSIVE
_GENDER = {"he": 1, "him": 1, "she": -1, "her": -1}


class Ranking:
    """The rows of features of one document's anaphors, one for each name that each may stand for."""

    def __init__(
        self, text: str, entities: EntityIndex, references: References, parses: Parses, title: str
    ) -> None:
        self._text = text
        self._entities = entities
        self._references = references
        self._parses = parses
        self._named = [
            Named(text, entity, references, titled=_is_in_title(entity, title))
            for entity in entities.entities
        ]

    def candidates(self, anaphor: Anaphor, barred: Entity | None = None) -> list[Named]:
        """Return the names for which an anaphor may stand by what they are, but for ``barred`` and those that are part of it alone.

        Nobody is described by his own name: "Acme's founder" is not Acme, even if a recogniser takes that for a person.
        """
        labels = LABELS[anaphor.kind]
        return [
            one
            for one in self._named
            if one.entity.label in labels
            and not one.names(barred)
            and not (anaphor.kind.endswith("person") and one.words.intersection(anaphor.before))
            and (anaphor.titled or len(one.begins) > 1 or not anaphor.start <= one.begins[0] < anaphor.end)
        ]

    def rows(
        self, anaphor: Anaphor, some: Sequence[Named], rule: Entity | None, *, ruled: bool
    ) -> npt.NDArray[np.float32]:
        """Return the features of the names ``some`` of :meth:`candidates`, shape (names, features).

        ``rule`` is the entity that rules give, ``ruled`` whether they give anything at all.
        """
        found = np.full((len(some), len(FEATURES)), _UNKNOWN, np.float32)
        found[:, COLUMN[KINDS[0]] :] = 0
        found[:, COLUMN[anaphor.kind]] = 1
        same = self._alike(anaphor)
        lead = max((one.entity.salience for one in some), default=0.0)
        for row, one in zip(found, some, strict=True):
            values = self._of(anaphor, one, same)
            values["rule"] = 2.0 if one.names(rule) else float(rule is not None) if ruled else -1.0
            values["salience_lead"] = one.entity.salience - lead
            label = "GPE" if one.entity.label == "LOC" else one.entity.label
            if label in COLUMN:
                values[label] = 1
            for name, value in values.items():
                row[COLUMN[name]] = value
        return found

    def _alike(self, anaphor: Anaphor) -> list[int] | None:
        """Return where the pronouns of its gender stand before a pronoun, ``None`` for a noun."""
        gender = _GENDER.get(anaphor.noun)
        if gender is None or anaphor.titled:
            return None
        before = self._parses.pronouns(anaphor.start - _CHAIN, anaphor.start)
        return [at for at, word in before if _GENDER[word] == gender]

    def _of(self, anaphor: Anaphor, one: Named, same: Sequence[int] | None) -> dict[str, float]:
        """Return the features of a name by itself."""
        count = one.before(-1 if anaphor.titled else anaphor.start)
        ahead = one.ahead(-1 if anaphor.titled else anaphor.end)
        values = {
            "first": one.begins[0] / max(1, len(self._text)),
            "several_words": float(" " in one.entity.text),
            "mentions": math.log1p(len(one.begins)),
            "titled": float(one.titled),
            "sentences": _FAR + 1.0,
            "sentences_ahead": _FAR + 1.0,
        }
        if same is not None:
            values["pronouns"] = float(min(_MAX_PRONOUNS, len(same)))
        if count:
            values.update(self._back(anaphor, one, count, same))
        if ahead < len(one.begins):
            values.update(self._ahead(anaphor, one.begins[ahead]))
        if anaphor.noun in PRONOUNS:
            values["gender"] = float(one.gender() * _GENDER[anaphor.noun])
        else:
            values.update(self._described(anaphor, one))
        return values

    def _back(self, anaphor: Anaphor, one: Named, count: int, same: Sequence[int] | None) -> dict[str, float]:
        """Return what the mentions before an anaphor say, the last one most."""
        at, end = anaphor.start, one.ends[count - 1]
        here = self._sentence(at)
        latest = range(max(0, count - _LATEST), count)
        before = self._parses.subject_before(self._references.starts()[here])
        values = {
            "sentences": float(min(here - self._sentence(one.begins[count - 1]), _FAR)),
            "distance": math.log1p(at - end),
            "paragraphs": float(min(_MAX_PARAGRAPHS, self._text.count("\n", end, at))),
            "subjects": float(sum(one.function(k, self._parses) in _SUBJECTS for k in latest)),
            "previous_subject": max(names(*before, x, y) for x, y in zip(one.begins, one.ends, strict=True))
            if before
            else 0.0,
        }
        if same:
            near = self._entities.before(same[0], _NEAR)
            first = next((entity for _a, _b, entity in near if entity.label == one.entity.label), None)
            values["chain"] = float(first is one.entity)
        return values

    def _ahead(self, anaphor: Anaphor, start: int) -> dict[str, float]:
        """Return how far the first mention behind an anaphor is; the title is before the text."""
        end = 0 if anaphor.titled else anaphor.end
        away = self._sentence(start) - (0 if anaphor.titled else self._sentence(anaphor.start))
        return {"sentences_ahead": float(min(away, _FAR)), "distance_ahead": math.log1p(start - end)}

    def _described(self, anaphor: Anaphor, one: Named) -> dict[str, float]:
        """Return how the words of a description fit a name."""
        shared = one.shared(anaphor.words, self._entities) / len(anaphor.words) if anaphor.words else -1.0
        values = {
            "title_before": float(one.office(anaphor.noun, self._entities)),
            "in_name": float(len(one.words.intersection((anaphor.noun, *anaphor.words)))),
            "words_shared": shared,
        }
        if one.entity.label == "ORG":
            values["may_stand_for"] = one.fits(anaphor.noun)
        return values

    def _sentence(self, at: int) -> int:
        return bisect.bisect_right(self._references.starts(), at) - 1


def _is_in_title(entity: Entity, title: str) -> bool:
    last = entity.text.split()[-1]
    return entity.text in title or (len(last) > 2 and last in title)
