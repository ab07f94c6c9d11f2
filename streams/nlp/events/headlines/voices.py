"""How a word of a headline may be its main verb: in which form and voice."""

from __future__ import annotations

from collections.abc import Iterator

from streams.nlp.events import word_lists
from streams.nlp.events.headlines import forms
from streams.nlp.syntax import verbs
from streams.nlp.syntax.dependencies import Token
from streams.nlp.text.stop_words import stop_words

#: How a word is a main verb: in the present or an active past form; as a passive participle; as one in "-ing"; as an infinitive that stands for
#: the future; with its auxiliary.
PRESENT, PAST, PASSIVE, GOING, COMING, WHOLE = "present", "past", "passive", "going", "coming", "whole"
_AUXILIARIES = frozenset(
    {"is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "do", "does", "did", "'s", "’s", "'re", "’re", "to"}
    | {"will", "would", "can", "could", "may", "might", "must", "shall", "should", "wo", "ca", "'ll", "’ll", "'d", "’d", "'ve", "’ve"}
)  # fmt: skip
_BE = frozenset(
    {"is", "are", "was", "were", "be", "been", "being", "'s", "’s", "'re", "’re", "get", "gets", "got"}
)
_HAVE = frozenset({"has", "have", "had", "'ve", "’ve", "'s", "’s"})
_NEGATIONS = frozenset({"not", "n't", "n’t", "never"})
# Tags of words that are no verbs, unless a tagger does not know better: "axe".
_CLOSED = frozenset(
    {"IN", "TO", "DT", "CC", "PRP", "PRP$", "RP", "MD", "WP", "WDT", "WRB", "EX", "CD", "POS"}
)
_GOVERNORS = frozenset(
    {"begin", "start", "continue", "get", "go", "come"}
)  # verbs with an infinitive besides those of modality
_ADVERBS = 3  # that may stand between an auxiliary and its verb


def of(token: Token) -> Iterator[str]:
    """Yield how a token may be the main verb."""
    lower = token.lower_
    closed = token.tag_ in _CLOSED and (lower in stop_words("en") or lower not in forms.tags())
    if closed or not lower.replace("-", "").isalpha():
        return
    tags = {tag for _lemma, tag in forms.tags().get(lower, ())}
    if token.tag_.startswith("VB") and not tags and lower not in _AUXILIARIES:
        tags.add(token.tag_)
        if token.tag_ in ("VBD", "VBN"):
            tags |= {"VBD", "VBN"}
    lead = _auxiliary(token)
    if lead == "to":
        if "VB" in tags and not _is_purpose(token):
            yield COMING
        return
    if lead is not None:
        if tags and (lead not in _BE | _HAVE or not tags.isdisjoint({"VBN", "VBG"})):
            yield COMING if _is_coming_passive(token) else WHOLE
        return
    if not tags.isdisjoint({"VB", "VBZ", "VBP"}) and not _is_plural(token, tags):
        yield PRESENT
    if "VBD" in tags:
        yield PAST
    if "VBN" in tags:
        yield PASSIVE
    if "VBG" in tags:
        yield GOING


def _auxiliary(token: Token) -> str | None:
    """Return the auxiliary before a token, in lower case; adverbs may stand between."""
    at = token.i - 1
    while (
        at >= 0
        and token.i - at <= _ADVERBS
        and (token.doc[at].lower_ in _NEGATIONS or token.doc[at].tag_ in ("RB", "RBR"))
    ):
        at -= 1
    if at < 0:
        return None
    before = token.doc[at]
    if before.lower_ in ("'s", "’s") and before.tag_ == "POS":
        return None
    if before.lower_ in ("to", "'s", "’s") and before.tag_ not in ("TO", "VBZ"):
        return None
    return str(before.lower_) if before.lower_ in _AUXILIARIES else None


def _is_plural(token: Token, tags: set[str]) -> bool:
    """Return whether a word before an infinitive is a plural: "talks to resume", not "plans to resume" or "fails to act"."""
    behind = token.doc[token.i + 1 : token.i + 3]
    if "VBZ" not in tags or len(behind) < 2 or behind[0].lower_ != "to" or behind[1].tag_ != "VB":
        return False
    return verbs.lemma(token.text, "VBZ") not in word_lists.MODALITY_BY_GOVERNOR.keys() | _GOVERNORS


def _is_purpose(token: Token) -> bool:
    """Return whether an infinitive says what something is meant for: "plan to close the mine", not "talks to resume"."""
    to = next(k for k in range(token.i - 1, -1, -1) if token.doc[k].lower_ == "to")
    if to == 0 or token.doc[to - 1].lower_ not in word_lists.INTENTION_NOUNS:
        return False
    behind = token.doc[token.i + 1].tag_ if token.i + 1 < len(token.doc) else ""
    whole = behind.startswith("NN") or behind in ("DT", "PRP$", "CD", "JJ")
    return whole or token.lower_ not in word_lists.HEADLINE_INTRANSITIVES


def _is_coming_passive(token: Token) -> bool:
    """Return whether a participle follows "to be"."""
    before = [word.lower_ for word in token.doc[max(0, token.i - 3) : token.i]]
    return "to" in before and "be" in before
