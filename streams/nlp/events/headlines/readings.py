"""Headlines read again as sentences, so that a parser of running text finds their main verb.

"Kenyan runner breaks marathon record" is a noun phrase to such a parser: third persons and plurals look alike. "Kenyan runner has broken marathon
record" is a sentence. So are "Two men were charged with murder", where the headline leaves "were" out, and "Vega layoffs will begin today", where it has
"to". A word is put before the main verb, which becomes a participle, the sentence is parsed, and the word is taken out again: tokens and
offsets stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from streams.nlp import data
from streams.nlp.events.headlines import forms, main_verb
from streams.nlp.events.headlines.features import Text
from streams.nlp.events.headlines.main_verb import Choice
from streams.nlp.events.headlines.voices import COMING, GOING, PASSIVE, PAST, PRESENT, WHOLE
from streams.nlp.syntax import dependencies
from streams.nlp.syntax.dependencies import Token
from streams.nlp.syntax.parsed_paragraph import MainVerb

if TYPE_CHECKING:
    from spacy.tokens import Doc

_PLURALS = frozenset({"NNS", "NNPS", "CD"})
_REACH = 4  # words from "under" to "investigation"
_NAME = "Vega"  # stands for a word of a name that is a verb elsewhere


class Read(NamedTuple):
    """A parsed headline and its main verb, ``None`` if it tells nothing or the verb was not understood."""

    doc: Doc
    main: MainVerb | None


class _Reading(NamedTuple):
    doc: Doc  # as it is parsed
    added: int | None  # the token that was put in
    main: Choice


def read(
    docs: Sequence[Doc], texts: Sequence[Text], parse: Callable[[Sequence[Doc]], list[Doc]]
) -> list[Read]:
    """Return parsed parts of titles with their main verbs, as sentences where the parser had not found that verb.

    ``parse`` adds tags and dependencies to docs.
    """
    chosen = [main_verb.choose(doc, text) for doc, text in zip(docs, texts, strict=True)]
    found = [Read(doc, _main(doc, main)) for doc, main in zip(docs, chosen, strict=True)]
    waiting = [k for k, one in enumerate(found) if one.main is None]
    readings = [
        _reading(docs[k], main) if (main := chosen[k]) is not None else _predicate(docs[k]) for k in waiting
    ]
    again = [(k, reading) for k, reading in zip(waiting, readings, strict=True) if reading is not None]
    parses = parse([reading.doc for _k, reading in again]) if again else []
    for (k, reading), parsed in zip(again, parses, strict=True):
        restored = parsed if chosen[k] is None else _restored(docs[k], parsed, reading)
        verb = None if restored is None else _main(restored, reading.main)
        if restored is not None and verb is not None:
            found[k] = Read(restored, verb)
    return found


def _predicate(doc: Any) -> _Reading | None:
    """Return a headline without a verb as a sentence, if a word of it stands for one: "died" for "dead", "faced" for "under"."""
    table = data.table("events")["headline_predicates"]
    for token in doc[1:]:
        behind, past = table.get(token.lower_, ("", ""))
        near = {inner.lower_ for inner in doc[token.i + 1 : token.i + 1 + _REACH]}
        if past and (not behind or not near.isdisjoint(data.words(behind))):
            words = [str(past) if inner.i == token.i else inner.text for inner in doc]
            return _Reading(_copied(doc, words), None, Choice(token.i, PAST, 1.0))
    return None


def _main(doc: Any, chosen: Choice | None) -> MainVerb | None:
    """Return the main verb of a headline, ``None`` if the parse has not understood it so."""
    if chosen is None or not _is_read(doc, chosen):
        return None
    if doc[0].tag_ in ("VB", "VBP") and doc[0].dep_ in dependencies.ACTIVE | dependencies.PASSIVE:
        doc[0].tag_ = "NN"  # "Suspect in fire dies"
    passive = chosen.how == PASSIVE or dependencies.has_passive_auxiliary(doc[chosen.at])
    return MainVerb(chosen.at, passive)


def _is_read(doc: Any, main: Choice) -> bool:
    """Return whether a parse has a word as the main verb, with a subject, and in its voice."""
    verb = doc[main.at]
    if not verb.tag_.startswith("VB") or verb.dep_ not in ("ROOT", "ccomp", "conj"):
        return False
    if main.how == GOING and verb.tag_ == "VBG":
        return False
    subjects = [child for child in verb.lefts if child.dep_ in dependencies.ACTIVE | dependencies.PASSIVE]
    if not subjects or any(
        child.tag_.startswith("VB") and child.dep_ != "csubj" and child.i for child in subjects
    ):
        return False
    if main.how == PASSIVE:
        return any(child.dep_ in dependencies.PASSIVE for child in subjects) and verb.tag_ == "VBN"
    if main.how in (PRESENT, PAST):
        return verb.tag_ != "VBN" and any(child.dep_ in dependencies.ACTIVE for child in subjects)
    return True


def _reading(doc: Any, main: Choice) -> _Reading:
    """Return the tokens of a headline as a sentence: its main verb with an auxiliary."""
    from spacy.tokens import Doc as SpacyDoc

    words = [_NAME if _is_in_name(token, main) else token.text for token in doc]
    spaces = [bool(token.whitespace_) for token in doc]
    added: int | None = None
    if main.how == COMING:
        words[_infinitive(doc, main.at)] = "will"
    elif main.how != WHOLE:
        many = _is_many(doc, main.at)
        helper = ("have" if many else "has") if main.how in (PRESENT, PAST) else "were" if many else "was"
        words[main.at] = _participle(doc[main.at], main.how)
        words.insert(main.at, helper)
        spaces.insert(main.at, True)
        added = main.at
    return _Reading(SpacyDoc(doc.vocab, words=words, spaces=spaces), added, main)


def _is_in_name(token: Token, main: Choice) -> bool:
    """Return whether a word of a name would be read as a verb: "Ask" in "Ask Jeeves joins"."""
    return bool(
        token.ent_type_
        and token.i != main.at
        and token.tag_ in ("VB", "VBP", "MD")
        and token.text[:1].isupper()
    )


def _infinitive(doc: Any, at: int) -> int:
    """Return the token "to" before an infinitive."""
    return next(k for k in range(at - 1, -1, -1) if doc[k].lower_ == "to")


def _is_many(doc: Any, at: int) -> bool:
    """Return whether the nouns before a verb are several."""
    nouns = [token for token in doc[:at] if token.tag_.startswith("NN") or token.tag_ == "CD"]
    return bool(nouns) and (nouns[-1].tag_ in _PLURALS or any(token.lower_ == "and" for token in doc[:at]))


def _participle(token: Token, how: str) -> str:
    """Return the participle of a verb that fits behind an auxiliary."""
    if how in (GOING, PASSIVE):
        return str(token.text)
    wanted = ("VB", "VBZ", "VBP") if how == PRESENT else ("VBD",)
    lemma = next((lemma for lemma, tag in forms.tags().get(token.lower_, ()) if tag in wanted), None)
    return str(token.text) if lemma is None else forms.participle(lemma)


def _tag(doc: Any, main: Choice) -> str:
    """Return the tag of a main verb that was read with an auxiliary which the headline has not."""
    if main.how in (PAST, PASSIVE):
        return "VBD" if main.how == PAST else "VBN"
    third = any(tag == "VBZ" for _lemma, tag in forms.tags().get(doc[main.at].lower_, ()))
    return "VBZ" if third or (main.how == GOING and not _is_many(doc, main.at)) else "VBP"


def _restored(doc: Any, parsed: Any, reading: _Reading) -> Doc | None:
    """Return a headline's own tokens with the tags and dependencies of its reading, ``None`` if the word that was put in is above its verb."""
    added, main = reading.added, reading.main
    kept = [token for token in parsed if token.i != added]
    heads = [token.head.i for token in kept]
    if added is not None:
        above = parsed[added].head.i
        if above == added:
            if parsed[added + 1].head.i != added:
                return None
            above = added + 1
        # What hangs on the word that was put in hangs on what that hung on, or else on its verb.
        heads = [above if head == added else head for head in heads]
        heads = [head - (head > added) for head in heads]
    tags = [token.tag_ for token in kept]
    if added is not None:
        tags[main.at] = _tag(doc, main)
    return _copied(
        doc,
        [token.text for token in doc],
        tags=tags,
        pos=[token.pos_ for token in kept],
        deps=[token.dep_ for token in kept],
        heads=heads,
    )


def _copied(doc: Any, words: list[str], **more: Any) -> Doc:
    """Return the spaces and the names of a doc with these words and annotations."""
    from spacy.tokens import Doc as SpacyDoc

    return SpacyDoc(
        doc.vocab,
        words=words,
        spaces=[bool(token.whitespace_) for token in doc],
        ents=[f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O" for token in doc],
        **more,
    )
