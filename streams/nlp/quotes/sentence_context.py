"""The sentence around a quotation: where it begins, what governs it, how it goes on, whether the quotation is a term in it."""

from __future__ import annotations

from streams.nlp.quotes.pronouns import Cue
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_QUOTE_MARKS = frozenset({'"', "“", "”", "„", "‘", "’", "'", "«", "»", "``", "''"})
_MAX_TERM = 3  # words of a term in marks: a "fare history" graph
_MAX_CLAUSE = 12  # words of a clause that is a term: the "cut at 75 columns" rule
# Nouns for words that somebody said: "his “never give up” speech".
_SAID = frozenset({"speech", "remark", "remarks", "comment", "comments", "statement", "claim", "message", "post", "tweet", "promise", "pledge",
                   "call", "calls", "cry", "chant", "chants", "response", "question", "quote", "line", "declaration", "assertion"})  # fmt: skip
# Verbs (lemmas) whose object is the subject of what stands behind "of": "accused Holm of wanting to “...”".
_BLAMING = frozenset({"accuse", "blame", "charge", "suspect", "criticise", "criticize"})


def ancestors(parsed: ParsedParagraph, first: int) -> set[int]:
    """Return the indices of the ancestors of the token at ``first`` in the dependency tree."""
    found: set[int] = set()
    if first >= len(parsed.lower):
        return found
    token = parsed.doc[first]
    while token.is_punct and token.i + 1 < len(parsed.doc):  # the mark belongs to the clause around it
        token = token.nbor()
    while token.head is not token and token.head.i not in found:
        token = token.head
        found.add(token.i)
    return found


def continues_with_verb(parsed: ParsedParagraph, behind: int, high: int) -> bool:
    """Return whether the sentence continues with another verb of the same subject: 'called it "a trap" and demanded', ', saying'."""
    k = next((k for k in range(behind, high) if parsed.lower[k].isalnum()), None)
    return k is not None and (parsed.lower[k] in ("and", "but") or parsed.tags[k] == "VBG")


def token_at(parsed: ParsedParagraph, offset: int) -> int:
    return next((k for k, start in enumerate(parsed.starts) if start >= offset), len(parsed.starts))


def is_reporting_tail(parsed: ParsedParagraph, cue: Cue, behind: int) -> bool:
    """Return whether a full stop is followed only by a tail such as "he said", not by a sentence with its own quotation."""
    while behind < len(parsed.words) and parsed.words[behind] in _QUOTE_MARKS:
        behind += 1
    rest = parsed.words[behind:]
    end = next((n for n, word in enumerate(rest) if word in (".", "!", "?", ":")), len(rest))
    if end > 8 or (end < len(rest) and rest[end] == ":") or cue.token >= behind + end:
        return False
    ends_clause = not cue.weak and rest[cue.token + 1 - behind : cue.token + 2 - behind] in ([], ["."], [","])
    return ends_clause or not rest[0].istitle()


def colon_before(parsed: ParsedParagraph, first: int) -> int | None:
    """Return the token of the colon right before the quotation at ``first``, ``None`` if there is none."""
    k = first - 1
    while k >= 0 and parsed.lower[k] in _QUOTE_MARKS:
        k -= 1
    return k if k >= 0 and parsed.lower[k] == ":" and not parsed.quoted[k] else None


def is_tail(parsed: ParsedParagraph, cue: Cue, low: int) -> bool:
    """Return whether a clause that begins at token ``low`` behind a comma ends its sentence with a verb of speech: ", the bureau said."."""
    k = low - 1
    while k > 0 and parsed.tags[k] in ("DT", "JJ", "NN", "NNP", "PRP$"):
        k -= 1
    behind = cue.token + 1
    ends = behind >= len(parsed.lower) or parsed.lower[behind] in (".", "!", "?")
    return not cue.weak and ends and k > 0 and parsed.lower[k] == ","


def sentence_start(parsed: ParsedParagraph, first: int) -> int:
    """Return the first token of the sentence that leads into the quotation at ``first``, found by punctuation."""
    for k in range(first - 1, -1, -1):
        if parsed.lower[k] not in (".", "!", "?"):
            continue
        if not parsed.quoted[k]:
            if k < first - 1:
                return k + 1
        elif k + 2 >= first:
            return first
        elif parsed.words[k + 2][:1].isupper() and not parsed.quoted[k + 2]:
            return k + 2
    return 0


def is_modifier(parsed: ParsedParagraph, n: int) -> bool:
    """Return whether quotation ``n`` of a paragraph only modifies the noun behind it: "an “active control” design"."""
    first, behind = parsed.ranges[n]
    row = [k for k in range(first, behind) if parsed.lower[k][:1].isalnum()]
    if not row or len(row) > _MAX_CLAUSE:
        return False
    k = behind
    while k < len(parsed.lower) and parsed.lower[k] in ('"', "”", "’", "'", "»", "''"):
        k += 1
    before = first - 1
    while before >= 0 and not parsed.lower[before][:1].isalnum():
        before -= 1
    if k >= len(parsed.lower) or before < 0:
        return False
    determined = parsed.tags[before] in ("DT", "PRP$", "JJ", "POS")
    noun = parsed.tags[k] in ("NN", "NNS") and parsed.words[k].islower()
    if len(row) > _MAX_TERM and (parsed.lower[k] in _SAID or parsed.lower[behind - 1] == ","):
        return False
    return determined and noun


def is_gerund(parsed: ParsedParagraph, verb: int) -> bool:
    """Return whether a verb is a gerund behind a preposition, which reports nothing before it: "“...” by estimating", "and moved on to adding"."""
    return parsed.tags[verb] == "VBG" and verb > 0 and parsed.tags[verb - 1] in ("IN", "TO", "WRB")


def blaming(parsed: ParsedParagraph, verb: int) -> int | None:
    """Return the verb of who accuses somebody of what ``verb`` says, in whose words it is: "Holm accused Winter of trying to “...”"."""
    gerund = parsed.doc[verb]
    above = gerund.head.head
    accused = gerund.dep_ == "pcomp" and gerund.head.lower_ in ("of", "for") and dependencies.is_verb(above)
    return int(above.i) if accused and verbs.lemma(above.text, above.tag_) in _BLAMING else None
