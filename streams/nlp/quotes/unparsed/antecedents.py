"""Speakers without a name beside their verb: pronouns, verbs alone, and offices ("the minister"), by who was named before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import Speaker
from streams.nlp.quotes.unparsed.reporting import Reporting
from streams.nlp.quotes.unparsed.reporting_clause import WORD, Clause, clause_of, sentence_start
from streams.nlp.text.quotation_marks import Quotation

_MAX_LEAD = 25  # characters, an office or an adverb, before a name that begins its sentence
_MAX_TITLE = 10  # characters before a name in which its title stands
# Titles, and pronouns that only a woman or a man can be, in the languages of the data files.
_MASCULINE = frozenset(
    {"m", "monsieur", "herr", "señor", "don", "г", "господин", "signor", "senhor", "meneer", "pan"}
)
_FEMININE = frozenset(
    {"mme", "madame", "mlle", "frau", "señora", "doña", "госпожа", "signora", "senhora", "mevrouw", "pani"}
)
_SHE = frozenset({"elle", "ella", "ela", "она", "lei", "hon", "hun", "вона"})
_HE = frozenset({"il", "er", "él", "ele", "он", "lui", "han", "hij", "він"})
_MAX_OFFICE = 60  # characters around a name in which its office stands
_MAX_PRONOUN = 1_200  # characters back to which a pronoun may reach
_MAX_ADJECTIVES = 2  # words between an article and the noun of an office


class Antecedents:
    """Finds whom a speaker without a name stands for."""

    def __init__(
        self, text: str, quotations: Sequence[Quotation], entities: EntityIndex, reporting: Reporting
    ) -> None:
        self._text = text
        self._quotations = quotations
        self._entities = entities
        self._reporting = reporting

    def speaker(self, found: Clause, verb: int, last: Speaker | None) -> Speaker | None:
        """Return whom the subject of a verb without a name stands for; ``last`` is who spoke before.

        A pronoun is the person whom the text speaks about, and so is nothing where the language leaves pronouns out; an office is who
        spoke before; anybody else ("a worker") has no name.
        """
        start, end, cue = found.words[verb]
        near = [found.words[k] for k in range(max(0, verb - 2), min(verb + 3, len(found.words)))]
        pronoun = next((word for word in near if word[2] in self._reporting.pronouns), None)
        aside = verb and "," in self._text[found.words[verb - 1][1] : start]
        office = self.office(found, verb + 1) or (
            self.office(found, 0) if aside or verb <= _MAX_ADJECTIVES + 2 else None
        )
        if pronoun is None and office is not None:
            known = self._holder(office) or (last if self._is_office_of_last(found, office, last) else None)
        elif pronoun is not None or self._is_dropped(found, verb):
            known = self._topic(start, last, pronoun[2] if pronoun is not None else "")
        else:
            return None
        if known is None:
            return None
        at = pronoun or office or (start, end, cue)
        return known._replace(start=at[0], end=at[1], cue=cue)

    def source(self, found: Clause, last: Speaker | None) -> Speaker | None:
        """Return whom a clause names as its source by a pronoun: "according to her"."""
        row = f" {' '.join(word for _start, _end, word in found.words)} "
        for phrase, who in self._reporting.sources:
            at = row.find(f" {phrase} ")
            if at < 0:
                continue
            first = len(row[:at].split())
            start, end = found.words[first][0], found.words[first + len(phrase.split()) - 1][1]
            pronoun = next(iter(_SHE if who == "she" else _HE))
            known = self._topic(start, last, pronoun)
            return known._replace(start=start, end=end, cue=phrase) if known is not None else None
        return None

    def only_office(self, found: Clause, last: Speaker | None) -> Speaker | None:
        """Return the holder of the only office that a clause names, or the office itself: "In der ARD ist der Trainer zufrieden"."""
        if not self._reporting.articles:
            return None
        joints = self._reporting.genitives | self._reporting.stops
        offices = [
            office
            for k in range(len(found.words))
            if (office := self.office(found, k)) is not None and not (k and found.words[k - 1][2] in joints)
        ]
        if not offices or len({office[1] for office in offices}) > 1:
            return None
        start, end, noun = offices[-1]
        holder = self._holder((start, end, noun))
        if holder is None and self._is_office_of_last(found, (start, end, noun), last):
            holder = last
        if holder is not None:
            return holder._replace(start=start, end=end, cue=None)
        return Speaker(" ".join(self._text[start:end].split()), start, end, None)

    def office(self, found: Clause, first: int) -> tuple[int, int, str] | None:
        """Return the definite noun for a person that begins at a word: "the minister"; ``None`` for "a minister" and other words."""
        row = found.words[first : first + _MAX_ADJECTIVES + 2]
        if not row or (self._reporting.articles and row[0][2] not in self._reporting.articles):
            return None
        behind = row[1:] if self._reporting.articles else row[:1]
        noun = next((word for word in behind if self._reporting.is_person(word[2])), None)
        return (row[0][0], noun[1], noun[2]) if noun is not None else None

    def _is_dropped(self, found: Clause, verb: int) -> bool:
        """Return whether a verb has no subject, in a language that may leave it out: "..., dijo a sus seguidores"."""
        start, _end, word = found.words[verb]
        if not self._reporting.drops_pronouns or word.endswith(self._reporting.plural or "?"):
            return False
        if verb > 1 and "," not in self._text[found.words[verb - 1][1] : start]:
            return False
        if verb and found.words[verb - 1][2] in self._reporting.indefinite:
            return False  # "se especifica"
        behind = found.words[verb + 1][2] if verb + 1 < len(found.words) else ""
        row = (self._reporting.articles, self._reporting.indefinite, self._reporting.possessives)
        return not any(behind in words for words in row)

    def _topic(self, end: int, last: Speaker | None, pronoun: str) -> Speaker | None:
        """Return whom a pronoun means: the last person who spoke or whom a sentence began with since, else any person before."""
        anybody: Speaker | None = None
        for start, stop, entity in self._entities.before(end):
            if start < end - _MAX_PRONOUN:
                break
            if entity.label != "PERSON" or any(q.start <= start < q.end for q in self._quotations):
                continue
            if self._differs(start, stop, pronoun):
                continue
            one = Speaker(entity.text, start, stop, None, entity)
            if last is not None and (last.start >= start or last.entity == entity):
                break
            if last is not None and self._office_between(stop, end):
                break
            if sentence_start(
                self._text, max(0, start - _MAX_PRONOUN), start
            ) + _MAX_LEAD >= start or self._begins_line(start):
                return one
            aside = self._text[stop : stop + 1] == "," and "\n" not in self._text[start:end]
            if aside and last is not None and "\n" in self._text[last.start : end]:
                return (
                    one  # "... of Anna Sommer, the head of ... She said": whom the last sentence tells about
                )
            anybody = anybody or one
        if is_person(last) and not self._differs(last.start, last.end, pronoun):
            return last
        return anybody

    def _differs(self, start: int, end: int, pronoun: str) -> bool:
        """Return whether the title in or before a name contradicts a pronoun: "M. Macron" and "elle"."""
        wrong = _MASCULINE if pronoun in _SHE else _FEMININE if pronoun in _HE else frozenset()
        words = WORD.findall(self._text, max(0, start - _MAX_TITLE), end)
        before = WORD.findall(self._text, max(0, start - _MAX_TITLE), start)
        near = {word.lower() for word in words[max(0, len(before) - 1) :]}
        return not wrong.isdisjoint(near)

    def _is_office_of_last(self, found: Clause, office: tuple[int, int, str], last: Speaker | None) -> bool:
        """Return whether an office may be who spoke before: a person, and the office not somebody's ("the chief of the firemen")."""
        behind = next((word for start, _end, word in found.words if start >= office[1]), "")
        return is_person(last) and behind not in self._reporting.genitives

    def _holder(self, office: tuple[int, int, str]) -> Speaker | None:
        """Return the person beside whose name the text has put the same office: "die Ministerin" of "Ministerin Anna Sommer"."""
        for start, stop, entity in self._entities.before(office[0]):
            quoted = any(q.start <= start < q.end for q in self._quotations)
            if entity.label != "PERSON" or quoted or self._is_owner(start):
                continue
            before = self._text[max(0, start - _MAX_OFFICE) : start].rpartition("\n")[2]
            after = self._text[stop : stop + _MAX_OFFICE].partition("\n")[0].partition(".")[0]
            others = [
                m for m in self._entities.within(start - len(before), start) if not self._is_owner(m[0])
            ]
            if others:
                before = self._text[others[-1][1] : start]
            words = [
                *WORD.findall(before.lower()),
                *WORD.findall(after.lower() if after.startswith(",") else "")[:4],
            ]
            if office[2] in words:
                return Speaker(entity.text, start, stop, None, entity)
        return None

    def _is_owner(self, start: int) -> bool:
        """Return whether a word such as "of" stands before a name: the office is of that place, not of that name."""
        words = WORD.findall(self._text, max(0, start - _MAX_LEAD), start)
        return bool(words) and words[-1].lower() in self._reporting.genitives

    def _office_between(self, start: int, end: int) -> bool:
        """Return whether a line between two offsets begins with an office: "Der Präsident sagte am Samstag, ..."."""
        return any(
            self.office(clause_of(self._text, at + 1, min(end, at + 80)), 0) is not None
            for at in range(start, end)
            if self._text[at] == "\n" and self._text[at + 1 : at + 2] != "\n"
        )

    def _begins_line(self, start: int) -> bool:
        return "\n" in self._text[max(0, start - _MAX_LEAD) : start]


def is_person(speaker: Speaker | None) -> TypeGuard[Speaker]:
    """Return whether a speaker is a person with a name."""
    if speaker is None:
        return False
    return speaker.entity.label == "PERSON" if speaker.entity is not None else speaker.name.istitle()
