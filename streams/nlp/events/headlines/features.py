"""Features of the words of a headline that may be its main verb (:mod:`streams.nlp.events.headlines.main_verb`).

Names are those of the weights in ``data/headline_verbs.toml``. Each is 1 where it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from streams.nlp.events import word_lists
from streams.nlp.events.classes import typical
from streams.nlp.events.headlines import forms
from streams.nlp.events.headlines.voices import COMING, PASSIVE, PAST, PRESENT
from streams.nlp.events.narrative import WordUse
from streams.nlp.syntax import dependencies, verbs
from streams.nlp.syntax.dependencies import Token

#: The candidate for headlines that tell nothing.
NOTHING = "nothing"
_SUBORDINATE = frozenset(
    {"after", "as", "before", "when", "while", "who", "that", "which", "if", "because", "since", "until", "over", "for", "of", "amid"}
)  # fmt: skip
_CLAUSES = frozenset(
    {
        "after",
        "as",
        "before",
        "when",
        "while",
        "who",
        "that",
        "which",
        "if",
        "because",
        "since",
        "until",
        "where",
    }
)
_DETERMINERS = frozenset({"DT", "PRP$", "CD", "$", "PDT"})
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_FEW = 3  # what is counted counts up to this
_FAR = 4  # words behind a verb in which "by" is looked for
_MIXED = 0.5  # share of words in capitals from which on a headline is in title case
_PAST = (0.28, 0.4, 0.6)  # limits of the share of a text's verbs that are in the past


class Text(NamedTuple):
    """What the text of a headline says of it: how it uses words, and the share of its verbs that are in the past."""

    use: WordUse
    past: float


class Title:
    """The features of one headline."""

    def __init__(self, doc: Any, text: Text) -> None:
        self._doc = doc
        self._text = text
        words = [token for token in doc if token.text[:1].isalpha()]
        longer = [token for token in words[1:] if len(token.text) > 3]
        capitals = sum(token.text[:1].isupper() for token in longer)
        self._cased = bool(longer) and capitals > _MIXED * len(longer)
        self._finite = [token.i for token in doc if token.tag_ in ("VBZ", "VBP", "VBD", "MD")]
        self._verbs = [token.i for token in doc if token.tag_.startswith("VB")]
        self._words = words

    def of(self, token: Token, how: str) -> dict[str, float]:
        """Return the features of a word as the main verb."""
        found = [*self._form(token, how), *self._neighbours(token, how), *self._place(token, how)]
        found += self._tree(token, how)
        found += self._use(token, how)
        return dict.fromkeys(found, 1.0)

    def _form(self, token: Token, how: str) -> Iterator[str]:
        yield how
        yield f"{how} {token.tag_}"
        tags = {tag for _lemma, tag in forms.tags().get(token.lower_, ())}
        if not tags:
            yield "unknown"
        if how == PRESENT:
            third = "VBZ" in tags or token.tag_ == "VBZ"
            yield f"third {third} before {self._number(token)}"
        if token.ent_type_:
            yield "named"
            if how == PRESENT:
                yield "named present"
        if token.text[:1].isupper() and not self._cased and token.i > 0:
            yield "capital"
        lemma = verbs.lemma(token.text, token.tag_ if token.tag_.startswith("VB") else "VBZ")
        if lemma in word_lists.HEADLINE_STATES:
            yield f"state {how}"
        if lemma in verbs.excluded():
            yield f"excluded {how}"
        if lemma in verbs.event_classes():
            yield f"listed {how}"
        if lemma in word_lists.HEADLINE_PASSIVES and how in (PASSIVE, PAST):
            yield f"passive list {how}"
        known = typical.of(lemma)
        if known is not None and how in (PASSIVE, PAST, COMING, PRESENT):
            alone, whole = known.alone == typical.UNUSED, known.of_thing == typical.UNUSED == known.of_party
            yield f"{how} needs an object {alone}, has none {whole}, behind {self._behind(token)}"
            yield f"{how} needs an object {alone}"

    def _number(self, token: Token) -> str:
        """Return the number of the noun before a word."""
        at = token.i - 1
        while at >= 0 and self._doc[at].tag_ in ("RB", "''", '""', "``", "-RRB-"):
            at -= 1
        if at < 0:
            return "none"
        before = self._doc[at]
        if before.tag_ in ("NNS", "NNPS", "CD") or before.lower_ == "police":
            return "plural"
        if before.tag_ in ("NN", "NNP"):
            joined = any(inner.lower_ in ("and", ",", "&") for inner in self._doc[max(0, at - 3) : at])
            name = "name" if before.tag_ == "NNP" else "singular"
            return f"{name} joined" if joined else name
        return before.tag_ if before.tag_ in ("PRP", "JJ", "IN", "DT", "POS", "PRP$") else "other"

    def _behind(self, token: Token) -> str:
        """Return what follows a word."""
        at = token.i + 1
        while at < len(self._doc) and self._doc[at].tag_ in ("``", "''", "RB", '""'):
            at += 1
        if at >= len(self._doc) or self._doc[at].text in (".", "?", "!"):
            return "end"
        after = self._doc[at]
        if after.tag_ in _DETERMINERS:
            return "determiner"
        if after.lower_ in _CLAUSES:
            return "clause"
        if after.tag_ in ("NNP", "NNPS"):
            return "name"
        if after.tag_ in ("NN", "NNS", "JJ", "PRP"):
            return "noun"
        return (
            after.tag_
            if after.tag_ in ("IN", "TO", "RP", ",", "CC", "MD", "VBZ", "VBD", "VBN", "VBG", "VB", "VBP")
            else "other"
        )

    def _neighbours(self, token: Token, how: str) -> Iterator[str]:
        at, doc = token.i, self._doc
        yield f"{how} behind {self._behind(token)}"
        before = doc[at - 1] if at else None
        yield f"{how} before {before.tag_ if before is not None else 'start'}"
        yield f"before {before.tag_ if before is not None else 'start'} behind {self._behind(token)}"
        if before is not None and before.lower_ in _SUBORDINATE:
            yield f"right behind {before.lower_}"
        words = [word.lower_ for word in doc[at + 1 : at + 1 + _FAR]]
        if "by" in words:
            yield f"{how} by"
        if how == PRESENT and words[:1] == ["to"]:
            lemma = verbs.lemma(token.text, "VBZ")
            yield f"present governs {lemma in word_lists.MODALITY_BY_GOVERNOR}, passive {words[1:2] == ['be']}"
        if how in (PASSIVE, PAST) and at + 1 < len(doc):
            after = doc[at + 1]
            yield (
                f"{how} then {after.lower_}"
                if after.tag_ in ("IN", "TO", "RP")
                else f"{how} then {after.tag_}"
            )

    def _place(self, token: Token, how: str) -> Iterator[str]:
        at, doc = token.i, self._doc
        nouns = sum(word.tag_ in _NOUNS for word in doc[:at])
        yield f"{how} nouns before {min(nouns, _FEW)}"
        left = sum(1 for word in doc[at + 1 :] if word.text[:1].isalnum())
        yield f"{how} words left {min(left, _FEW)}"
        if any(word.lower_ in _CLAUSES for word in doc[:at]):
            yield f"{how} in clause"
        if any(word.lower_ in _CLAUSES for word in doc[max(0, at - _FEW) : at]):
            yield f"{how} opens a clause"
        if any(word.text in (",", ";", "?", "!") for word in doc[:at]):
            yield f"{how} behind comma"
        finite = sum(k < at for k in self._finite), sum(k > at for k in self._finite)
        yield f"{how} finite before {min(finite[0], 2)}"
        yield f"{how} finite behind {min(finite[1], 2)}"
        yield f"verbs before {min(sum(k < at for k in self._verbs), 2)}"
        others = any(k != at for k in self._verbs)
        yield f"{how} {token.tag_[:2]} beside verbs {others}"
        if how == COMING:
            to = next((k for k in range(at - 1, -1, -1) if doc[k].lower_ == "to"), 0)
            yield f"coming after {doc[to - 1].tag_ if to else 'start'}"
            yield f"coming after {self._number(doc[to])}, behind {self._behind(token)}"
            if to and verbs.lemma(doc[to - 1].text, doc[to - 1].tag_) in word_lists.MODALITY_BY_GOVERNOR:
                yield f"coming after a governor {doc[to - 1].tag_[:2]}"
        if at == 0:
            yield f"{how} first"

    def _tree(self, token: Token, how: str) -> Iterator[str]:
        yield f"{how} {token.dep_}"
        yield f"{how} root {token.dep_ == 'ROOT'}, verb {token.tag_.startswith('VB')}"
        children = {child.dep_ for child in token.lefts}
        own = not children.isdisjoint(dependencies.ACTIVE | dependencies.PASSIVE)
        whole = any(child.dep_ in dependencies.OBJECT for child in token.rights)
        yield f"{how} subject {own} object {whole}"
        if token.dep_ != "ROOT":
            yield f"under {token.head.tag_[:2]} {token.head.dep_ == 'ROOT'}"

    def _use(self, token: Token, how: str) -> Iterator[str]:
        """Yield how the text uses the word."""
        lemma = verbs.lemma(token.text, token.tag_ if token.tag_.startswith("VB") else "VBZ")
        used, noun = lemma in self._text.use.verbs, token.lower_ in self._text.use.nouns
        yield f"{how} used as verb {used}, noun {noun}"
        yield f"{how} in a text with {sum(self._text.past > limit for limit in _PAST)} of {len(_PAST)} in the past"

    def nothing(self, count: int) -> dict[str, float]:
        """Return the features of a headline as one that tells nothing."""
        doc, found = self._doc, [NOTHING]
        first = doc[0].lower_ if len(doc) else ""
        if first in word_lists.UNTELLING_OPENINGS:
            found.append("opens untelling")
        if first.isdigit():
            found.append("opens with a number")
        found.append(f"opens {doc[0].tag_ if len(doc) else ''}")
        if any(token.text == "?" for token in doc):
            found.append("asks")
        lower = {token.lower_ for token in doc}
        found += [
            f"has {word}"
            for word in ("you", "your", "my", "i", "we", "our", "best", "how", "why", "what")
            if word in lower
        ]
        found += [f"past beyond {limit}" for limit in _PAST if self._text.past > limit]
        if self._text.past == 1:
            found.append("past unknown")
        found.append(f"candidates {min(count, 2 * _FEW)}")
        found.append(f"finite {min(len(self._finite), 2)}")
        found.append(f"verbs {min(len(self._verbs), _FEW)}")
        found.append(f"cased {self._cased}")
        found.append(f"words {min(len(self._words) // 3, 4)}")
        root = next((token for token in doc if token.dep_ == "ROOT"), None)
        if root is not None:
            found.append(f"root {root.tag_}")
            if root.i == 0:
                found.append(f"opens with root {root.tag_}")
        return dict.fromkeys(found, 1.0)
