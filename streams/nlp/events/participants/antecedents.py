"""Antecedents: what "it", "they" and "the company" stand for."""

from __future__ import annotations

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import word_lists
from streams.nlp.events.participants.noun_names import NounNames
from streams.nlp.quotes.definite.organisation_nouns import is_authority, listed, may_stand_for
from streams.nlp.syntax import dependencies, subjects
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Entity

#: Mentions before a pronoun that are looked at, and code points from a pronoun back to its antecedent. The values are ours.
MAX_MENTIONS_BACK, MAX_DISTANCE = 8, 400
#: Dependency labels of subjects.
SUBJECTS = dependencies.ACTIVE | dependencies.PASSIVE


class AntecedentFinder:
    """Finds the antecedents of neutral pronouns and of nouns for organisations in one parsed paragraph."""

    def __init__(self, parsed: ParsedParagraph, entities: EntityIndex, names: NounNames) -> None:
        self._parsed = parsed
        self._entities = entities
        self._names = names
        self._impersonal = gazetteer.english().impersonal

    def neutral(self, pronoun: Token) -> Token | None:
        """Return the antecedent of the subject "it" or "they", ``None`` if there is none in number and kind.

        It is the subject of the reporting verb ("the company said it would ...") or of the sentence before.
        """
        noun = subjects.reporting_subject(pronoun)
        if (
            noun is None
            and pronoun.dep_ in dependencies.ACTIVE | dependencies.PASSIVE
            and pronoun.head.dep_ == "ROOT"
        ):
            noun = self.subject_before(pronoun)
        if noun is None or self._parsed.quoted[noun.i]:
            return None
        plural = noun.tag_ in ("NNS", "NNPS") or any(dependencies.joined(noun))
        named = self._names.named(noun)
        if pronoun.lower_ == "they":
            return noun if plural and (named is None or named.label in ("ORG", "NORP", "PERSON")) else None
        organised = named.label in ("ORG", "GPE") if named is not None else noun.lower_ in self._impersonal
        return noun if organised and (noun.tag_ not in ("NNS", "NNPS") or named is not None) else None

    def stands_for_name(self, head: Token) -> bool:
        """Return whether a noun is "the company" or the like, with nothing else to say which one."""
        bare = [child.lower_ for child in head.children] == ["the"]
        return bare and head.lower_ in word_lists.COMPANY_NOUNS and not self._parsed.quoted[head.i]

    def named_before(self, noun: Token) -> Entity | None:
        """Return the organisation that "the company" stands for if it is the subject of the reporting clause or of the sentence before."""
        above = subjects.reporting_subject(noun)
        if above is None and noun.dep_ in SUBJECTS and noun.head.dep_ == "ROOT":
            above = self.subject_before(noun)
        named = self._names.named(above) if above is not None and not self._parsed.quoted[above.i] else None
        if named is None or named.label != "ORG":
            return None
        if noun.lower_ not in listed("named_otherwise") and not may_stand_for(noun.lower_, named.text):
            return None
        return named if noun.lower_ not in ("agency", "ministry") or is_authority(named.text) else None

    def subject_before(self, pronoun: Token) -> Token | None:
        """Return the subject of the sentence before that of a pronoun."""
        start = pronoun.sent.start
        if start == 0:
            return None
        root = self._parsed.doc[start - 1].sent.root
        if self._parsed.quoted[root.i] or not root.tag_.startswith("VB"):
            return None
        found = subjects.subject(root)
        return found[0] if found is not None else None
