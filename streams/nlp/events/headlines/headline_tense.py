"""Headlines in which a parser finds no verb, read again with the verb in the past tense, or with "will" for the future.

"Kenyan runner breaks marathon record" is a noun phrase to a parser of running text: third persons and plurals look alike. In the past
tense, "Kenyan runner broke marathon record", it is a sentence. So is "Vega layoffs will begin today", where the headline has "to". A word of
the headline is exchanged for one that is unmistakable, the rest stays as it is, and so do the offsets.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from streams.nlp import data
from streams.nlp.events import word_lists
from streams.nlp.events.headlines import headline
from streams.nlp.syntax import dependencies, inflection, verbs
from streams.nlp.syntax.dependencies import Token

if TYPE_CHECKING:
    from spacy.tokens import Doc

_MAX_READINGS = 4  # per headline
# tags of the first word of an object
_CLAUSES = frozenset(
    {"after", "as", "before", "when", "while"}
)  # what a participle behind them tells is not the main fact
_REACH = 4  # words from "under" to "investigation"


def read(docs: Sequence[Doc], parse: Callable[[Sequence[Doc]], list[Doc]]) -> list[Doc]:
    """Return parsed parts of titles, those without a clause in another reading, if there is one with a clause.

    ``parse`` adds tags and dependencies to docs. Tokens stay the same in number and place.
    """
    tried = [(k, at, _exchanged(doc, at, word)) for k, doc in enumerate(docs) for at, word in _readings(doc)]
    best = list(docs)
    settled: set[int] = set()
    for (k, at, _), parsed in zip(
        tried, parse([reading for *_, reading in tried]) if tried else [], strict=True
    ):
        if k not in settled and _holds(parsed[at]):
            best[k] = parsed
            settled.add(k)
    return best


def _has_passive(doc: Any) -> bool:
    """Return whether a headline has a passive: "Five killed in crash"."""
    return any(
        token.tag_ in ("VBD", "VBN")
        and not any(before.lower_ in _CLAUSES for before in doc[: token.i])
        and verbs.lemma(token.text, token.tag_) in word_lists.HEADLINE_PASSIVES
        for token in doc
    )


def _has_main_verb(doc: Any) -> bool:
    """Return whether a headline has a main verb with a subject that is none itself, and is no participle: "Man charged with murder"."""
    return any(
        token.dep_ == "ROOT"
        and token.tag_.startswith("VB")
        and not _lacks_subject(token)
        and not headline.lacks_auxiliary(token, verbs.lemma(token.text, token.tag_))
        for token in doc
    )


def _lacks_subject(verb: Token) -> bool:
    """Return whether a verb has no subject, or one that is rather a verb: "Parise warms up, scores twice as Wild beat Sabres"."""
    found = [child for child in verb.lefts if child.dep_ in dependencies.ACTIVE | dependencies.PASSIVE]
    if not found:
        return not any(child.dep_ in ("auxpass", "aux") for child in verb.lefts) and verb.tag_ != "VB"
    first = found[0]
    after_comma = first.i > 0 and first.doc[first.i - 1].text == ","
    return first.tag_ == "NNS" and after_comma and not any(first.lefts) and first.lower_ in _past_forms()


def _readings(doc: Any) -> Iterator[tuple[int, str]]:
    """Yield the tokens of a headline that may be its verb, from the left, each with its past form, and before these the "to" that may mean
    "will"; if it has a clause, those that may be a second verb behind a comma."""
    found = 0
    main = _has_main_verb(doc)
    coming = next((token for token in doc[1:] if _is_coming(token)), None)
    if coming is not None and (not main or _is_plural(doc[coming.i - 1])):
        yield coming.i, "will"
    clause = main or _has_passive(doc)
    for token in doc[1:]:
        second = token.tag_ == "NNS" and doc[token.i - 1].text == ","  # "Vega taps Holm, unveils plan"
        word = _past(token) if second or not clause else None
        if word is not None and found < _MAX_READINGS:
            found += 1
            yield token.i, word


def _is_coming(token: Token) -> bool:
    """Return whether a token is the "to" of a headline that announces something: "layoffs to begin"; not "a plan to close the mine"."""
    if token.tag_ != "TO" or token.i + 1 >= len(token.doc) or token.doc[token.i + 1].tag_ != "VB":
        return False
    before, verb = token.doc[token.i - 1], token.doc[token.i + 1].lower_
    passive = verb == "be" and token.i + 2 < len(token.doc) and token.doc[token.i + 2].tag_ == "VBN"
    if passive:
        verb = verbs.lemma(token.doc[token.i + 2].text, "VBN")
    alone = verb in word_lists.HEADLINE_INTRANSITIVES
    noun = before.tag_.startswith("NN") or _is_plural(before)
    if before.tag_ in ("VBZ", "NNS") and before.lower_ in _past_forms():
        noun = noun and (alone or passive)  # "panel votes to hold Holm in contempt"
    named = noun or before.lower_ == "not"
    meant = before.lower_ not in word_lists.INTENTION_NOUNS or alone
    return bool(named and meant and (alone or verb in verbs.all_forms()))


def _is_plural(token: Token) -> bool:
    """Return whether a word that was read as a verb before "to" is a plural: "talks to resume", not "plans to resume" or "fails to act"."""
    governors = word_lists.MODALITY_BY_GOVERNOR.keys() | {"begin", "start", "continue", "get", "go", "come"}
    return token.tag_ == "VBZ" and verbs.lemma(token.text, token.tag_) not in governors


def _past(token: Token) -> str | None:
    """Return the past form of a word that may be a verb in the present tense, or ``None``."""
    table = data.table("events")
    lower = token.lower_
    words = [inner.lower_ for inner in token.doc[token.i + 1 : token.i + 1 + _REACH]]
    for first, (behind, past) in table["headline_predicates"].items():
        if lower == first and (not behind or not frozenset(data.words(behind)).isdisjoint(words)):
            return str(past)
    nominal = token.doc[token.i - 1].tag_ in (
        "NN",
        "NNS",
        "NNP",
        "NNPS",
        "RB",
        "''",
        ",",
        "JJ",
        "-RRB-",
        "POS",
    )
    if not nominal or token.ent_type_ in ("PERSON", "GPE", "DATE"):
        return None
    return _past_forms().get(lower)


def may_be_noun(form: str, lemma: str) -> bool:
    """Return whether a word of a headline may be a noun as well as a verb: "plan", "rankings"; not "planned", "goes"."""
    form = form.lower()
    if lemma in verbs.all_forms():
        return form in _past_forms()
    return form in (lemma, f"{lemma}s")  # a verb that nobody knows


@functools.cache
def _past_forms() -> Mapping[str, str]:
    """Return form of the present tense, without those of "be" and "have" -> past form, of all verbs known."""
    found: dict[str, str] = {}
    for lemma in sorted(set(verbs.all_forms().values())):
        forms = inflection.inflect(lemma)
        past = next((form for form, tag in forms.items() if tag == "VBD"), None)
        if past is not None and lemma not in ("be", "have", "do", "may", "like"):
            found.update({form: past for form, tag in forms.items() if tag in ("VBZ", "VB")})
    return found


def _exchanged(doc: Any, at: int, word: str) -> Doc:
    """Return the tokens of a doc, with its names, one word exchanged."""
    from spacy.tokens import Doc as SpacyDoc

    return SpacyDoc(
        doc.vocab,
        words=[word if token.i == at else token.text for token in doc],
        spaces=[bool(token.whitespace_) for token in doc],
        ents=[
            f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ and token.i != at else "O"
            for token in doc
        ],
    )


def _holds(verb: Token) -> bool:
    """Return whether a word was understood as a verb with a subject before it, or as the auxiliary of one."""
    if verb.tag_ == "MD":
        main = verb.head
        lemma = verbs.lemma(main.text, main.tag_)
        whole = bool(dependencies.objects(main)) or lemma in word_lists.HEADLINE_INTRANSITIVES
        passive = dependencies.has_passive_auxiliary(main)
        return main.dep_ == "ROOT" and (whole or passive) and not _lacks_subject(main)
    finite = verb.tag_ in ("VBD", "VBN") and verb.dep_ in ("ROOT", "ccomp", "conj")
    if verb.dep_ == "conj" and verb.tag_ == "VBD" and verb.doc[verb.i - 1].text == ",":
        return dependencies.is_verb(verb.head) and not _lacks_subject(verb.head)
    return finite and any(child.dep_ in dependencies.ACTIVE for child in verb.lefts)
