"""Blocks to which the same tags and classes lead are kept or cut together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.html import parse
from streams.cleaning.extract.blocks.model import model
from streams.cleaning.extract.blocks.page_facts import facts_of
from streams.cleaning.extract.blocks.places import places_of
from streams.cleaning.extract.blocks.together import together
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.metadata.declared import collect_declared


def decided(body: str, chance: list[float]) -> list[float]:
    """Return the probabilities that become of ``chance`` for the blocks of ``body``."""
    tree = parse(f"<html><body>{body}</body></html>")
    assert tree is not None
    blocks = read_blocks(tree)
    assert len(blocks.texts) == len(chance)
    return together(np.array(chance), blocks.parents, places_of(blocks)).round(4).tolist()


def item(number: int) -> str:
    return f"<li><h3>Kettle {number}</h3><span class=price><b>{number} coins</b></span></li>"


def test_prices_of_items_have_the_mean_of_their_logits_and_so_have_names() -> None:
    found = decided(f"<ul>{item(1)}{item(2)}</ul>", [0.8, 0.2, 0.8, 0.5])
    assert found == [0.8, 0.3333, 0.8, 0.3333]  # logits of prices: -1.386 and 0


@pytest.mark.parametrize(
    "body",
    [
        "<p class=text>a</p><p class=note>b</p>",
        "<p>a</p><div>b</div>",
        "<main><p>a</p></main><footer><p>b</p></footer>",
        "<div class=story><p>a</p></div><div class=teaser><p>b</p></div>",
    ],
)
def test_another_tag_or_class_anywhere_above_is_another_make(body: str) -> None:
    assert decided(body, [0.7, 0.3]) == [0.7, 0.3]


def test_lists_in_different_places_are_of_one_make_where_their_paths_are_alike() -> None:
    assert decided("<ul><li>a</li></ul><h2>b</h2><ul><li>c</li></ul>", [0.6, 0.9, 0.4]) == [0.5, 0.9, 0.5]


def test_a_line_that_the_model_is_sure_of_stays_out_of_the_paragraphs_around_it() -> None:
    found = decided("<p>a</p><p>b</p><p>Read also: c</p><p>d</p>", [0.95, 0.95, 0.01, 0.95])
    assert found[2] == 0.01
    assert found[0] == found[1] == found[3] < 0.95


def test_certainty_has_an_end() -> None:
    assert decided("<p>a</p><p>b</p>", [1.0, 1.0]) == [1.0, 1.0]
    assert decided("<p>a</p><p>b</p>", [0.0, 1.0]) == [0.0, 1.0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_no_probability_leaves_the_range_of_its_make(chance: list[float]) -> None:
    found = decided("".join(f"<p>{at}</p>" for at in range(len(chance))), chance)
    assert min(found) >= min(chance) - 1e-4
    assert max(found) <= max(chance) + 1e-4


def test_all_prices_of_a_page_or_none_are_text() -> None:
    cards = "".join(
        f"<div class=card><a href=/{at}><h3>Kettle of {at} litres</h3></a><div class=price>{at}9.00</div>"
        f"<p class=about>{'It boils water for tea in minutes. ' * (at % 3)}</p></div>"
        for at in range(1, 12)
    )
    tree = parse(
        f"<html><body><h1>Kettles</h1><div class=grid>{cards}</div><p>All are made here.</p></body></html>"
    )
    assert tree is not None
    declared, url = collect_declared(tree), "https://kettles.example/all"
    blocks = read_blocks(tree)
    found = model().predict(blocks, declared, url, facts_of(declared, url))
    prices = [at for at, text in enumerate(blocks.texts) if text.endswith("9.00")]
    assert len(prices) == 11
    assert len({round(float(found.chance[at]), 6) for at in prices}) == 1
    assert len({bool(found.kept[at]) for at in prices}) == 1
