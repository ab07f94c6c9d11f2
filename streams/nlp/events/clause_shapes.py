"""Forms of the clauses of a dependency parse: what a verb governs, and what it stands for."""

from __future__ import annotations

from streams.nlp.events import word_lists
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.text import time_expressions

_MEASURES = frozenset({"DATE", "TIME", "PERCENT", "MONEY", "QUANTITY"})


def gap(verb: Token) -> Token | None:
    """Return the noun that a clause without a pronoun, or with an infinitive, is about: "the rover NASA plans to fly"."""
    clause = verb
    while clause.dep_ == "xcomp" and clause.head.i < clause.i and not dependencies.objects(clause.head):
        clause = clause.head
    if clause.dep_ not in dependencies.RELATIVE or clause.tag_ not in word_lists.FINITE_TAGS | {
        "VBN",
        "VBG",
        "VB",
    }:
        return None
    noun = clause.head
    if noun.lower_ in word_lists.ADVERBIAL_NOUNS or noun.ent_type_ in ("DATE", "TIME"):
        return None
    if not any(
        child.dep_ in dependencies.ACTIVE and child.tag_ not in ("WP", "WDT") for child in clause.lefts
    ):
        return None
    stranded = any(child.dep_ == "prep" and not any(child.children) for child in verb.children)
    asked = any(token.tag_ in ("WRB", "WDT", "WP", "WP$") for token in verb.doc[noun.i + 1 : clause.i])
    led = any(child.lower_ == "that" and child.dep_ == "mark" for child in clause.lefts)
    return None if stranded or asked or led or dependencies.has_passive_auxiliary(verb) else noun


def mislabelled_objects(verb: Token) -> list[Token]:
    """Return the noun right behind a verb that a parser took for a clause or a measure: "one shot" in "allowed only one shot", "Norway" in
    "beat Norway 2-0"."""
    for child in verb.rights:
        if child.dep_ not in ("ccomp", "npadvmod") or child.left_edge.i != verb.i + 1:
            continue
        counted = child.tag_ in ("NN", "NNS") and any(inner.dep_ == "nummod" for inner in child.lefts)
        scored = child.tag_ == "NNP" and any(inner.dep_ == "nummod" for inner in child.rights)
        measure = child.ent_type_ in _MEASURES or child.lower_ in ("percent", "%", "cent", "times")
        clause = any(inner.dep_ in dependencies.ACTIVE for inner in child.lefts)
        words = child.doc[child.left_edge.i : child.right_edge.i + 1].text
        if (counted or scored) and not (measure or clause or time_expressions.is_time(words)):
            return [child]
    return []


def shares_object(verb: Token) -> Token | None:
    """Return the verb right behind "and" that has the object of this one, too: "jammed" in "destroyed and jammed 55 missiles"."""
    behind = verb.doc[verb.i + 1 : verb.i + 3]
    if len(behind) < 2 or behind[0].dep_ != "cc" or behind[1].dep_ != "conj" or behind[1].head.i != verb.i:
        return None
    kind = verbs.event_classes().get(verbs.lemma(verb.text, verb.tag_))
    past = {verb.tag_, behind[1].tag_} <= {"VBD", "VBN"}
    alike = (past or behind[1].tag_ == verb.tag_) and kind not in (
        None,
        "move",
        "die",
        "meet",
        "protest",
        "win",
    )
    return behind[1] if alike else None


def is_reference(verb: Token) -> bool:
    """Return whether a participle refers to another clause, or is part of a name of somebody: "as ordered by the court",
    "against defending champion Denmark", "a herder named Kaldi"."""
    if (
        verb.dep_ == "acl"
        and verb.tag_ == "VBN"
        and verbs.lemma(verb.text, verb.tag_) in word_lists.NAMING_VERBS
    ):
        return any(
            child.dep_ == "oprd" and child.tag_.startswith("NN") and child.i > verb.i for child in verb.rights
        )
    behind = verb.i + 1
    if verb.tag_ == "VBG" and behind < len(verb.doc) and verb.doc[behind].lower_ in ("champion", "champions"):
        return True
    words = [child.lower_ for child in verb.lefts]
    return verb.tag_ == "VBN" and words == ["as"]


def is_consequence(verb: Token) -> bool:
    """Return whether a participle behind a comma tells what the whole clause before it led to: "..., sparking protests"."""
    before = verb.left_edge.i - 1
    own = any(child.dep_ in dependencies.ACTIVE for child in verb.lefts)
    return bool(
        verb.tag_ == "VBG"
        and verb.dep_ == "advcl"
        and not own
        and before >= 0
        and verb.doc[before].text == ","
    )


def change(verb: Token) -> Token | None:
    """Return the noun of an amount of change: "percent" in "fell 6 percent"."""
    amount = dependencies.amount(verb)
    return verb.doc[amount[1]] if amount is not None else None


def governs_infinitive(verb: Token) -> bool:
    return any(child.dep_ == "xcomp" for child in verb.children)


def is_main(verb: Token) -> bool:
    """Return whether a verb is finite and the main one of its sentence, or of what somebody is reported to say."""
    going_on = verb.tag_ == "VBG" and any(child.dep_ == "aux" for child in verb.lefts)
    return (verb.tag_ in ("VBD", "VBZ", "VBP", "VBN") or going_on) and _is_uppermost(verb)


def is_announced(verb: Token) -> bool:
    """Return whether a verb is the main one of its sentence, or of what is reported, and says what will be: "will respond"."""
    will = verb.tag_ == "VB" and any(child.lower_ in word_lists.FUTURE_AUXILIARIES for child in verb.lefts)
    return will and _is_uppermost(verb)


def _is_uppermost(verb: Token) -> bool:
    """Return whether only verbs that report, or that it is coordinated with, are above a verb."""
    for _ in range(3):
        if verb.dep_ == "ROOT":
            return True
        if verb.dep_ not in ("conj", "ccomp"):
            return False
        verb = verb.head
    return False


def is_compound(verb: Token) -> bool:
    """Return whether a verb is the second part of a hyphenated word that a tokenizer parted: "faulted" in "double-faulted"."""
    if verb.i < 2 or verb.nbor(-1).text != "-":
        return False
    return not (verb.nbor(-1).whitespace_ or verb.nbor(-2).whitespace_)


def is_about_somebody(verb: Token) -> bool:
    """Return whether "who" is the subject of a verb."""
    return any(child.lower_ == "who" and child.dep_ in dependencies.ACTIVE for child in verb.lefts)
