"""What weights say of the classes of actions whose sites they were learnt without: the weights of the package know their labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from streams.nlp.events.classes import choice
from streams.nlp.events.classes.choice import Chosen
from training import ranking
from training.events import classes
from training.events.actions import Seen


def left_out(seen: Sequence[Seen]) -> dict[str, Chosen]:
    """Return the classes of actions, by the keys of their verbs, a fifth of the sites at a time left out of learning; of a site that fills a fifth alone, of its
    documents."""
    folds = _folds(seen)
    rows = classes.rows_of(seen)
    found: dict[str, Chosen] = {}
    for held in range(ranking.FOLDS):
        learnt = classes.learn([row for row in rows if folds[row.seen.verb] != held])
        mine = [one for one in seen if folds[one.verb] == held]
        if mine:
            told = choice.chosen(
                classes.scores(mine, learnt),
                learnt.kinds,
                [one.kind for one in mine],
                [one.evidence.framed for one in mine],
            )
            found |= {one.verb: chosen for one, chosen in zip(mine, told, strict=True)}
    return found


def _folds(seen: Sequence[Seen]) -> dict[str, int]:
    actions = Counter(one.site for one in seen)
    large = {site for site, count in actions.items() if count > len(seen) / ranking.FOLDS}
    return {one.verb: ranking.fold_of(one.document if one.site in large else one.site) for one in seen}
