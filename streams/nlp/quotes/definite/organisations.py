"""Which organisation a definite noun stands for: "the company", "the home-improvement retailer", "the Burbank giant".

For whoever speaks and for whoever takes part in an event; by what the text says before it, and which organisation it is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.definite import organisation_nouns
from streams.nlp.quotes.definite.named_organisations import Named, NamedOrganisations
from streams.nlp.quotes.definite.organisation_nouns import listed
from streams.nlp.quotes.references import MAX_DISTANCE, References, Speaker
from streams.records import Entity

# Bounds; the values are ours.
_SENTENCES_BACK = 3  # before the one of the description
_FOREMOST = 3  # mentions of the organisation that a text is about, at least
_MUCH_MORE = 2  # times as often as any other it is named
_CLEARLY = 1.5  # how much more salient the organisation that a text is about is than the next one
_NEAR, _NEAR_MENTIONS = (
    400,
    8,
)  # code points back to the only organisation near, and mentions among which it is
_MAX_WORDS = 7  # of a description
# Words before a name by which it is only whom somebody told, or where: "told Vega", "said on Vega".
_ASIDE = re.compile(r"\b(?:told|tells|on|via) $", re.IGNORECASE)


class DefiniteOrganisations:
    """Finds the organisations that the definite nouns of one document stand for; ``titled`` are the entities that its title names."""

    def __init__(
        self, text: str, entities: EntityIndex, references: References, titled: Iterable[Entity] = ()
    ) -> None:
        self._text = text
        self._entities = entities
        self._references = references
        self._names = NamedOrganisations(text, entities)
        self._titled = {entity.text for entity in titled}

    def meant(self, words: Sequence[str], at: int, last: Speaker | None = None) -> Entity | None:
        """Return the organisation that some words (lower case, without article) at an offset stand for; ``last`` spoke before.

        Tried in order: one with these words in its name, or set in commas behind the noun; whom the sentence says it of; that of the title,
        if the words say more than "the company"; whom the sentences before are about; who spoke; the one that the text is about.
        ``None`` if the text does not say.
        """
        noun = words[-1]
        if len(words) > _MAX_WORDS or not organisation_nouns.is_body(noun):
            return None
        if not listed("otherwise").isdisjoint(words[:-1]):
            return None  # "the rival company"
        found = self._with_words(noun, words, at) or self._in_commas(noun)
        if found is not None or noun in listed("public"):
            return found
        if noun in listed("authorities") and len(words) > 1:
            return None  # "the Danish food authority" is no other one
        spoke = last.entity if last is not None else None
        if spoke is not None and not self._may_be(noun, spoke):
            spoke = None
        since = last.start if last is not None and spoke is not None else None
        for k, (start, end) in enumerate(self._references.sentences(at)):
            if k > _SENTENCES_BACK or (since is not None and start <= since):
                break
            named = self._named(noun, start, end, at)
            alone = bool(named) and all(m.entity is named[0].entity for m in named)
            topic = bool(named) and self._references.is_topic(start, named[0].start, named[0].end)
            if (alone or topic) and (k or since is None):
                return named[0].entity
            main = self._main(noun, at) if k == 0 and len(words) > 1 else None
            if main is not None:
                return main
            if k and named:  # several
                return spoke or self._most_named(self._able(noun), at)
        return spoke or self._main(noun, at) or self._only_near(noun, at)

    def _with_words(self, noun: str, words: Sequence[str], at: int) -> Entity | None:
        """Return the nearest organisation with all these words in its name: "the bank" is the Bank of Oslo, "the group" not the Vega Group."""
        if noun in listed("any_firm"):
            return None
        for a, _b, entity in self._entities.before(at):
            if (
                entity.label == "ORG"
                and a >= at - MAX_DISTANCE
                and set(words) <= set(entity.text.lower().split())
            ):
                return entity
        return None

    def _in_commas(self, noun: str) -> Entity | None:
        """Return the organisation that the text sets in commas behind the noun: "The group, Workers' Coalition, was formed"."""
        for match in re.finditer(rf"\b[Tt]he {noun}, (?:the )?", self._text):
            for _a, b, entity in self._entities.within(match.end(), match.end() + 1)[:1]:
                if entity.label == "ORG" and self._text[b : b + 1] in (",", "."):
                    return entity
        return None

    def _named(self, noun: str, start: int, end: int, at: int) -> list[Named]:
        """Return the organisations that a sentence names before an offset and for which a noun may stand."""
        named = [
            m
            for m in self._names.within(start, end)
            if start <= m.start
            and m.end <= at
            and organisation_nouns.may_stand_for(noun, m.entity.text)
            and not self._references.is_quoted(m.start)
            and _ASIDE.search(self._text, max(start, m.start - 8), m.start) is None
        ]
        if noun in listed("authorities"):
            named = [m for m in named if organisation_nouns.is_authority(m.entity.text)] or named
        return [
            m  # without the parts of others: "NASA's Goddard Space Flight Center"
            for k, m in enumerate(named)
            if not (k and self._text[named[k - 1].end : m.start] in ("’s ", "'s "))
        ]

    def _may_be(self, noun: str, entity: Entity) -> bool:
        return self._names.is_one(entity) and organisation_nouns.may_stand_for(noun, entity.text)

    def _main(self, noun: str, at: int) -> Entity | None:
        """Return the organisation that the document is about: the only one of its title, by far the most named or the most salient one."""
        freely = noun in listed("named_freely")
        able = self._names.all() if freely else self._able(noun)
        titled = [entity for entity in able if entity.text in self._titled]
        if len(titled) == 1 or freely:
            return titled[0] if len(titled) == 1 else None
        ranked = sorted(able, key=lambda entity: -entity.salience)[:2]
        clear = len(ranked) == 1 or (ranked and ranked[0].salience >= _CLEARLY * ranked[1].salience)
        salient = ranked[0] if clear and len(ranked[0].mentions) > 1 else None
        return self._most_named(able, at) or salient

    def _able(self, noun: str) -> list[Entity]:
        return [e for e in self._names.all() if organisation_nouns.may_stand_for(noun, e.text)]

    def _most_named(self, able: Sequence[Entity], at: int) -> Entity | None:
        """Return the organisation that the text before an offset names far more often than all others together."""
        counts = Counter({k: sum(m.end <= at for m in one.mentions) for k, one in enumerate(able)})
        often = counts.most_common(2)
        if often and often[0][1] >= _FOREMOST and often[0][1] > _MUCH_MORE * sum(n for _k, n in often[1:]):
            return able[often[0][0]]
        return None

    def _only_near(self, noun: str, at: int) -> Entity | None:
        """Return the organisation that is the only one named before an offset: right before it if its name often does not say what it is."""
        freely = noun in listed("named_otherwise")
        near = [
            m[2]
            for m in self._entities.before(at, _NEAR_MENTIONS)
            if m[2].label == "ORG" and m[0] >= at - (_NEAR if freely else MAX_DISTANCE)
        ]
        alone = bool(near) and all(one is near[0] for one in near)
        return near[0] if alone and (freely or organisation_nouns.may_stand_for(noun, near[0].text)) else None
