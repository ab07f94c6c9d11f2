"""Whom a definite noun ("the governor", "the 56-year-old", "the company") stands for, by what the text says before it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.definite import documents
from streams.nlp.quotes.definite.office_holders import OfficeHolders
from streams.nlp.quotes.definite.organisations import DefiniteOrganisations
from streams.nlp.quotes.definite.topics import OTHERS, OWNING, TopicPeople
from streams.nlp.quotes.references import MAX_DISTANCE, WORD, References, Speaker
from streams.nlp.syntax import verbs
from streams.records import Entity

_MAX_ROLE = 60  # code points around a name in which its office stands
_MAX_AHEAD = 700  # code points behind a description in which the one described is named
# Nouns for what publishes.
_OUTLETS = frozenset(
    {
        "website",
        "site",
        "paper",
        "newspaper",
        "magazine",
        "blog",
        "outlet",
        "publication",
        "journal",
        "channel",
        "network",
    }
)
_FOREMOST = 2  # mentions, at least, of the person that a text is about
_NEAR_LINES = 2  # line breaks back to who spoke last
_MAX_TITLE = 3  # words of an office before a name, with what stands between them
_MAX_NOUN_WORDS = 4  # words of "the Republican governor"
_SENTENCE_PART = re.compile(r"[\n;!?]|(?<=\w{4})\. ")
# Words that part an office from a name that it does not belong to.
_APART = frozenset(
    {
        "as",
        "when",
        "while",
        "who",
        "that",
        "to",
        "was",
        "is",
        "were",
        "are",
        "but",
        "with",
        "by",
        "from",
        "on",
        "after",
        "before",
    }
)
# Ends of words for a people, or several people: "the Danes", "the Spanish", "the Dutch", "the Chinese".
_PLURAL_DEMONYMS = ("s", "sh", "ch", "ese")
_AGE = re.compile(r"(\d+)-year-old")
_DEPUTIES = frozenset({"vice", "deputy", "former", "ex", "assistant", "lt", "lieutenant"})
_SHORT_TITLES = {"governor": "gov", "senator": "sen", "representative": "rep", "professor": "prof", "general": "gen",
                 "congressman": "rep", "congresswoman": "rep", "doctor": "dr", "captain": "capt", "sergeant": "sgt",
                 "lieutenant": "lt", "colonel": "col", "lawmaker": "rep"}  # fmt: skip
# Offices with which a text tells people apart: "the Indiana governor" is nobody else.
_HELD = frozenset({*_SHORT_TITLES, "president", "minister", "mayor", "secretary", "chancellor", "king", "queen", "premier", "ambassador",
                   "commissioner", "chairman", "chairwoman", "chief", "speaker", "attorney", "bishop", "pope", "coach", "director"})  # fmt: skip
_GROUPS = frozenset({"officials", "researchers", "scientists", "prosecutors", "authorities", "executives", "leaders", "investigators",
                     "representatives", "lawyers", "attorneys", "economists", "engineers", "analysts"})  # fmt: skip
# Nouns for what somebody issues to say something.
_ISSUED = frozenset({"statement", "release", "letter", "post", "memo", "email", "message", "notice", "tweet"})


class DefiniteNouns:
    """Finds the people and organisations that the definite nouns of one document stand for; ``titled`` are the entities that its title names."""

    def __init__(
        self, text: str, entities: EntityIndex, references: References, titled: Iterable[Entity] = ()
    ) -> None:
        self._text = text
        self._entities = entities
        self._references = references
        self._organisations = DefiniteOrganisations(text, entities, references, titled)
        self._offices = OfficeHolders(text, entities)
        self.topics = TopicPeople(text, entities, references)

    def definite(self, phrase: str, start: int, last: Speaker | None) -> Entity | None:
        """Return whom "the governor", "the 56-year-old" or "the company" at an offset is, ``None`` if the text does not say."""
        words = phrase.lower().split()
        if (
            not 2 <= len(words) <= _MAX_NOUN_WORDS
            or words[0] not in ("the", "our")
            or not words[-1][-1].isalpha()
        ):
            return None
        head = words[-1]
        gaz = gazetteer.english()
        if head in _ISSUED:
            return self._issuer(phrase, head, start, last)
        if _AGE.fullmatch(head):
            about = self._references.person("", start, last)
            return self._with_office(head, start) or (about.entity if about is not None else None)
        if head in gaz.roles or head in verbs.people() or head.endswith(("man", "woman")):
            owned = words[1].endswith(OWNING)  # "the victim's mother"
            deputies = _DEPUTIES.intersection(words[1:-1])
            return (
                None
                if owned
                else self._with_office(head, start, deputies)
                or self._whole_paragraph(head, start)
                or (self._going_on(head, start, last) if not deputies else None)
                or (self._foremost(head, start, last) if len(words) > 2 and not deputies else None)
            )
        if len(words) == 2 and self._is_demonym(start, start + len(phrase)):
            return self._only_one_before(start)
        return self.organisation(words[1:], start, last)

    def _is_demonym(self, start: int, end: int) -> bool:
        """Return whether "the Belgian" stands there: one person by nation or party, no people as in "the Dutch"."""
        named = [one for _a, b, one in self._entities.within(start, end) if b == end]
        return bool(named) and named[-1].label == "NORP" and not self._text[:end].endswith(_PLURAL_DEMONYMS)

    def _only_one_before(self, at: int) -> Entity | None:
        """Return the only person whom the sentence before that of an offset names outside quotations."""
        sentences = list(itertools.islice(self._references.sentences(at), 2))[1:]
        people = self._references.people(*sentences[0]) if sentences else []
        return people[0][2] if people and all(m[2] is people[0][2] for m in people) else None

    def organisation(self, words: Sequence[str], at: int, last: Speaker | None = None) -> Entity | None:
        """Return the organisation that some words (lower case, without article) at an offset stand for; ``last`` spoke before."""
        return self._organisations.meant(words, at, last)

    def author(self, phrase: str, start: int) -> Entity | None:
        """Return who wrote "the report" at an offset, ``None`` if the text does not say."""
        words = phrase.lower().split()
        told = 2 <= len(words) <= _MAX_NOUN_WORDS and words[0] == "the" and words[-1] in documents.DOCUMENTS
        return documents.author(self._text, self._entities, words[-1], start) if told else None

    def office_holder(self, phrase: str) -> Entity | None:
        """Return the person beside whose name an office of at least two words stands anywhere in the text: "Acme CEO" is "Acme CEO Ida Holm"."""
        return self._offices.holder(phrase)

    def in_full(self, phrase: str, start: int) -> str:
        """Return a phrase with the name in it that the text gives more fully: "Ida Holm and her team" for "Holm and her team".

        "The officials" become the last ones that the text names before them: "Acme officials".
        """
        first = self._entities.within(start, start + 1)
        if first and first[0][0] == start and first[0][2].label == "PERSON":
            shown = self._text[start : first[0][1]]
            full = self._references.full(first[0][2]).text
            rest = phrase[len(shown) :]
            if phrase.startswith(shown) and rest.startswith(" and ") and " " in full:
                return full + rest
        words = phrase.split()
        if len(words) == 1 and words[0][:1].isupper():
            return self._surname_in_full(phrase)
        if len(words) == 2 and words[0].lower() == "the" and words[1] in _GROUPS:
            before = self._text[max(0, start - MAX_DISTANCE) : start]
            named = re.findall(rf"((?:[A-Z][\w&.’'-]*,? ){{1,4}}){words[1]}\b", before)
            if named and not any(word in named[-1] for word in (",", "The ", "In ", "But ", "And ")):
                return f"{named[-1].strip()} {words[1]}"
        return phrase

    def _surname_in_full(self, name: str) -> str:
        """Return the only person's name that ends with a surname that the recogniser missed, whatever its apostrophe, else the surname."""
        plain = name.replace("’", "'")
        people = [one for one in self._entities.entities if one.label == "PERSON"]
        full = [one.text for one in people if one.text.replace("’", "'").endswith(f" {plain}")]
        return full[0] if len(full) == 1 else self._references.written_in_full(name) or name

    def _issuer(self, phrase: str, noun: str, at: int, last: Speaker | None) -> Entity | None:
        """Return whoever spoke last, if it was in "the statement" too or in a sentence that told of it: "said in a statement"."""
        if last is None or not at - MAX_DISTANCE <= last.start < at:
            return None
        if self._text[last.start : last.end].lower() == phrase.lower():
            return last.entity
        start, end = next(one for one in self._references.sentences(at) if one[0] <= last.start)
        told = re.search(rf"\b[Aa]n? (?:[\w-]+ ){{0,2}}{noun}\b", self._text[start:end])
        return last.entity if told is not None else None

    def titled_soon(self, phrase: str, end: int) -> Entity | None:
        """Return the person whom the text behind an offset soon gives the office of "the governor" as a title: "Gov. Ida Holm"."""
        words = phrase.lower().split()
        short = _SHORT_TITLES.get(words[-1], words[-1])
        for a, _b, entity in self._entities.within(end, end + _MAX_AHEAD):
            if entity.label != "PERSON" or a < end or self._references.is_quoted(a):
                continue
            before = WORD.findall(self._text[max(0, a - _MAX_ROLE) : a].lower())[-3:]
            held = bool(before) and before[-1] in (words[-1], short)
            if held and _DEPUTIES.intersection(before[:-1]) == _DEPUTIES.intersection(words[:-1]):
                return entity
        return None

    def _with_office(self, noun: str, end: int, deputies: frozenset[str] = frozenset()) -> Entity | None:
        """Return the nearest person before ``end`` beside whose name an office or age stands; ``deputies`` are the words that make
        it another one: "former", "vice".

        Who has the office as a title ("President Ida Holm") comes before whose office is one of something else ("Paul Winter, the
        president of the bank").
        """
        of_something: Entity | None = None
        for a, b, entity in self._entities.before(end, 200):
            if entity.label != "PERSON" or self._references.is_quoted(a):
                continue
            held = self._held(noun, a, b, end, deputies)
            if held == "title":
                return entity
            of_something = of_something or (entity if held else None)
        return of_something

    def _held(self, noun: str, a: int, b: int, end: int, deputies: frozenset[str]) -> str | None:
        """Return how an office stands beside a name, as "title" or "of something", ``None`` if it does not."""
        before = _SENTENCE_PART.split(self._text[max(0, a - _MAX_ROLE) : a])[-1]
        after = _SENTENCE_PART.split(self._text[b : min(b + _MAX_ROLE, end)])[0].lower()
        age = _AGE.fullmatch(noun)
        if age is not None and re.match(rf", {age.group(1)}\b", after):
            return "title"
        others = self._references.people(a - len(before), a)
        lead = self._text[others[-1][1] : a] if others else before
        words = [word.strip("'’-") for word in WORD.findall(lead.lower())[-6:]]
        at = next((k for k, word in enumerate(words) if word in (noun, _SHORT_TITLES.get(noun, noun))), None)
        if (
            at is not None
            and _DEPUTIES.intersection(words[max(0, at - 2) : at]) == deputies
            and _APART.isdisjoint(words[at + 1 :])
        ):
            return "title" if len(words) - at <= _MAX_TITLE else "of something"
        apposition = WORD.findall(after.split(",")[1])[:8] if after.startswith(", ") else []
        if noun in apposition and _DEPUTIES.intersection(apposition[: apposition.index(noun)]) == deputies:
            return (
                "of something"
                if apposition[apposition.index(noun) + 1 :][:1] in (["of"], ["at"])
                else "title"
            )
        return None

    def _going_on(self, noun: str, at: int, last: Speaker | None) -> Entity | None:
        """Return the person who spoke last, in the paragraph before at most, if nobody else has been named since: "the actor" of an interview."""
        if noun in OTHERS or last is None or last.entity is None or last.entity.label != "PERSON":
            return None
        near = last.start < at and self._text.count("\n", last.start, at) <= _NEAR_LINES
        since = self._references.people(last.start, at)
        return last.entity if near and all(m[2] is last.entity for m in since) else None

    def _foremost(self, noun: str, at: int, last: Speaker | None) -> Entity | None:
        """Return the person whom the sentences before are about, if the text before names nobody as often: "the Oslo businessman"."""
        spoken = last is not None and noun not in OTHERS | _HELD
        about = self._references.person("", at, last) if spoken else None
        if about is None or about.entity is None:
            return None
        counts = {
            one.text: sum(m.end <= at for m in one.mentions)
            for one in self._entities.entities
            if one.label == "PERSON"
        }
        own = counts.pop(about.entity.text, 0)
        return about.entity if own >= _FOREMOST and own >= max(counts.values(), default=0) else None

    def unknown_outlet(self, phrase: str, at: int, last: Speaker | None) -> str | None:
        """Return who spoke last for "the website" or the like, if no model takes the name for one: "Harbour Watch"."""
        words = phrase.lower().split()
        if len(words) != 2 or words[0] != "the" or words[1] not in _OUTLETS or last is None:
            return None
        near = last.start < at and self._text.count("\n", last.start, at) <= _NEAR_LINES
        name = last.name.removeprefix("the ")
        capital = all(word[:1].isupper() for word in name.split())
        return name if near and last.entity is None and capital else None

    def _whole_paragraph(self, noun: str, end: int) -> Entity | None:
        """Return the person whom a paragraph begins with and who is the only one in it so far: "the artist" of a profile."""
        start = self._text.rfind("\n", 0, end) + 1
        people = self._references.people(start, end)
        if noun in OTHERS or not people or any(m[2] is not people[0][2] for m in people):
            return None
        if self._text[people[-1][1] : end].strip() == ",":
            return None  # "after a meeting with Ida Holm, the governor said"
        return people[0][2] if self._references.is_topic(start, people[0][0], people[0][1]) else None
