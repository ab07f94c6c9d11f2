"""Spans of indirect speech: statements that the writer reports in his or her own words."""

from __future__ import annotations

import bisect

from streams.nlp.entities import gazetteer
from streams.nlp.quotes.pronouns import Cue
from streams.nlp.quotes.said import statements, unsaid
from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph
from streams.nlp.text import time_expressions

_SUBJECTS = dependencies.ACTIVE | dependencies.PASSIVE
# Tags of verbs of a clause; a tagger takes many a "damaged" for a participle.
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD", "VB", "TO", "VBN"})
_JOINING = frozenset({"that", "whether", "if"})  # words that begin the clause under a verb of speech
# Words behind a comma that begin a clause beside the verb of speech, not under it.
_CONTRASTING = frozenset({"while", "whereas", "although", "though", "because"})
# Verbs (lemmas) of speech with an object that is told.
_TELLING = frozenset({"tell", "inform", "remind", "assure", "warn"})


def span(parsed: ParsedParagraph, cue: Cue) -> tuple[int, int] | None:
    """Return start and end of the statement that a cue reports ("said that ...", "according to X, ..."), or ``None``.

    Offsets are code points into the document's text.
    """
    bounds = _according(parsed, cue) if cue.lemma == "according" else _clause(parsed, cue)
    if bounds is None:
        return None
    first, last = bounds
    doc = parsed.doc
    if doc.lang_ == "en" and not statements.is_statement(parsed, cue, first, last):
        return None
    first, last = _without_links(parsed, cue, first, last)
    return parsed.span_of(first, last) if first < last else None


def _without_links(parsed: ParsedParagraph, cue: Cue, first: int, last: int) -> tuple[int, int]:
    """Return the tokens of a statement without what only joins it: "that", "and" at its end, marks, the number of a note."""
    doc, lower = parsed.doc, parsed.lower
    while first < last and (doc[first].is_punct or (first > cue.token and lower[first] in _JOINING)):
        first += 1
    while last > first and (doc[last].is_punct or lower[last] in ("and", "but", "or")):
        if lower[last] == "”" and "“" in lower[first:last]:
            break
        opening = lower[last] == ")" and "(" in lower[first:last]
        if opening and not (lower[last - 2] == "(" and lower[last - 1].isdigit()):
            break
        last -= 3 if opening else 1
    return first, last


def _clause(parsed: ParsedParagraph, cue: Cue) -> tuple[int, int] | None:
    """Return the token range of the complement clause of a reporting verb, or ``None``."""
    verb = parsed.doc[cue.token]
    if unsaid.is_negated(verb):
        return None
    clauses = [child for child in verb.children if child.dep_ == "ccomp"]
    behind = (c for c in clauses if c.i > verb.i and ";" not in parsed.lower[verb.i : c.left_edge.i])
    clause = next(behind, clauses[0] if clauses else None)
    if clause is None:
        return _in_front(parsed, cue)
    if parsed.quoted[clause.i] or _is_main(verb, clause) or clause.left_edge.lower_ == "so":
        return None  # "asked not to be named so they could speak freely"
    first, last = clause.left_edge.i, clause.right_edge.i
    if first > verb.i + 1 and parsed.lower[first] in _CONTRASTING and parsed.lower[first - 1] == ",":
        return None  # "added a try, while Winter kept the lead"
    apart = range(min(last + 1, verb.i), max(first, verb.i))
    between = parsed.lower[min(last, verb.i) : max(first, verb.i)]
    if first <= verb.i <= last or ";" in between or (last < verb.i and ":" in between):
        return None
    if parsed.doc.lang_ == "en" and (
        any(parsed.quoted[k] and parsed.lower[k].isalpha() for k in apart)
        or not _is_finite(parsed, first, last)
    ):
        return None  # "told them to “cut the power”, what to look for", "confirmed his daughter's passing"
    if first != verb.i + 1:
        return first, last
    return _behind_day(parsed, _behind_recipient(parsed, cue, first), last), last


def _is_finite(parsed: ParsedParagraph, first: int, last: int) -> bool:
    """Return whether a clause has a finite verb or "that", or an infinitive: "demanded he go", not "confirmed her passing"."""
    return parsed.lower[first] == "that" or any(parsed.tags[k] in _FINITE for k in range(first, last + 1))


def _is_main(verb: Token, clause: Token) -> bool:
    """Return whether a clause is the main one, and the verb of speech a participle: "Fees noted on this list | are subject to change"."""
    first = clause.left_edge
    finite = first.tag_ in ("VBZ", "VBP") and (first.i == clause.i or first.dep_ in ("aux", "auxpass"))
    alone = verb.tag_ in ("VBD", "VBN") and not any(child.dep_ == "aux" for child in verb.lefts)
    return finite and alone and first.i > verb.i + 1


def _in_front(parsed: ParsedParagraph, cue: Cue) -> tuple[int, int] | None:
    """Return the token range of the statement before ", she said", if the parser attaches the reporting verb to it."""
    verb = parsed.doc[cue.token]
    if verb.dep_ not in ("parataxis", "advcl") or verb.tag_ not in ("VBD", "VBZ"):
        return None
    if any(child.dep_ in ("mark", "advmod") for child in verb.lefts):
        return None  # "as he said", "when the mayor told them"
    if any(child.dep_ == "xcomp" for child in verb.rights):
        return None  # "they filed a motion, the mayor agreed to be heard"
    first = dependencies.sentence(verb)[0]
    speaker = bisect.bisect_left(parsed.starts, cue.speaker.start)
    comma = next((k for k in range(speaker - 1, first, -1) if parsed.lower[k] == ","), first)
    if not verb.head.i < comma < speaker < verb.i or any(parsed.quoted[first:comma]):
        return None
    return first, comma - 1


def _behind_recipient(parsed: ParsedParagraph, cue: Cue, first: int) -> int:
    """Return the first token of the statement in "told the UN Russia was arming", where the parser takes "the UN Russia" for one name."""
    acronym = first + (parsed.lower[first] == "the")
    country = acronym + 1
    if cue.lemma not in _TELLING or country >= len(parsed.words):
        return first
    word = parsed.words[acronym]
    return country if word.isupper() and parsed.words[country] in gazetteer.english().countries else first


def _behind_day(parsed: ParsedParagraph, first: int, last: int) -> int:
    """Return the first token after "on Thursday" in "said on Thursday it would ...": the day dates the speech, not the statement."""
    k = first
    if parsed.lower[k] == "on" and k + 1 < last:
        k += 1
    return k + 1 if k < last and time_expressions.is_day(parsed.words[k]) else first


def _according(parsed: ParsedParagraph, cue: Cue) -> tuple[int, int] | None:
    """Return the token range of the sentence without its "according to X": what stands before it, else what stands behind.

    What stands behind it is meant, too, where "that" or a colon stands before: "Did you know that, according to X, ...".
    """
    token = parsed.doc[cue.token]
    sentence = token.sent
    low, high = token.left_edge.i, token.right_edge.i
    before = low - 1
    while before > sentence.start and parsed.lower[before] in (",", "(", "—", "–"):
        before -= 1
    if low == sentence.start or parsed.lower[before] in ("that", ":"):
        behind = _behind_source(parsed, cue, high) if parsed.doc.lang_ == "en" else high + 1
        return (behind, sentence.end - 1) if behind < sentence.end else None
    if parsed.lower[before] in ("which", "who", "because", "as") or not _is_clause(
        parsed, sentence.start, low
    ):
        return None
    if parsed.doc.lang_ == "en" and sentence.root.i > high and parsed.lower[high + 1 : high + 2] != ["."]:
        return None  # "the doubts and what has been said, according to X, are a reason"
    return sentence.start, low - 1


def _behind_source(parsed: ParsedParagraph, cue: Cue, high: int) -> int:
    """Return the first token of what "according to X," reports; the parser may join its subject to X: "according to Acme, cheese and milk help".

    ``high`` is the last token that it joins. Then the verb behind has no subject of its own.
    """
    root = parsed.doc[cue.token].sent.root
    subject = next((child for child in root.children if child.dep_ in _SUBJECTS), None)
    commas = [
        k for k in range(cue.token, root.i) if parsed.lower[k] == "," and parsed.ends[k] > cue.speaker.end
    ]
    lost = root.i > high and (subject is None or subject.left_edge.i <= high)
    if not lost or not commas or commas[0] >= high:
        return high + 1
    aside = len(commas) > 1 and parsed.lower[commas[0] + 1] in ("a", "an")  # "Acme, a yearly survey, ..."
    return commas[aside] + 1


def _is_clause(parsed: ParsedParagraph, first: int, behind: int) -> bool:
    """Return whether the tokens from ``first`` to before ``behind`` hold a finite verb."""
    return any(parsed.tags[k] in ("VBD", "VBZ", "VBP", "MD") for k in range(first, behind))
