"""Whether the clause under an English verb of speech is a statement that somebody made.

"The display tells you who rings", "we can say that", "he noticed that" and "patients may ask what" report nothing said.
"""

from __future__ import annotations

import functools

from streams.nlp import data
from streams.nlp.entities import gazetteer
from streams.nlp.quotes import document_authors
from streams.nlp.quotes.pronouns import Cue
from streams.nlp.quotes.references import Speaker
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import ParsedParagraph

# The writer, and the reader: what they say is the text itself.
OWN_VOICE = frozenset({"i", "we", "you", "myself", "ourselves"})
_MODALS = frozenset({"may", "might", "could", "can", "should", "would", "ca", "d", "'d", "’d"})
_ASKING_WORDS = frozenset({"whether", "if", "who", "what", "which", "how", "why", "where", "when", "whose"})
# Verbs (lemmas) between whose clause and them the one addressed may stand.
_ADDRESSING = frozenset(
    {"tell", "inform", "remind", "assure", "reassure", "warn", "ask", "advise", "promise", "caution", "instruct", "urge"}
    | {"text", "email", "show", "question", "lecture", "counsel", "beg", "encourage", "order", "request", "admonish"}
)  # fmt: skip
#: Ends of nouns for people: "announcer", "narrator", "environmentalist", "attendee".
PERSONAL = ("er", "or", "ist", "ian", "ant", "ent", "ee", "eur", "ess", "ster", "eer", "ary", "mate", "friend", "graduate", "lady", "mogul", "guy", "kid")  # fmt: skip
_MAX_PHRASE = 12  # tokens of the noun phrase of a source


def is_statement(parsed: ParsedParagraph, cue: Cue, first: int, last: int) -> bool:
    """Return whether tokens ``first`` to ``last``, the clause under a reporting word, are what somebody stated."""
    word = parsed.doc[cue.token]
    head = speaking_token(parsed, cue)
    if head is not None and head.lower_ in OWN_VOICE:
        return False
    if cue.lemma == "according":
        return head is None or _is_told_by(parsed, cue, head)
    if _is_purpose(word):
        return False
    if cue.lemma in listed("thought") or _is_supposed(word):
        return False
    if _is_relative(parsed, first, last) or _has_other_object(word, cue.lemma, first):
        return False
    return head is None or cue.lemma not in listed("showing") or can_speak(head, cue.speaker)


def can_speak(head: Token, speaker: Speaker) -> bool:
    """Return whether a noun names somebody who speaks, or what holds words or figures of somebody, and no other thing."""
    named = head.text[:1].isupper() and (head.left_edge is head or not head.is_sent_start)  # "Bankrate notes"
    if speaker.entity is not None or named or head.tag_ not in ("NN", "NNS"):
        return True
    noun = inflection.singular(head.lower_)
    known = (
        noun in _speaking_nouns() or head.lower_ in _speaking_nouns() or document_authors.is_document(head)
    )
    return known or noun.endswith(("-year-old", "man", "men", "woman", "women", "person", "people"))


@functools.cache
def _speaking_nouns() -> frozenset[str]:
    gaz = gazetteer.english()
    return verbs.people() | gaz.roles | gaz.impersonal | listed("sources") | listed("speakers")


@functools.cache
def listed(key: str) -> frozenset[str]:
    return frozenset(data.words(data.table("reporting")["en"][key]))


def speaking_token(parsed: ParsedParagraph, cue: Cue) -> Token | None:
    """Return the head of the words that name the speaker of a cue, ``None`` if they are not in the paragraph."""
    return head_in(parsed, cue.speaker.start, cue.speaker.end)


def head_in(parsed: ParsedParagraph, start: int, end: int) -> Token | None:
    """Return the head of the words between two offsets, ``None`` if they are not in the paragraph."""
    if not parsed.span.start <= start < parsed.span.end:
        return None
    row = [token for token in parsed.doc if start <= parsed.starts[token.i] and parsed.ends[token.i] <= end]
    return next((token for token in row if token.head not in row or token.head is token), None)


def _is_supposed(verb: Token) -> bool:
    """Return whether somebody only might say something, or the purpose is to tell it: "patients may ask", "to predict who"."""
    if any(child.dep_ == "aux" and child.lower_ in _MODALS for child in verb.lefts):
        return True
    clause = next((child for child in verb.children if child.dep_ == "ccomp"), None)
    asks = clause is not None and clause.left_edge.lower_ in _ASKING_WORDS
    addressed = any(child.dep_ in ("dobj", "dative") and child.lower_ == "you" for child in verb.rights)
    return addressed or (asks and dependencies.is_infinitive(verb))


def _is_purpose(verb: Token) -> bool:
    """Return whether a verb says what something is for: "the best way is to say that"."""
    return (
        dependencies.is_infinitive(verb)
        and verb.dep_ == "xcomp"
        and verb.head.lower_ in ("is", "was", "are", "were", "be")
    )


def _is_relative(parsed: ParsedParagraph, first: int, last: int) -> bool:
    """Return whether a clause begins with the relative pronoun that is its subject: "programmes revealing | that failed"."""
    before = parsed.doc[first]
    return before.lower_ in ("that", "which") and before.dep_ in dependencies.ACTIVE and first < last


def _has_other_object(verb: Token, lemma: str, first: int) -> bool:
    """Return whether a noun that is told stands between a verb and the clause: "proposed a law, and the House is voting"."""
    if lemma in _ADDRESSING or verb.doc[first - 1].lower_ == ":":
        return False
    return any(
        child.dep_ in dependencies.OBJECT and verb.i < child.i < first and child.tag_.startswith("NN")
        for child in verb.rights
    )


def _is_told_by(parsed: ParsedParagraph, cue: Cue, head: Token) -> bool:
    """Return whether "according to" names a source: it opens its clause, or its noun is one; not "varies according to region"."""
    if head.lower_ in ("it", "this", "that") and cue.speaker.entity is None:
        return False
    before = cue.token - 1
    opens = before < 0 or not parsed.lower[before][:1].isalnum() or parsed.doc[cue.token].is_sent_start
    inside = parsed.doc[head.left_edge.i : min(head.right_edge.i + 1, head.i + _MAX_PHRASE)]
    named = any(token.tag_.startswith("NNP") for token in inside)
    person = head.tag_ not in ("NN", "NNS") or inflection.singular(head.lower_).endswith(PERSONAL)
    return (opens and person) or named or can_speak(head, cue.speaker)
