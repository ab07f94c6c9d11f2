"""Numeric features of an action and its event, by which a model tells whether it is right and worth a record.

A feature that is not given is 0. Names are stable: a model's weights go by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.events import verb_forms, word_lists
from streams.nlp.events.clauses import Action
from streams.nlp.events.participants.finder import ParticipantFinder
from streams.nlp.events.participants.participant import Participant
from streams.nlp.events.worth import passing
from streams.nlp.syntax import dependencies, inflection, subjects, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Event

Features = dict[str, float]

_CLAUSES = frozenset({"advcl", "ccomp", "relcl", "acl", "parataxis", "csubj", "csubjpass", "dep"})
_DEPENDENCIES = frozenset(
    {"ROOT", "conj", "ccomp", "xcomp", "advcl", "relcl", "acl", "pcomp", "parataxis", "csubj"}
)
_TAGS = frozenset({"VBD", "VBZ", "VBP", "VBG", "VBN", "VB"})
_LABELS = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC", "PRODUCT", "WORK_OF_ART", "EVENT", "LAW"})
_FIRST_PERSON = frozenset({"i", "we", "me", "us", "my", "our"})
_SECOND_PERSON = frozenset({"you", "your", "yours"})
_DEFINITE = frozenset({"the", "this", "that", "these", "those", "its", "their", "his", "her"})
_INDEFINITE = frozenset({"a", "an", "some", "many", "several", "most", "few", "any", "every", "each", "no"})
_FAR = 20.0  # tokens; distances and lengths are given as shares of it
_LONG = 40.0  # tokens of a sentence


class ParagraphFeatures:
    """Computes the features of the actions of one parsed paragraph, or of a title."""

    def __init__(
        self,
        parsed: ParsedParagraph,
        participants: ParticipantFinder,
        entities: EntityIndex,
        number: int | None,
        *,
        leads: bool,
    ) -> None:
        self._parsed = parsed
        self._participants = participants
        self._entities = entities
        self._number = number
        self._leads = leads
        self._sentences: dict[int, Features] = {}  # by first token

    def of(self, action: Action, meant: str, pairs: int) -> Features:
        """Return the features of an action of the paragraph; ``meant`` is its modality, ``pairs`` the number of its events."""
        found = {
            **self._sentence(action.verb),
            **self._verb(action, meant),
            **self._class(action),
            **self._party("actor", action.actor, self._acting(action), action.verb),
            **self._party("target", action.target, action.affected, action.verb),
            **self._left_out(action),
            **self._passing(action, meant),
        }
        found["pairs"] = float(pairs)
        found["title"] = float(self._number is None)
        if self._number is not None:
            found["nearness"] = 1 / (1 + self._number)
            found["leads"] = float(self._leads)
        return found

    @staticmethod
    def _acting(action: Action) -> Token | None:
        return dependencies.agent(action.verb) if action.passive else action.head

    def _sentence(self, verb: Token) -> Features:
        """Return what is true of all actions of a sentence."""
        first, end = verb.sent.start, verb.sent.end
        known = self._sentences.get(first)
        if known is not None:
            return known
        lower, tags = self._parsed.lower[first:end], self._parsed.tags[first:end]
        quoted = self._parsed.quoted[first:end]
        words = {word for word, inside in zip(lower, quoted, strict=True) if not inside}
        found = {
            "sentence_length": (end - first) / _LONG,
            "sentence_first": float(first == 0),
            "sentence_verbs": sum(tag.startswith("VB") for tag in tags) / 5,
            "sentence_finite": sum(tag in word_lists.FINITE_TAGS for tag in tags) / 5,
            "sentence_commas": lower.count(",") / 5,
            "sentence_colon": float(":" in words or ";" in words),
            "sentence_quotes": float(any(quoted)),
            "sentence_first_person": float(not _FIRST_PERSON.isdisjoint(words)),
            "sentence_second_person": float(not _SECOND_PERSON.isdisjoint(words)),
            "sentence_if": float("if" in words or "unless" in words),
            "sentence_full_stop": float(lower[-1] in (".", "!", "…")),
            "sentence_question": float(lower[-1] == "?"),
            "sentence_root_verb": float(verb.sent.root.tag_.startswith("VB")),
            "sentence_digits": float("CD" in tags),
            "sentence_bracket": float("(" in words or "[" in words),
        }
        self._sentences[first] = found
        return found

    def _verb(self, action: Action, meant: str) -> Features:
        """Return form, place in the tree and modality of the verb."""
        verb = action.verb
        depth, above = 0, verb
        while above.head is not above and depth < 8:
            above, depth = above.head, depth + 1
        auxiliaries = [child for child in verb.lefts if child.dep_ in ("aux", "auxpass")]
        past = verb_forms.is_past(verb)
        head = verb.head
        governor = (
            verbs.lemma(head.text, head.tag_) if head is not verb and dependencies.is_verb(head) else ""
        )
        return {
            f"tag_{verb.tag_}" if verb.tag_ in _TAGS else "tag_other": 1.0,
            f"dep_{verb.dep_}" if verb.dep_ in _DEPENDENCIES else "dep_other": 1.0,
            f"modality_{meant}": 1.0,
            "depth": depth / 4,
            "passive": float(action.passive),
            "passive_bare": float(action.passive and not dependencies.has_passive_auxiliary(verb)),
            "agent": float(action.passive and dependencies.agent(verb) is not None),
            "infinitive": float(dependencies.is_infinitive(verb)),
            "modal": float(any(child.tag_ == "MD" for child in auxiliaries)),
            "progressive": float(verb.tag_ == "VBG" and bool(auxiliaries)),
            "bare_gerund": float(verb.tag_ == "VBG" and not auxiliaries),
            "perfect": float(any(child.lower_ in ("has", "have", "had") for child in auxiliaries)),
            "past": float(past is True),
            "present": float(past is False),
            "present_simple": float(verb.tag_ in ("VBZ", "VBP") and not auxiliaries),
            "negated": float(verb_forms.is_negated(verb)),
            "told_by_verb": float(verb.dep_ == "ccomp" and governor in verbs.indirect_reporting()),
            "governed": float(verb.dep_ in ("ccomp", "xcomp") and governor not in verbs.indirect_reporting()),
            "own_subject": float(
                any(c.dep_ in dependencies.ACTIVE | dependencies.PASSIVE for c in verb.lefts)
            ),
            "capital": float(verb.text[:1].isupper() and verb.i > verb.sent.start),
            "particle": float(" " in action.lemma),
            "adverb": float(any(child.dep_ == "advmod" and child.tag_ == "RB" for child in verb.children)),
            "bracketed": float(self._is_bracketed(verb)),
        }

    def _is_bracketed(self, verb: Token) -> bool:
        lower = self._parsed.lower
        for k in range(verb.i - 1, max(verb.sent.start - 1, verb.i - 25), -1):
            if lower[k] in (")", "]"):
                return False
            if lower[k] in ("(", "["):
                return True
        return False

    @staticmethod
    def _class(action: Action) -> Features:
        """Return the class, and how it was chosen."""
        return {
            f"kind_{action.kind}": 1.0,
            f"chosen_{action.chosen}": 1.0,
            "reporting_verb": float(action.lemma in verbs.indirect_reporting()),
            "always": float(action.kind in word_lists.ALWAYS_REPORTED_CLASSES),
            "known_verb": float(action.verb.lower_ in verbs.all_forms()),
            "hollow": float(action.hollow),
            **{f"doubt_{reason}": 1.0 for reason in action.doubts},
        }

    def _party(self, name: str, who: Participant | None, head: Token | None, verb: Token) -> Features:
        """Return what a participant is, and how far from the verb."""
        found: Features = {f"{name}_none": float(who is None)}
        if head is not None:
            found |= self._noun(name, head, verb)
            found[f"{name}_lost"] = float(who is None)  # the clause has one, and the event none
        if who is None:
            return found
        found[f"{name}_behind_preposition"] = float(head is None)
        found[f"{name}_length"] = len(who.name.split()) / 5
        found[f"{name}_entity"] = float(who.entity is not None)
        found[f"{name}_within"] = float(who.entity is None and who.within is not None)
        entity = who.entity or who.within
        if entity is not None:
            found[f"{name}_{entity.label}" if entity.label in _LABELS else f"{name}_other_name"] = 1.0
            found[f"{name}_salience"] = entity.salience
        if who.entity is not None and head is not None:
            own = self._entities.within(self._parsed.starts[head.i], self._parsed.ends[head.i])
            found[f"{name}_resolved"] = float(not own or own[0][2] is not who.entity)
        return found

    def _noun(self, name: str, head: Token, verb: Token) -> Features:
        """Return the form of the noun of a participant."""
        left = [child.lower_ for child in head.lefts]
        common = head.tag_ in ("NN", "NNS")
        return {
            f"{name}_distance": min(abs(head.i - verb.i) / _FAR, 1.0),
            f"{name}_child": float(head.head is verb),
            f"{name}_pronoun": float(head.tag_ in ("PRP", "PRP$", "WP", "WDT", "DT", "EX")),
            f"{name}_proper": float(head.tag_ in ("NNP", "NNPS")),
            f"{name}_plural": float(head.tag_ == "NNS"),
            f"{name}_definite": float(not _DEFINITE.isdisjoint(left)),
            f"{name}_indefinite": float(not _INDEFINITE.isdisjoint(left)),
            f"{name}_bare": float(
                common and not any(child.dep_ in ("det", "poss", "nummod") for child in head.lefts)
            ),
            f"{name}_number": float(any(child.dep_ == "nummod" for child in head.lefts)),
            f"{name}_person_noun": float(common and inflection.singular(head.lower_) in verbs.people()),
            f"{name}_agentive": float(self._participants.is_agentive(head)),
            f"{name}_joined": float(any(child.dep_ == "conj" for child in head.children)),
            f"{name}_apposition": float(any(child.dep_ == "appos" for child in head.children)),
            f"{name}_clause": float(any(child.dep_ in ("relcl", "acl") for child in head.children)),
            f"{name}_noun": float(head.tag_.startswith("NN")),
        }

    def _left_out(self, action: Action) -> Features:
        """Return how much of the clause no field of the event has."""
        verb = action.verb
        fields = " ".join(p.name for p in (action.actor, action.target, action.place) if p is not None)
        held = {
            entity.text
            for p in (action.actor, action.target, action.place)
            if p is not None
            for entity in (p.entity, p.within)
            if entity is not None
        }
        phrases = other = names = 0
        for child in _arguments(verb):
            if child is action.head or child is action.affected:
                continue
            last = dependencies.without_clauses(child)
            if child.ent_type_ in ("DATE", "TIME") or any(
                token.ent_type_ in ("DATE", "TIME") for token in child.children
            ):
                continue
            noun = next((inner for inner in child.children if inner.dep_ == "pobj"), child)
            if noun.text in fields or child.dep_ == "agent":
                continue
            phrases += child.dep_ in ("prep", "dative")
            other += child.dep_ not in ("prep", "dative")
            start, end = self._parsed.span_of(child.left_edge.i, last)
            names += any(entity.text not in held for _a, _b, entity in self._entities.within(start, end))
        children = {child.dep_ for child in verb.children}
        return {
            "left_phrases": float(phrases),
            "left_other": float(other),
            "left_names": float(names),
            "has_xcomp": float("xcomp" in children),
            "has_ccomp": float("ccomp" in children),
            "has_advcl": float("advcl" in children),
            "has_object": float(not dependencies.OBJECT.isdisjoint(children)),
            "objects": float(len(dependencies.objects(verb))),
        }

    def _passing(self, action: Action, meant: str) -> Features:
        """Return what says that an action is told in passing."""
        return {
            "anybody": float(passing.is_about_anybody(action)),
            "ability": float(passing.is_ability(action.verb)),
            "habit": float(passing.is_habit(action, meant)),
            "restrictive": float(passing.is_restrictive(action)),
            "generic": float(passing.is_generic(action, meant, leads=self._leads)),
            "shared_subject": float(subjects.reporting_subject(action.head) is not None),
        }


def _arguments(verb: Token) -> Iterator[Token]:
    """Yield the children of a verb, and the phrases at its object, that name something."""
    for child in verb.children:
        if child.dep_ in ("prep", "dative", "dobj", "attr", "oprd", "acomp", "npadvmod", "agent"):
            yield child
        if child.dep_ in dependencies.OBJECT:
            yield from (inner for inner in child.children if inner.dep_ == "prep")


def of_event(event: Event, past: float, facts: Mapping[str, float], title_words: frozenset[str]) -> Features:
    """Return the features of an event in its document: what its fields hold, and what the document is.

    ``past`` is the share of the text's verbs that are in the past, ``facts`` are features of the document, ``title_words`` the
    words of its title, in lower case.
    """
    words = {
        word.strip(".,'’\"").lower()
        for field in (event.actor, event.target)
        if field is not None
        for word in field.split()
    }
    shared = title_words & words
    return {
        **facts,
        "event_place": float(event.place is not None),
        "event_time": float(event.time is not None),
        "event_date": float(event.time_normalised is not None),
        "event_day": float(event.time_precision == "day"),
        "event_actor": float(event.actor is not None),
        "event_target": float(event.target is not None),
        "event_both": float(event.actor is not None and event.target is not None),
        "event_named": float(event.actor_id is not None) + float(event.target_id is not None),
        "event_amount": float(event.amount is not None),
        "event_hurt": float(event.killed is not None or event.injured is not None),
        "event_count": float(event.count is not None),
        "event_salience": event.salience,
        "event_in_title": len(shared) / max(1, len(words)),
        "event_of_title": len(shared) / max(1, len(title_words)),
        "text_past": past,
    }
