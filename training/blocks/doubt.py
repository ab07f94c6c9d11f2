"""What trafilatura's text is worth where the block model's choice looks doubtful, on pages whose sites were left out.

``python -m training.blocks FOLDER… --out FILE --dump DUMP`` writes the probabilities of such pages, and
``python -m training.blocks.doubt FOLDER… --dump DUMP`` prints for each sign of doubt how many pages have it, and the mean word
F1 of the model's choice and of trafilatura's text. A sign pays where the second is higher. What is set aside is not, here.
"""

from __future__ import annotations

import argparse
import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from streams import intake
from streams.cleaning.decode.body import NotAPage, decode_body
from streams.cleaning.extract.blocks.model import choose
from streams.cleaning.extract.blocks.together import together
from streams.cleaning.extract.main_text import by_trafilatura
from streams.records import Message
from training.blocks.pages import MAX_BYTES, Page, opened, read
from training.blocks.words import word_f1, words_of

_PROSE = 80  # code points from which a block without many links is prose
_MOST_PROSE = 300  # code points of prose that a page must have for its share to be asked
_LONG = 4  # letters of a headline's longer words, at least; it needs three of them
_ENOUGH = 250  # code points of a text of trafilatura's that is compared


class Doubt(msgspec.Struct, frozen=True):
    """Of a page: the F1 that the model expects of its choice, its F1 and trafilatura's, and signs as shares of 0 to 1.

    ``prose``: of the page's prose, the share in the choice; ``headline``: of the headline's longer words; ``agreed``: the F1 of the
    two texts. A sign that cannot be asked is 1.
    """

    expected: float
    ours: float
    other: float
    prose: float
    headline: float
    agreed: float


#: Signs of doubt, by name.
SIGNS: dict[str, Callable[[Doubt], bool]] = {
    "expects < .4": lambda page: page.expected < 0.4,
    "expects < .5": lambda page: page.expected < 0.5,
    "expects < .6": lambda page: page.expected < 0.6,
    "under a third of the page's prose": lambda page: page.prose < 1 / 3,
    "under a third of the headline's words": lambda page: page.headline < 1 / 3,
    "texts agree under .2": lambda page: page.agreed < 0.2,
    "texts agree under .2, expects < .6": lambda page: page.agreed < 0.2 and page.expected < 0.6,
    "any page": lambda page: True,
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--dump", type=Path, required=True, help="as training.blocks writes it")
    given = parser.parse_args()
    found = list(doubts(given.folders, given.dump))
    print("| sign | pages | the model's choice | trafilatura's |", "|---|---|---|---|", sep="\n")
    for row in table(found):
        print("| {} | {} | {:.3f} | {:.3f} |".format(*row))


def table(pages: Sequence[Doubt]) -> Iterator[tuple[str, int, float, float]]:
    """Yield a sign, the number of pages that have it, and the mean F1 of both texts."""
    for name, has in SIGNS.items():
        some = [page for page in pages if has(page)]
        if some:
            yield (
                name,
                len(some),
                float(np.mean([page.ours for page in some])),
                float(np.mean([page.other for page in some])),
            )


def doubts(folders: Iterable[Path], dump: Path) -> Iterator[Doubt]:
    """Yield what is known of each page of ``folders`` that has probabilities in ``dump``."""
    chance, starts, names, _, _ = pickle.loads(dump.read_bytes())
    at = {name: number for number, name in enumerate(names)}
    for folder in folders:
        others = dict(_other_texts(folder))
        for page in read(folder):
            number = at.get(page.id)
            if number is not None:
                yield doubt(page, chance[starts[number] : starts[number + 1]], others.get(page.id, ""))


def doubt(page: Page, chance: npt.NDArray[np.float64], other: str) -> Doubt:
    """Return the signs of a page whose blocks have the probabilities ``chance``; ``other`` is trafilatura's text."""
    if page.features is None:
        raise ValueError(f"{page.id} has no blocks")
    words = page.features.words.astype(np.float64)
    chance = together(chance, page.tree.parents, page.features.places)
    kept = choose(chance, words)
    texts = [text for text, keep in zip(page.tree.texts, kept, strict=True) if keep]
    sizes = np.array([len(text) for text in page.tree.texts])
    prose = np.where((sizes >= _PROSE) & (2 * np.array(page.tree.linked) < sizes), sizes, 0)
    headline = page.signals.headings[0].text if page.signals.headings else ""
    long = {word for word in words_of(headline) if len(word) >= _LONG}
    had = Counter(word for text in texts for word in words_of(text))
    return Doubt(
        expected=float(2 * (chance * words)[kept].sum() / (words[kept].sum() + (chance * words).sum())),
        ours=word_f1(texts, page.truth),
        other=word_f1([other], page.truth),
        prose=float(prose[kept].sum() / prose.sum()) if prose.sum() > _MOST_PROSE else 1.0,
        headline=len(long & had.keys()) / len(long) if len(long) > 2 else 1.0,
        agreed=word_f1(texts, other) if len(other) >= _ENOUGH else 1.0,
    )


def _other_texts(folder: Path) -> Iterator[tuple[str, str]]:
    for line in opened(folder / "pages.jsonl.gz"):
        page = intake.read(Message(value=line))
        body = decode_body(page, MAX_BYTES)
        if not isinstance(body, NotAPage) and body.tree is not None:
            yield page.id, by_trafilatura(body.tree)


if __name__ == "__main__":
    main()
