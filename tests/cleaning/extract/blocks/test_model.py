"""The block model: the choice of blocks, page types, and that features say what they are called after."""

from __future__ import annotations

import itertools
from typing import NamedTuple, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.decode.html import parse
from streams.cleaning.extract.blocks.features import features_of
from streams.cleaning.extract.blocks.model import (
    TYPES,
    choose,
    context_of,
    expected_f1,
    headings_above,
    linear_columns,
    model,
    second_stage,
)
from streams.cleaning.extract.blocks.network import Networks
from streams.cleaning.extract.blocks.repeats import PageFacts
from streams.cleaning.extract.blocks.tree import read_blocks
from streams.cleaning.metadata.declared import collect_declared


def column(body: str, name: str, facts: PageFacts | None = None) -> list[float]:
    tree = parse(f"<html><body>{body}</body></html>")
    assert tree is not None
    found = features_of(read_blocks(tree), facts or PageFacts())
    return [round(float(value), 3) for value in found.values[:, found.names.index(name)]]


@given(st.lists(st.tuples(st.floats(0.001, 0.999), st.integers(1, 50)), min_size=1, max_size=7))
def test_no_other_choice_by_probability_has_a_higher_expected_measure(
    blocks: list[tuple[float, int]],
) -> None:
    chance = np.array([c for c, _ in blocks])
    words = np.array([float(w) for _, w in blocks])
    total = float((chance * words).sum())

    def measure(kept: np.ndarray) -> float:
        return float(2 * (chance * words * kept).sum() / ((words * kept).sum() + total))

    best = measure(choose(chance, words))
    for choice in itertools.product((0.0, 1.0), repeat=len(blocks)):
        assert measure(np.array(choice)) <= best + 1e-9 or not any(choice)


def test_a_page_of_doubtful_blocks_keeps_them_and_one_sure_block_wins_alone() -> None:
    words = np.full(4, 10.0)
    assert choose(np.full(4, 0.3), words).all()
    assert choose(np.array([0.99, 0.1, 0.1, 0.1]), words).tolist() == [True, False, False, False]


class Said(NamedTuple):
    """Says the same of every block, and notes that it was asked."""

    logit: float
    asked: list[int]

    def scores(self, rows: np.ndarray, chance: np.ndarray | None = None) -> np.ndarray:
        self.asked.append(len(rows))
        return np.full(len(rows), self.logit)


def test_networks_are_asked_where_the_trees_doubt() -> None:
    rows, words = np.zeros((4, 2), np.float32), np.full(4, 10.0)
    chance = np.array([0.5, 0.01, 0.5, 0.5])
    networks = Said(2.0, [])
    sure = second_stage(rows, chance, words, Said(6.0, []), cast("Networks", networks), 0.2)
    assert not networks.asked
    assert sure == pytest.approx([0.9975, 0.01, 0.9975, 0.9975], abs=1e-3)
    doubted = second_stage(rows, chance, words, Said(0.0, []), cast("Networks", networks), 0.2)
    assert networks.asked == [4]  # they see all blocks
    assert doubted == pytest.approx([0.731, 0.01, 0.731, 0.731], abs=1e-3)  # of the logit 1, between 0 and 2


def test_networks_are_not_asked_of_what_is_surely_an_article() -> None:
    rows, words = np.zeros((2, 2), np.float32), np.full(2, 10.0)
    networks, half = Said(2.0, []), np.full(2, 0.5)
    found = second_stage(rows, half, words, Said(0.0, []), cast("Networks", networks), 0.95)
    assert not networks.asked
    assert found == pytest.approx(half)


def test_a_page_without_a_likely_block_asks_nobody() -> None:
    trees = Said(1.0, [])
    chance = np.full(3, 0.01)
    found = second_stage(
        np.zeros((3, 2), np.float32), chance, np.ones(3), trees, cast("Networks", trees), 0.2
    )
    assert not trees.asked
    assert (found == chance).all()


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.integers(0, 50), st.booleans()), min_size=1, max_size=9))
def test_an_expected_measure_is_a_share(blocks: list[tuple[float, int, bool]]) -> None:
    chance, words, kept = (np.array(part) for part in zip(*blocks, strict=True))
    assert 0 <= expected_f1(chance, words.astype(float), kept) <= 1 + 1e-9


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("linked", [0.0, 1.0]),
        ("in_nav", [0.0, 1.0]),
        ("heading", [0.0, 0.0]),
        ("later_copy", [0.0, 0.0]),
    ],
)
def test_features_of_a_paragraph_and_a_menu(name: str, values: list[float]) -> None:
    assert column("<p>The ferry is back.</p><nav><a href=/>Home</a></nav>", name) == values


def test_a_block_that_occurs_twice_is_marked_the_second_time() -> None:
    assert column("<p>One</p><p>Two</p><p>One</p>", "later_copy") == [0, 0, 1]


def test_a_copy_beside_the_block_it_repeats_is_told_from_one_elsewhere() -> None:
    body = "<div><p>One</p><p>One</p></div><div><p>Two</p><p>One</p></div>"
    assert column(body, "copy_beside") == [0, 1, 0, 0]


def test_each_block_knows_the_heading_before_it() -> None:
    tree = parse("<html><body><p>a</p><h2>b</h2><p>c</p><p>d</p><h2>e</h2><p>f</p></body></html>")
    assert tree is not None
    found = features_of(read_blocks(tree), PageFacts())
    assert headings_above(found).tolist() == [-1, -1, 1, 1, 1, 4]


def test_sums_of_weights_are_given_with_what_begins_and_fills_the_surroundings() -> None:
    tree = parse("<html><body><div><p>a</p><p>b</p></div><div><p>c</p><p>d</p></div></body></html>")
    assert tree is not None
    found = features_of(read_blocks(tree), PageFacts())
    sums = np.zeros((4, 5))
    sums[:, 3] = [1, 2, 3, 4]
    columns = linear_columns(sums, found)
    assert columns[:, 5].tolist() == [1, 2, 3, 4]
    begins, fills = (
        columns[:, 6],
        columns[:, 7],
    )  # the body, which is the first level around the two divisions
    assert begins.tolist() == [1, 1, 1, 1]
    assert fills.tolist() == [2.5] * 4


def test_copies_of_a_text_know_the_best_of_them() -> None:
    tree = parse("<html><body><p>One</p><p>Two</p><p>One</p></body></html>")
    assert tree is not None
    blocks = read_blocks(tree)
    found = context_of(features_of(blocks, PageFacts()), blocks, np.array([0.25, 0.5, 0.75]))
    assert found[:, -2:].tolist() == [[0.75, -0.5], [0.5, 0], [0.75, 0]]


def test_the_root_is_where_the_paragraphs_of_one_make_are() -> None:
    prose = "<p>" + "The council voted to reopen the old ferry on Tuesday evening. " * 3 + "</p>"
    body = f"<div class=menu><p>Home</p></div><div class=text>{prose * 4}</div><div class=end><p>Contact us</p></div>"
    assert column(body, "root_where") == [-1, 0, 0, 0, 0, 1]


def test_words_of_the_title_are_known() -> None:
    facts = PageFacts(title="The ferry is back", description="", url="https://example.org/ferry")
    assert column("<h1>The ferry is back</h1><p>Home</p>", "in_title", facts) == [1, 0]


def test_a_page_has_a_type_from_the_closed_list_and_the_same_answer_every_time() -> None:
    prose = "<p>" + "The council voted to reopen the old ferry on Tuesday evening. " * 3 + "</p>"
    tree = parse(
        f"<html><body><nav><a href=/>Home</a></nav><article><h1>Ferry</h1>{prose * 5}</article></body></html>"
    )
    assert tree is not None
    answers = [
        model().predict(read_blocks(tree), collect_declared(tree), "https://example.org/a", PageFacts())
        for _ in range(2)
    ]
    assert answers[0].page_type in TYPES
    assert 0 < answers[0].page_type_probability <= 1
    assert answers[0].chance.tolist() == answers[1].chance.tolist()
    assert answers[0].kept[2:].all()
    assert not answers[0].kept[0]
