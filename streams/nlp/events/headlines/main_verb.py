"""Which word of a headline is its main verb, and in which form: a conditional logit over the words that may be verbs.

``streams/nlp/data/headline_verbs.toml`` has the weights, which ``make train-headlines`` learns from headlines that were labelled by hand. One of the
candidates of each headline is that it tells nothing.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from streams.nlp import data
from streams.nlp.events.headlines import voices
from streams.nlp.events.headlines.features import NOTHING, Text, Title

# What is taken from the score of NOTHING in a text of which a good share is told in the past: there a verb that is missed costs more than one too
# many, whose event has a probability yet. For other texts it found three more of 690 verbs, and eight too many, on sites left out.
_MISSED, _TOLD = 0.8, "past beyond 0.4"
_CLAUSES = frozenset({"after", "as", "before", "when", "while", "because"})
_ASKING = frozenset({"WRB", "WP", "WDT", "WP$"})


class Candidate(NamedTuple):
    """A word that may be the main verb, and how; ``at`` is its token, -1 that of :data:`NOTHING`."""

    at: int
    how: str
    features: Mapping[str, float]


class Choice(NamedTuple):
    """The main verb of a headline: its token, how it is one, and how probable that is."""

    at: int
    how: str
    probability: float


def choose(doc: Any, text: Text) -> Choice | None:
    """Return the main verb of a tagged and parsed headline; ``None`` if it tells nothing, or asks."""
    if len(doc) and (doc[0].tag_ in _ASKING or doc[-1].text == "?"):
        return None
    chosen, probability = best(candidates(doc, text), weights())
    return None if chosen.how == NOTHING else Choice(chosen.at, chosen.how, probability)


def best(found: Sequence[Candidate], known: Mapping[str, float]) -> tuple[Candidate, float]:
    """Return the candidate that weights choose, the first of ``found`` being that nothing is told, and its probability."""
    scores = [sum(known.get(name, 0.0) * value for name, value in one.features.items()) for one in found]
    if _TOLD in found[0].features:
        scores[0] -= _MISSED
    top = max(scores)
    shares = [math.exp(score - top) for score in scores]
    at = scores.index(top)
    return found[at], shares[at] / sum(shares)


@functools.cache
def weights() -> Mapping[str, float]:
    """Return the weights of the package, by feature."""
    table: Mapping[str, float] = data.table("headline_verbs")["weights"]
    return table


def candidates(doc: Any, text: Text) -> list[Candidate]:
    """Return what may be the main verb of a tagged and parsed headline, and that nothing is."""
    title = Title(doc, text)
    words = [
        Candidate(token.i, how, title.of(token, how))
        for token in doc
        for how in dict.fromkeys(voices.of(token))
    ]
    return [Candidate(-1, NOTHING, title.nothing(len(words))), *_outside_clauses(doc, words)]


def _outside_clauses(doc: Any, words: list[Candidate]) -> list[Candidate]:
    """Return the candidates without those in a clause behind another: "killed" in "Police arrest man after three killed in fire"."""
    opens = next((token.i for token in doc[1:] if token.lower_ in _CLAUSES), len(doc))
    ends = next((token.i for token in doc[opens:] if token.text in (",", ";")), len(doc))
    if not any(word.at < opens for word in words):
        return words
    return [word for word in words if not opens < word.at < ends]
