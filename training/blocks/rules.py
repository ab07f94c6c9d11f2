"""What the rules beside the block model are worth, on pages whose sites were left out: mean word F1 without and with each.

``python -m training.blocks FOLDER… --out FILE --dump DUMP`` writes the probabilities of such pages, and
``python -m training.blocks.rules FOLDER… --dump DUMP`` prints for each set and rule how many pages it changes, and both means.
Pages have the types that the model tells, not those that are known: a rule that asks for the type is worth less where that is wrong.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from streams.cleaning.extract.blocks.features import Features
from streams.cleaning.extract.blocks.model import TYPES, choose
from streams.cleaning.extract.blocks.together import together
from streams.cleaning.extract.comments import comment_nodes
from streams.cleaning.extract.copies import copies
from streams.cleaning.extract.set_aside import prose_of, set_aside
from streams.cleaning.extract.standfirst import standfirst
from streams.records import PageType
from training.blocks.pages import Page, read
from training.blocks.words import word_f1

Chance = npt.NDArray[np.float64]
Kept = npt.NDArray[np.bool_]

_FORUM = TYPES.index(PageType.FORUM)


class Measured(msgspec.Struct, frozen=True):
    """A page's F1 without any rule, and with each one alone, by its name; whether the rule changes the choice."""

    area: str
    without: float
    alone: Mapping[str, tuple[float, bool]]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--dump", type=Path, required=True, help="as training.blocks writes it")
    given = parser.parse_args()
    print("| set | pages | rule | changed | without | with |", "|---|---|---|---|---|---|", sep="\n")
    for row in table(list(measured(given.folders, given.dump))):
        print("| {} | {} | {} | {} | {:.4f} | {:.4f} |".format(*row))


def table(pages: Iterable[Measured]) -> Iterator[tuple[str, int, str, int, float, float]]:
    """Yield a set and its size, a rule, the number of pages that it changes, and the mean F1 without and with it."""
    by_area: dict[str, list[Measured]] = {}
    for page in pages:
        by_area.setdefault(page.area, []).append(page)
    for area, some in by_area.items():
        without = float(np.mean([page.without for page in some]))
        for rule in RULES:
            changed = sum(page.alone[rule][1] for page in some)
            yield area, len(some), rule, changed, without, float(np.mean([p.alone[rule][0] for p in some]))


def measured(folders: Iterable[Path], dump: Path) -> Iterator[Measured]:
    """Yield the figures of each page of ``folders`` that has probabilities in ``dump``."""
    chance, starts, names, _, types = pickle.loads(dump.read_bytes())
    at = {name: number for number, name in enumerate(names)}
    for folder in folders:
        for page in read(folder):
            number = at.get(page.id)
            if number is not None and page.features is not None:
                yield measure(page, page.features, chance[starts[number] : starts[number + 1]], types[number])


def measure(page: Page, features: Features, chance: Chance, types: Chance) -> Measured:
    """Return the figures of a page whose blocks have the probabilities ``chance``, and the page types ``types``."""
    plain = choose(chance, features.words.astype(np.float64))
    without = _f1(page, plain)
    alone = {}
    for name, rule in RULES.items():
        kept = rule(page, features, chance, types)
        changed = not np.array_equal(kept, plain)
        alone[name] = (_f1(page, kept) if changed else without, changed)
    return Measured(page.area, without, alone)


def _f1(page: Page, kept: Kept) -> float:
    return word_f1([text for text, keep in zip(page.tree.texts, kept, strict=True) if keep], page.truth)


def _type(types: Chance) -> PageType:
    return TYPES[int(np.argmax(types))]


def _together(page: Page, features: Features, chance: Chance, types: Chance) -> Kept:
    return choose(together(chance, page.tree.parents, features.places), features.words.astype(np.float64))


def _with_standfirst(page: Page, features: Features, chance: Chance, types: Chance) -> Kept:
    kept = choose(chance, features.words.astype(np.float64))
    lead = standfirst(features, kept, _type(types))
    if lead is not None:
        kept[lead] = True
    return kept


def _without_comments(page: Page, features: Features, chance: Chance, types: Chance) -> Kept:
    left = chance.copy()
    if _type(types) is PageType.ARTICLE:
        for node in comment_nodes(page.tree, prose_of(page.tree)):
            left[page.tree.starts[node] : page.tree.ends[node]] = 0
    return choose(left, features.words.astype(np.float64))


def _without_aside(page: Page, features: Features, chance: Chance, types: Chance) -> Kept:
    left = np.where(set_aside(page.tree, _type(types), page.signals, float(types[_FORUM])), 0.0, chance)
    return choose(left, features.words.astype(np.float64))


def _without_copies(page: Page, features: Features, chance: Chance, types: Chance) -> Kept:
    words = features.words.astype(np.float64)
    kept = choose(chance, words)
    around = [page.tree.parents[home] for home in page.tree.homes]
    kept[copies(page.tree.texts, around, words, kept)] = False
    return kept


#: Rules by name: the blocks that are kept with this rule alone.
RULES: dict[str, Callable[[Page, Features, Chance, Chance], Kept]] = {
    "blocks of one make together": _together,
    "standfirst": _with_standfirst,
    "comments by their structure": _without_comments,
    "all that is set aside": _without_aside,
    "passages only once": _without_copies,
}


if __name__ == "__main__":
    main()
