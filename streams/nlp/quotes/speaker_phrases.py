"""The noun phrases that name speakers: their heads, the names in them and beside them, the examples behind them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from streams.nlp.entities import gazetteer
from streams.nlp.entities.coreference import EntityIndex
from streams.nlp.quotes import adjacent_speaker, document_authors
from streams.nlp.quotes.pronouns import PREPOSITIONS
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.records import Entity

_TEAM = re.compile(r" and ((?:his|her|their) (?:team|colleagues|co-?authors|group|staff|aides|allies))\b")
_HYPHENATED = re.compile(r"(?:-\w+)+")
MUTE_LABELS = frozenset({"NORP", "LANGUAGE", "EVENT", "LAW"})  # labels of entities that cannot speak
_MAX_EXAMPLES = 10  # words of the examples behind "like"
_MAX_OFFICE = 40  # code points between an organisation and the name of its president
_BEFORE_NAME = (
    "NN",
    "JJ",
    "CC",
    "HY",
    ",",
    "DT",
    "CD",
    "VBG",
)  # tags, cut to their first letters, of titles and offices
_LINKS = frozenset({"which", "that", "whom", "where", "when", "as"})
_BETWEEN = frozenset({"also", "then", "later", "has", "had", "have", "himself", "herself"})


def head_of(parsed: ParsedParagraph, first: int, last: int) -> Token:
    """Return the head of tokens ``first`` to ``last``: the first whose own head lies outside of them."""
    row = [parsed.doc[k] for k in range(first, last + 1)]
    return next((token for token in row if not first <= token.head.i <= last or token.head is token), row[-1])


def without_link(parsed: ParsedParagraph, first: int, last: int) -> int:
    """Return the first token of a noun phrase behind what only links it to the words before: "which one tester", ". Keep"."""
    while first < last and (not parsed.words[first][:1].isalnum() or parsed.lower[first] in _LINKS):
        if parsed.words[first][:1] in "@$€£#" or parsed.tags[first] == "DT":
            break
        first += 1
    return first


def with_examples(head: Token, last: int) -> int:
    """Return the last token of a noun phrase that ends at ``last``, with the examples behind it: "towns like Oslo and Leeds"."""
    for child in head.children:
        if child.left_edge.i != last + 1 or child.dep_ != "prep" or child.lower_ not in ("like", "as"):
            continue
        inside = list(child.subtree)
        long = len(inside) > _MAX_EXAMPLES or any(token.dep_ in dependencies.RELATIVE for token in inside)
        return last if long else _with_last(inside[-1].doc, int(inside[-1].i) - int(inside[-1].is_punct))
    return last


def _with_last(doc: Token, last: int) -> int:
    """Return the last token of a list that ends at ``last``, with a name behind "and" that the parser joins elsewhere."""
    row = [token.lower_ for token in doc[last + 1 : last + 3]]
    skipped = 2 if row == [",", "and"] else 1 if row[:1] == ["and"] else 0
    end = last + skipped
    while skipped and end + 1 < len(doc) and doc[end + 1].tag_.startswith("NNP"):
        end += 1
    return end if end > last + skipped else last


def main_verb(parsed: ParsedParagraph, verb: Token) -> Token:
    """Return the verb whose subject speaks: for a participle behind a comma the finite verb, "Ida urged Anna to come, saying ..."."""
    if (
        verb.tag_ != "VBG"
        or verb.i == 0
        or parsed.lower[verb.i - 1] != ","
        or not dependencies.is_verb(verb.head)
    ):
        return verb
    above = verb.head
    while dependencies.is_infinitive(above) and above.dep_ == "xcomp" and dependencies.is_verb(above.head):
        above = above.head
    return above if above is not verb.head and above.dep_ != "ccomp" else verb


def person_above(head: Token, verb: Token) -> Token | None:
    """Return the person whom "who" stands for where the parser joins it to the noun before: "an official from the mosque, who said"."""
    relative = verb.dep_ in dependencies.RELATIVE and verb.head.i == head.i
    if not relative or not any(child.lower_ == "who" for child in verb.lefts) or _is_person(head):
        return None
    above = head.head.head if head.dep_ == "pobj" and head.head.dep_ == "prep" else None
    return above if above is not None and head.tag_ == "NN" and _is_person(above) else None


def _is_person(noun: Token) -> bool:
    return _is_role(noun.lower_)


def _is_role(word: str) -> bool:
    single = inflection.singular(word)
    return single in verbs.people() or single in gazetteer.english().roles


def who_tells_of(head: Token, verb: Token) -> Token | None:
    """Return the verb whose subject speaks in a participle that the parser joins to a thing: "Holm confirmed the plan saying ..."."""
    joined = verb.tag_ == "VBG" and verb.dep_ == "acl" and verb.head.i == head.i
    told = head.dep_ in dependencies.OBJECT and head.tag_ == "NN" and dependencies.is_verb(head.head)
    noun = inflection.singular(head.lower_)
    speaks = document_authors.is_document(head) or _is_person(head) or noun in gazetteer.english().bodies
    several = any(child.lower_ == "of" for child in head.rights)  # "a series of rowers declaring"
    return head.head if joined and told and not speaks and not several else None


def name_before_verb(
    parsed: ParsedParagraph, head: Token, verb: Token, entities: EntityIndex
) -> Token | None:
    """Return the last token of the name that stands right before a verb of speech and belongs to its subject ``head``.

    It ends a row of offices ("chairman and president Ida Holm said"), or is set between commas behind a noun of its kind
    ("the group that owns the mine, Acme, says").
    """
    k = verb.i - 1
    while k > head.i and (parsed.lower[k] in _BETWEEN or parsed.tags[k] == "RB"):
        k -= 1
    aside = k > head.i and parsed.lower[k] == ","
    last = k - 1 if aside else k
    if last <= head.i or head.tag_.startswith(("PRP", "W", "DT")) or parsed.quoted[last]:
        return None
    if any(
        one.label == "PERSON" for _a, _b, one in entities.within(parsed.starts[head.i], parsed.ends[head.i])
    ):
        return None
    named = entities.within(parsed.starts[last], parsed.ends[last])
    if not named or named[-1][1] > parsed.ends[last] or named[-1][0] <= parsed.starts[head.i]:
        return None
    start, _end, entity = named[-1]
    first = next(n for n in range(last + 1) if parsed.ends[n] > start)
    if aside:
        noun = inflection.singular(head.lower_)
        people = noun in verbs.people() or noun in gazetteer.english().roles
        kind = "PERSON" if people else "ORG" if noun in gazetteer.english().bodies else None
        return parsed.doc[last] if entity.label == kind and parsed.lower[first - 1] == "," else None
    row = range(head.i + 1, first)
    office = all(parsed.tags[n].startswith(_BEFORE_NAME) for n in row)
    close = entity.label == "ORG" and first == head.i + 1  # "the tracking app Acme reported"
    return parsed.doc[last] if office and (entity.label == "PERSON" or close) else None


def seen_saying(parsed: ParsedParagraph, verb: Token, entities: EntityIndex) -> Token | None:
    """Return the last token of the person's name right before a participle: Holm in "footage of Ida Holm saying"."""
    if verb.tag_ != "VBG" or verb.i == 0:
        return None
    named = entities.within(parsed.starts[verb.i - 1], parsed.ends[verb.i - 1])
    if not named or named[-1][2].label != "PERSON" or named[-1][1] != parsed.ends[verb.i - 1]:
        return None
    before = bisect.bisect_left(parsed.starts, named[-1][0]) - 1
    seen = verb.dep_ in ("acl", "pcomp", "ccomp") or (before >= 0 and parsed.lower[before] == "of")
    return parsed.doc[verb.i - 1] if seen else None


def joined(
    text: str, first: Entity, start: int, near: Sequence[tuple[int, int, Entity]]
) -> tuple[int, int, Entity | None] | None:
    """Return who is joined by "and" to a person that begins at ``start``: Winter in "Holm and Winter write", "her team" without an entity."""
    for k, (a, b, one) in enumerate(near):
        if a != start or one is not first or one.label != "PERSON":
            continue
        team = _TEAM.match(text, b)
        if team is not None:
            return *team.span(1), None
        for other in near[k + 1 : k + 2]:
            if other[2].label == "PERSON" and other[2] is not one and text[b : other[0]] == " and ":
                return other
    return None


def is_owned(parsed: ParsedParagraph, first: int, start: int, entity: Entity, entities: EntityIndex) -> bool:
    """Return whether a name only says whose the speaker is: "the owner of Acme", "a lawyer for Ida Holm"."""
    k = bisect.bisect_left(parsed.starts, start) - 1
    while k > first and parsed.lower[k] in ("the", "a", "an"):
        k -= 1
    if k <= first or parsed.lower[k] not in PREPOSITIONS:
        return False
    inside = entities.within(parsed.starts[first], parsed.starts[k])
    return not any(other.label == "PERSON" for _a, _b, other in inside) and entity.label in ("PERSON", "ORG")


def is_no_clause(parsed: ParsedParagraph, verb: Token) -> bool:
    """Return whether a participle of speech has no subject of its own: "Acme's reported average", "Acme accused of “...”" in a headline."""
    if verb.tag_ not in ("VBN", "VBD") or verb.i == 0:
        return False
    behind = parsed.lower[verb.i + 1] if verb.i + 1 < len(parsed.lower) else ""
    return parsed.tags[verb.i - 1] == "POS" or (verb.lower_ == "accused" and behind == "of")


def entity_finder(parsed: ParsedParagraph, entities: EntityIndex) -> adjacent_speaker.LastEntityToken:
    """Return a function that finds the last token of an entity that may speak within a token range of a paragraph."""

    def named(first: int, last: int) -> int | None:
        if first > last:
            return None
        inside = entities.within(*parsed.span_of(first, last))
        ends = [b for _a, b, entity in inside if entity.label not in MUTE_LABELS]
        return bisect.bisect_left(parsed.ends, ends[-1]) if ends else None

    return named


def is_in_name(parsed: ParsedParagraph, k: int, entities: EntityIndex) -> bool:
    """Return whether a token is a word of a name: "hold" of a book's title."""
    return parsed.words[k][0].isupper() and any(
        b - a > len(parsed.words[k]) for a, b, _entity in entities.within(parsed.starts[k], parsed.ends[k])
    )


def hyphenated(text: str, end: int) -> int:
    """Return the length of the rest of a word whose first part ends at an offset: 5 at "ex" of "ex-wife"."""
    rest = _HYPHENATED.match(text, end)
    return len(rest.group()) if rest is not None else 0


def without_club(text: str, people: list[tuple[int, int, Entity]]) -> list[tuple[int, int, Entity]]:
    """Return people without a first one that is the name of the second one's team: "Northquay Town" of "Northquay Town coach Ida Holm"."""
    if len(people) < 2:
        return people
    between = text[people[0][1] : people[1][0]].split()
    office = bool(between) and between[-1].lower() in gazetteer.english().roles | verbs.people()
    return people[1:] if office and all(word.isalpha() and word.islower() for word in between) else people


def behind_office(
    parsed: ParsedParagraph, start: int, end: int, entity: Entity, entities: EntityIndex
) -> tuple[int, int, Entity]:
    """Return the person whose office an organisation's name begins, "CPUC President Ida Holm", else the mention itself."""
    if entity.label == "PERSON":
        return start, end, entity
    for a, b, other in entities.within(end, min(end + _MAX_OFFICE, parsed.span.end)):
        first, last = (bisect.bisect_left(parsed.starts, at) for at in (end, a))
        tags, words = parsed.tags[first:last], parsed.lower[first:last]
        if words[:1] in (["’s"], ["'s"]):  # "Acme’s chief economist, Ida Holm"
            tags, words = tags[1:], words[1:]
            aside = words[-1:] == [","]
            tags, words = (tags[:-1], words[:-1]) if aside else (tags, words)
            if not words or not _is_role(words[-1]):
                continue
        if other.label == "PERSON" and all(tag[:2] in ("NN", "JJ") for tag in tags):
            return a, b, other
    return start, end, entity


def in_commas(text: str, head: Token, end: int, entities: EntityIndex) -> tuple[int, int, Entity] | None:
    """Return the person between commas behind a noun for a person that ends at ``end``: "his nominee for mayor, Ida Holm, had said"."""
    noun = head.lower_
    if noun not in verbs.people() and noun not in gazetteer.english().roles:
        return None
    for a, b, entity in entities.within(end, end + 3):
        if entity.label == "PERSON" and text[end:a] == ", " and text[b : b + 1] == ",":
            return a, b, entity
    return None


def is_of_some(word: Token) -> bool:
    """Return whether a pronoun has those that it is of: "one of our testers"."""
    return any(
        child.lower_ == "of"
        and any(inner.dep_ == "pobj" and inner.tag_.startswith("NN") for inner in child.children)
        for child in word.rights
    )


def is_addressed(parsed: ParsedParagraph, head: Token, meant: Entity | None, entities: EntityIndex) -> bool:
    """Return whether somebody is spoken to by the verb whose subject is a pronoun: Holm in "she told Holm"."""
    told = [child for child in head.head.rights if child.dep_ in ("dobj", "dative") and child.tag_ == "NNP"]
    return meant is not None and any(
        entity is meant
        for child in told
        for _a, _b, entity in entities.within(parsed.starts[child.i], parsed.ends[child.i])
    )
