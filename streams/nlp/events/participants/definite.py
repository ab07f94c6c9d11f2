"""Definite nouns as participants: whom "the governor", "the company" and "the home-improvement retailer" stand for."""

from __future__ import annotations

from collections.abc import Callable

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes.definite.nouns import DefiniteNouns
from streams.nlp.quotes.definite.organisation_nouns import is_body
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Entity


class DefiniteReader:
    """Reads the definite nouns of one parsed paragraph; ``written`` returns the text of tokens."""

    def __init__(
        self,
        parsed: ParsedParagraph,
        entities: EntityIndex,
        known: DefiniteNouns | None,
        written: Callable[[int, int], str],
    ) -> None:
        self._parsed = parsed
        self._entities = entities
        self._known = known
        self._written = written

    def entity(self, head: Token, first: int, last: int) -> Entity | None:
        """Return whom "the governor" or "the home-improvement retailer" is, where the text names one."""
        words = self._parsed.lower
        known = self._known
        if known is None or last != head.i or words[first] != "the" or head.tag_ not in ("NN", "NNP", "JJ"):
            return None
        at = self._parsed.starts[first]
        if head.tag_ != "NN" and not self._is_demonym(head):
            return None
        if is_body(head.lower_) and not self._is_apart(first, last):
            return known.organisation(words[first + 1 : last + 1], at)
        phrase = self._written(first, last)
        aged = head.lower_.endswith("-year-old")
        if (aged or head.lower_ in gazetteer.english().roles) and head.lower_ not in ("head", "chair"):
            # "the child" may be another one, "the head" a part of the body
            found = known.definite(phrase, at, None) or known.titled_soon(phrase, self._parsed.ends[last])
            if found is not None:
                return found
        acts = head.dep_ in dependencies.ACTIVE | dependencies.PASSIVE
        return known.topics.described(phrase, at) if acts and self._describes(head) else None

    def _describes(self, head: Token) -> bool:
        """Return whether a noun may describe a person whom the text has named: "the Belgian", "the former chat show host"."""
        word = head.lower_
        person = word in gazetteer.english().roles | verbs.people() or word.endswith(
            ("man", "woman", "-year-old")
        )
        return self._is_demonym(head) or (person and word not in ("head", "chair"))

    def _is_demonym(self, head: Token) -> bool:
        named = self._entities.within(self._parsed.starts[head.i], self._parsed.ends[head.i])
        return bool(named) and named[0][2].label == "NORP" and head.tag_ in ("NNP", "JJ", "NN")

    def _is_apart(self, first: int, last: int) -> bool:
        """Return whether a noun phrase names itself or compares: "the Vega group", "the larger bank", not "the Oslo retailer"."""
        parsed = self._parsed
        if any(tag in ("JJR", "JJS", "RBR", "RBS") for tag in parsed.tags[first:last]):
            return True  # "the smaller company" is another one
        return any(
            parsed.tags[k].startswith("NNP")
            and not any(
                e.label in ("GPE", "NORP")
                for _a, _b, e in self._entities.within(parsed.starts[k], parsed.ends[k])
            )
            for k in range(first, last)
        )
