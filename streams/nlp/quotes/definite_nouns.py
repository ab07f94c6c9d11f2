"""Whom a definite noun ("the governor", "the 56-year-old", "the company") stands for, by what the text says before it."""

from __future__ import annotations

import re

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.references import MAX_DISTANCE, WORD, References, Speaker
from streams.nlp.syntax import verbs
from streams.records import Entity

_MAX_ROLE = 60  # code points around a name in which its office stands
_MAX_TITLE = 3  # words of an office before a name, with what stands between them
_MAX_SENTENCES = 3  # back to which "the company" may reach for one of several
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
_AGE = re.compile(r"(\d+)-year-old")
_DEPUTIES = frozenset({"vice", "deputy", "former", "ex", "assistant", "lt", "lieutenant"})
_SHORT_TITLES = {"governor": "gov", "senator": "sen", "representative": "rep", "professor": "prof", "general": "gen",
                 "congressman": "rep", "congresswoman": "rep", "doctor": "dr", "captain": "capt", "sergeant": "sgt",
                 "lieutenant": "lt", "colonel": "col", "lawmaker": "rep"}  # fmt: skip
# Nouns for people who speak beside the one that a paragraph is about.
_OTHERS = frozenset({"spokesman", "spokeswoman", "spokesperson", "official", "officer", "judge", "prosecutor", "lawyer",
                     "attorney", "witness", "victim", "reporter", "journalist", "source", "mother", "father", "wife",
                     "husband", "son", "daughter", "reader", "visitor", "customer", "client", "student", "teacher",
                     "people", "police", "person", "critic", "opponent", "doctor", "interviewer", "driver"})  # fmt: skip
# Bodies of which a text may mean another than the one it names.
_PUBLIC = frozenset(
    {"police", "government", "court", "parliament", "council", "ministry", "department", "side"}
)


# Words for another one than the text has named: "the ruling party", "the rival company".
_OTHERWISE = frozenset(
    {"ruling", "opposition", "governing", "rival", "other", "opposing", "new", "second", "parent", "sister"}
)
# Nouns for what somebody issues to say something.
_ISSUED = frozenset({"statement", "release", "letter", "post", "memo", "email", "message", "notice", "tweet"})
# More nouns for bodies.
_BODIES = frozenset({"alliance", "bloc", "organisation", "organization", "nonprofit", "foundation", "bureau", "label", "chain", "network",
                     "studio", "publisher", "developer", "carrier", "school", "college", "board", "authority", "league", "regulator"})  # fmt: skip
# Nouns for companies and the like, and words in the names of authorities, which these do not stand for.
_COMPANIES = frozenset({"company", "firm", "group", "startup", "start-up"})
# Nouns for bodies that carry them in their names, but for names of initials: "the union" may be the UAW, and is no Northquay Holdings.
_CIVIC = frozenset({"union", "association", "federation", "charity", "campaign", "party", "institute", "university",
                    "club", "team", "band", "orchestra", "museum", "hospital", "militia"})  # fmt: skip
_AUTHORITIES = _PUBLIC | {"commission", "committee", "university", "congress", "senate", "house", "army"}


class DefiniteNouns:
    """Finds the people and organisations that the definite nouns of one document stand for."""

    def __init__(self, text: str, entities: EntityIndex, references: References) -> None:
        self._text = text
        self._entities = entities
        self._references = references

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
        if head in gaz.roles or head in verbs.people():
            owned = words[1].endswith(("’s", "'s", "s’", "s'"))  # "the victim's mother"
            return None if owned else self._with_office(head, start) or self._whole_paragraph(head, start)
        if head not in gaz.bodies | _BODIES or not _OTHERWISE.isdisjoint(words[1:-1]):
            return None
        return self._organisation(head, start, last)

    def _issuer(self, phrase: str, noun: str, at: int, last: Speaker | None) -> Entity | None:
        """Return whoever spoke last, if it was in "the statement" too or in a sentence that told of it: "said in a statement"."""
        if last is None or not at - MAX_DISTANCE <= last.start < at:
            return None
        if self._text[last.start : last.end].lower() == phrase.lower():
            return last.entity
        start, end = next(one for one in self._references.sentences(at) if one[0] <= last.start)
        told = re.search(rf"\b[Aa]n? (?:[\w-]+ ){{0,2}}{noun}\b", self._text[start:end])
        return last.entity if told is not None else None

    def _with_office(self, noun: str, end: int) -> Entity | None:
        """Return the nearest person before ``end`` beside whose name an office or age stands.

        Who has the office as a title ("President Ida Holm") comes before whose office is one of something else ("Paul Winter, the
        president of the bank").
        """
        of_something: Entity | None = None
        for a, b, entity in self._entities.before(end, 200):
            if entity.label != "PERSON" or self._references.is_quoted(a):
                continue
            held = self._held(noun, a, b, end)
            if held == "title":
                return entity
            of_something = of_something or (entity if held else None)
        return of_something

    def _held(self, noun: str, a: int, b: int, end: int) -> str | None:
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
            and _DEPUTIES.isdisjoint(words[max(0, at - 2) : at])
            and _APART.isdisjoint(words[at + 1 :])
        ):
            return "title" if len(words) - at <= _MAX_TITLE else "of something"
        apposition = WORD.findall(after.split(",")[1])[:8] if after.startswith(", ") else []
        if noun in apposition:
            return (
                "of something"
                if apposition[apposition.index(noun) + 1 :][:1] in (["of"], ["at"])
                else "title"
            )
        return None

    def _whole_paragraph(self, noun: str, end: int) -> Entity | None:
        """Return the person whom a paragraph begins with and who is the only one in it so far: "the artist" of a profile."""
        start = self._text.rfind("\n", 0, end) + 1
        people = self._references.people(start, end)
        if noun in _OTHERS or not people or any(m[2] is not people[0][2] for m in people):
            return None
        if self._text[people[-1][1] : end].strip() == ",":
            return None  # "after a meeting with Ida Holm, the governor said"
        return people[0][2] if self._references.is_topic(start, people[0][0], people[0][1]) else None

    def _organisation(self, noun: str, end: int, last: Speaker | None) -> Entity | None:
        """Return the organisation that a noun stands for: one with the noun in its name, else who spoke, else the only one near."""
        near = [m for m in self._entities.before(end) if m[2].label == "ORG" and m[0] >= end - MAX_DISTANCE]
        for _a, _b, entity in near:
            if noun in entity.text.lower().split():
                return entity
        if noun in _PUBLIC:
            return None
        spoke = last.entity if last is not None else None
        if spoke is not None and (spoke.label != "ORG" or not _may_be(noun, spoke)):
            spoke = None
        return self._told_of(noun, end, spoke, last) or spoke or self._only(noun, near)

    def _told_of(self, noun: str, end: int, spoke: Entity | None, last: Speaker | None) -> Entity | None:
        """Return the organisation that the sentences before are about: the one that begins them, or the only one in them."""
        for k, (start, stop) in enumerate(self._references.sentences(end)):
            if k > _MAX_SENTENCES or (spoke is not None and last is not None and start <= last.start):
                return None
            named = [
                m
                for m in self._entities.within(start, stop)
                if m[2].label == "ORG"
                and start <= m[0]
                and m[1] <= end
                and not self._references.is_quoted(m[0])
            ]
            owning = None if k else [m for m in named if self._text[m[1] : m[1] + 2] in ("’s", "'s")]
            named = [m for m in named if _may_be(noun, m[2]) and not (owning and m in owning)]
            if named and (k or spoke is None):
                alone = all(m[2] is named[0][2] for m in named)
                topic = self._references.is_topic(start, named[0][0], named[0][1])
                return named[0][2] if alone or topic else None
        return None

    def _only(self, noun: str, near: list[tuple[int, int, Entity]]) -> Entity | None:
        alone = bool(near) and all(m[2] is near[0][2] for m in near)
        return near[0][2] if alone and _may_be(noun, near[0][2]) else None


def _may_be(noun: str, entity: Entity) -> bool:
    """Return whether a noun may stand for an organisation without it in its name: "the company" for no authority."""
    if noun in _CIVIC:
        return entity.text.isupper()
    return noun not in _COMPANIES or _AUTHORITIES.isdisjoint(entity.text.lower().split())
