"""What is acted upon where rules find nothing: a conditional logit over the phrases and clauses of a verb, and over there being none.

``streams/nlp/data/targets.toml`` has the weights, which ``make train-targets`` learns from events that were labelled by hand.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence

from streams.nlp import data
from streams.nlp.events.clauses import Action
from streams.nlp.events.targets import features
from streams.nlp.events.targets.candidates import Candidate

#: How much likelier a target must be than none, in logits: of right choices 57 were gained and 33 lost at 0.3, 47 and 24 at 0.5, 38 and 15
#: at 0.7, on sites left out.
MARGIN = 0.5
Weights = Mapping[str, float]


def completed(action: Action, found: Sequence[Candidate]) -> Action:
    """Return an action without a target with the candidate that is likely one, as it is if none is."""
    at = best(described(action, found), weights()) if found else 0
    if at == 0:
        return action
    chosen = found[at - 1]
    noun = chosen.head if not chosen.way.startswith("clause") else None
    return action._replace(target=chosen.participant, indirect=noun, counted=False)


def described(action: Action, found: Sequence[Candidate]) -> list[tuple[str, ...]]:
    """Return the features of there being no target, then those of each candidate."""
    return [features.none(action), *(features.of(action, one) for one in found)]


def best(found: Sequence[Iterable[str]], known: Weights) -> int:
    """Return which candidate the weights choose, 0 for the first one, which is there being none."""
    scores = [sum(known.get(name, 0.0) for name in names) for names in found]
    scores[0] += MARGIN
    return max(range(len(scores)), key=scores.__getitem__)


@functools.cache
def weights() -> Weights:
    """Return the weights of the package, by feature."""
    table: Weights = data.table("targets")["weights"]
    return table
