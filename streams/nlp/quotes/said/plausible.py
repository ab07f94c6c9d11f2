"""Whether an English passage with the speaker found for it is something that somebody said, by the words around both.

A thing without an author says nothing ("the installation, entitled “...”"); a slogan, the name of a product and what people only may call a thing
are nobody's words.
"""

from __future__ import annotations

from collections.abc import Sequence

from streams.nlp.quotes import sentence_context, speech
from streams.nlp.quotes.definite import organisation_nouns
from streams.nlp.quotes.pronouns import Cue
from streams.nlp.quotes.references import Speaker
from streams.nlp.quotes.said import statements, unsaid
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

_MAX_NAME = 5  # words of a slogan or the name of a product
_MARKS = frozenset({'"', "“", "”", "„", "‘", "’", "'", "«", "»", "``", "''", ",", ":"})
# Nouns and participles before a slogan, a title or a name in marks.
_TITLES = frozenset({"slogan", "tagline", "motto", "hashtag", "button", "template", "titled", "entitled", "nicknamed", "headlined", "subtitled"})  # fmt: skip
# Nouns for what makers give names to: "a feature it calls “...”".
_PRODUCTS = frozenset({"feature", "tool", "service", "product", "app", "programme", "program", "mode", "system", "technology", "model", "device",
                       "platform", "plan", "package", "line", "series", "collection", "machine", "design", "fit"})  # fmt: skip
_MODALS = frozenset({"may", "might", "could", "can", "should", "would", "ca", "'d", "’d"})
_OBJECTS = frozenset({"him", "her", "them", "us", "me", "it"})
_FUTURE = frozenset({"will", "'ll", "’ll"})
_SUBORDINATORS = frozenset({"while", "although", "though", "if", "because", "since", "unless"})
_QUANTITIES = frozenset({"percent", "per", "majority", "number", "group", "series", "half", "third", "quarter", "hundred", "thousand", "million",
                         "handful", "share", "couple", "dozen", "version", "part", "rest"})  # fmt: skip


def is_spoken(
    parsed: ParsedParagraph, n: int, speaker: Speaker, cues: Sequence[Cue], *, saying: bool
) -> bool:
    """Return whether quotation ``n`` of a paragraph may be what its speaker said; ``saying``: the verb means nothing else."""
    first, behind = parsed.ranges[n]
    words = speech.word_count(" ".join(parsed.words[first:behind]))
    if words <= _MAX_NAME and _is_name(parsed, first):
        return False
    cue = _nearest(cues, speaker, first) if words <= _MAX_NAME else None
    if cue is not None and (_is_only_possible(parsed, cue) or _is_aside(parsed, first, behind, cue)):
        return False
    told = _nearest(cues, speaker, first)
    if told is not None and told.token < first and unsaid.is_denied(parsed.doc[told.token]):
        return False  # "cannot claim they “did not know”"
    if speaker.entity is not None:
        return True
    return is_phrase(speaker) and (saying or _is_speaker(parsed, speaker))


def is_phrase(speaker: Speaker) -> bool:
    """Return whether the words that name a speaker may be a noun phrase: not "the site’s", not "because the engines"."""
    shown = speaker.name
    joined = shown.split()[0].lower() in ("because", "between", "than") or shown.lower() in _OBJECTS
    return any(c.isalnum() for c in shown) and not shown.endswith(("’s", "'s", "‘s")) and not joined


def _is_speaker(parsed: ParsedParagraph, speaker: Speaker) -> bool:
    """Return whether the words that name a speaker name somebody, or what has an author; true of what cannot be told."""
    if any(word[:1].isupper() for word in speaker.name.split()[1:]):
        return True
    head = statements.head_in(parsed, speaker.start, speaker.end)
    return head is None or _may_speak(head, speaker)


def _may_speak(head: Token, speaker: Speaker) -> bool:
    noun = inflection.singular(head.lower_)
    if (
        head.tag_ not in ("NN", "NNS")
        or statements.can_speak(head, speaker)
        or noun.endswith(statements.PERSONAL)
    ):
        return True
    if noun in _QUANTITIES or organisation_nouns.is_body(noun) or noun.endswith("-old"):
        return True
    inner = [
        word
        for child in head.rights
        if child.lower_ == "of"
        for word in child.children
        if word.dep_ == "pobj"
    ]
    return bool(inner) and _may_speak(inner[0], speaker)


def _nearest(cues: Sequence[Cue], speaker: Speaker, first: int) -> Cue | None:
    own = [cue for cue in cues if cue.speaker.start == speaker.start and cue.speaker.name == speaker.name]
    return min(own, key=lambda cue: abs(cue.token - first)) if own else None


def _is_name(parsed: ParsedParagraph, first: int) -> bool:
    """Return whether a slogan, a title or the name of a product is quoted at token ``first``."""
    k = first - 1
    while k >= 0 and parsed.lower[k] in _MARKS:
        k -= 1
    if k < 0 or parsed.quoted[k]:
        return False
    if parsed.lower[k] in _TITLES:
        return True
    word = parsed.doc[k]
    if word.lower_ == "as" and k:
        word = word.nbor(-1)
        if word.lower_ == "to" and word.i:
            word = word.nbor(-1)
    lemma = verbs.lemma(word.text, word.tag_)
    if lemma not in ("call", "name", "dub", "term", "brand", "refer", "know", "label"):
        return False
    if word.dep_ in (*dependencies.RELATIVE, "acl") and word.head.lower_ in _PRODUCTS:
        return True
    return (
        word.tag_ in ("VBN", "VBD")
        and not any(
            child.dep_ in (*dependencies.ACTIVE, *dependencies.OBJECT, "agent") for child in word.children
        )
        and (word.dep_ == "acl" or dependencies.has_passive_auxiliary(word))
    )


def _is_only_possible(parsed: ParsedParagraph, cue: Cue) -> bool:
    """Return whether somebody only may call a thing so, or would do something with it: "preparers may call them “refund loans”"."""
    verb = parsed.doc[cue.token]
    modals = {child.lower_ for child in verb.lefts if child.dep_ == "aux"}
    other = cue.lemma not in verbs.indirect_reporting() and bool(_FUTURE & modals)
    return (cue.weak and bool(_MODALS & modals)) or other


def _is_aside(parsed: ParsedParagraph, first: int, behind: int, cue: Cue) -> bool:
    """Return whether a few quoted words stand in a clause before the one that reports: "While “quick edit” is free, Acme says"."""
    start = sentence_context.sentence_start(parsed, first)
    if cue.token < behind or start >= first or parsed.lower[start] not in _SUBORDINATORS:
        return False
    comma = next((k for k in range(behind, cue.token) if parsed.lower[k] == ","), None)
    return comma is not None and any(
        parsed.tags[k] in ("VBD", "VBZ", "VBP", "MD") for k in range(behind, comma)
    )
