"""What weights say of the classes of actions whose sites they were learnt without: the weights of the package know their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from streams.nlp.events.classes import choice
from streams.nlp.events.classes.choice import Chosen
from training import ranking
from training.events import classes
from training.events.actions import Seen
from training.events.verb_labels import VerbLabel


def left_out(seen: Sequence[Seen], known: Mapping[str, VerbLabel]) -> dict[str, Chosen]:
    """Return the classes of actions, by the keys of their verbs, a fifth of the sites at a time left out of learning."""
    folds = {one.verb: ranking.fold_of(one.site) for one in seen}
    rows = [classes.Row(known[one.verb], one) for one in seen if one.verb in known]
    found: dict[str, Chosen] = {}
    for held in range(ranking.FOLDS):
        learnt = classes.learn([row for row in rows if folds[row.seen.verb] != held])
        mine = [one for one in seen if folds[one.verb] == held]
        if mine:
            told = choice.chosen(
                classes.scores(mine, learnt),
                learnt.kinds,
                [one.kind for one in mine],
                [one.evidence.stands for one in mine],
            )
            found |= {one.verb: chosen for one, chosen in zip(mine, told, strict=True)}
    return found
