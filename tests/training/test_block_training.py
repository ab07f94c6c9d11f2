"""The training of the block model as a whole, on generated pages of sites whose markup differs."""

from __future__ import annotations

import random

import numpy as np
import pytest

pytest.importorskip("rapidfuzz", reason="a dependency of training only")
pytest.importorskip("lightgbm", reason="a dependency of training only")

from streams.cleaning.decode.html import parse
from streams.cleaning.extract.blocks.features import features_of
from streams.cleaning.extract.blocks.model import TYPES, Model, choice
from streams.cleaning.extract.blocks.page_facts import facts_of
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.metadata.declared import DeclaredMetadata
from training.blocks.fit import FOLDS, Training, fold_of, packed
from training.blocks.pages import Page
from training.blocks.words import word_f1

WORDS = [
    "council",
    "ferry",
    "harbour",
    "market",
    "budget",
    "school",
    "river",
    "bridge",
    "vote",
    "mayor",
    "winter",
    "engine",
    "ticket",
    "crew",
    "island",
]

FEW = {"types": (4,), "first": (25, 25), "second": (20, 20)}  # trees


def _page(number: int) -> Page:
    """Return a page whose main text is its paragraphs, beside a menu and teasers that are links."""
    dice = random.Random(number)
    site = f"site{number % 15}.example"
    paragraphs = [f"The {' '.join(dice.choices(WORDS, k=25))}." for _ in range(dice.randint(4, 9))]
    menu = "".join(f"<li><a href='/{word}'>{word.title()}</a></li>" for word in dice.sample(WORDS, 8))
    teasers = "".join(
        f"<div class='teaser t{number % 15}'><a href='/{at}'>{' '.join(dice.choices(WORDS, k=9))}</a></div>"
        for at in range(6)
    )
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    tree = parse(
        f"<html><body><nav><ul>{menu}</ul></nav><main class='story s{number % 15}'>{body}</main>"
        f"<aside class='more'>{teasers}</aside></body></html>"
    )
    assert tree is not None
    blocks, declared, url = read_blocks(tree), DeclaredMetadata(), f"https://{site}/{number}"
    facts = facts_of(declared, url)
    return Page(
        str(number),
        "made",
        TYPES[number % len(TYPES)],
        url,
        site,
        "\n\n".join(paragraphs),
        blocks,
        declared,
        facts,
        features_of(blocks, facts),
    )


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    return [_page(number) for number in range(60)]


def test_training_twice_gives_the_same_bytes(pages: list[Page]) -> None:
    assert packed(Training(pages, FEW).fit()) == packed(Training(pages, FEW).fit())


def test_the_model_tells_paragraphs_from_menus_and_teasers(pages: list[Page]) -> None:
    model = Model(Training(pages, FEW).fit())
    new = _page(1_000)
    kept = model.predict(new.tree, new.signals, new.url, new.facts).kept
    chosen = [text for text, keep in zip(new.tree.texts, kept, strict=True) if keep]
    assert word_f1(chosen, new.truth) > 0.95


def test_what_is_left_out_is_not_learnt_from(pages: list[Page]) -> None:
    """The model without a fold stays the same when every label in that fold is turned round."""
    fold = fold_of(pages[0].site)
    whole, turned = Training(pages, FEW), Training(pages, FEW)
    inside = turned.fold[turned.owner] == fold
    assert 0 < inside.sum() < len(inside)
    turned.target[inside] = 1 - turned.target[inside]
    assert packed(whole.fit(fold)) == packed(turned.fit(fold))
    assert np.array_equal(whole.chance, turned.chance)


def test_what_is_measured_is_what_the_model_says(pages: list[Page]) -> None:
    fold = fold_of(pages[0].site)
    training = Training(pages, FEW)
    model = Model(training.fit(fold))
    scores = training.measure(training.chance)
    for at in np.flatnonzero(training.fold == fold):
        page = pages[at]
        said = model.predict(page.tree, page.signals, page.url, page.facts)
        noted = training.chance[training.starts[at] : training.starts[at + 1]]
        chance, _ = choice(page.tree, training.features[at], noted, training.types[at], page.signals)
        assert np.allclose(said.chance, chance, atol=0.001)
        chosen = [text for text, keep in zip(page.tree.texts, said.kept, strict=True) if keep]
        assert word_f1(chosen, page.truth) == scores[at]


def test_pages_left_out_are_measured(pages: list[Page]) -> None:
    training = Training(pages, FEW)
    assert np.mean(training.evaluate()) > 0.95
    assert len({fold_of(page.site) for page in pages}) == FOLDS
