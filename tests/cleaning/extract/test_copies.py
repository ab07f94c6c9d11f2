"""Of a passage that is on the page twice, only the first copy is text."""

from __future__ import annotations

import lxml.html
import numpy as np
import pytest

from streams.cleaning.extract.copies import copies
from streams.cleaning.extract.main_text import extract

STORY = (
    "The old ferry crosses the river again from Monday, four years after a flood tore its landing stage away.",
    "Two crews share the work, and a crossing costs what it cost before: two coins, and nothing for a bicycle.",
    "Tickets are sold on board, and the last boat leaves the fish market a quarter of an hour before midnight.",
)


def left_out(texts: list[str], kept: list[bool] | None = None, around: list[int] | None = None) -> list[int]:
    """Return the copies among ``texts``, each of which is in an element of its own unless ``around`` says otherwise."""
    words = np.array([float(len(text.split())) for text in texts])
    places = around or list(range(len(texts)))
    return copies(texts, places, words, np.array(kept or [True] * len(texts))).tolist()


def test_a_passage_that_comes_again_is_left_out() -> None:
    assert left_out(["For wide screens", *STORY[:2], "For narrow screens", *STORY[:2]]) == [4, 5]


def test_a_third_copy_is_left_out_too() -> None:
    assert left_out([*STORY[:2]] * 3) == [2, 3, 4, 5]


def test_short_blocks_belong_to_a_passage_that_has_a_sentence() -> None:
    product = ["Ferry ticket", "2 coins", *STORY[:2], "In stock"]
    assert left_out([*product, "See also", *product]) == [6, 7, 8, 9, 10]


def test_a_sentence_that_recurs_stays() -> None:
    assert left_out([STORY[0], STORY[1], STORY[0], STORY[2], STORY[0]]) == []


@pytest.mark.parametrize("cells", [["yes", "no"], ["-"], ["4 coins", "two crossings"]])
def test_rows_of_a_table_may_be_equal(cells: list[str]) -> None:
    assert left_out(cells * 100) == []


def test_a_passage_that_is_little_of_the_text_may_come_again() -> None:
    note = (
        "Pictures by the harbour office, which asks whoever uses them for a line with its name and the year."
    )
    story = [f"{number}. {text}" for number in range(4) for text in STORY]
    assert left_out([*story[:6], note, *story[6:], note]) == []


def test_blocks_that_are_not_kept_are_no_copies() -> None:
    assert left_out([*STORY[:2], *STORY[:2]], [False, False, True, True]) == []


def test_what_repeats_itself_in_one_element_is_a_refrain() -> None:
    assert left_out([STORY[0]] * 5, around=[7] * 5) == []
    assert left_out([*STORY[:2]] * 3, around=[7, 7, 8, 8, 7, 7]) == [2, 3]


def test_what_lies_between_two_copies_does_not_part_them() -> None:
    """Blocks that are not kept are not seen: a menu between the two copies of a paragraph changes nothing."""
    texts = [*STORY[:2], STORY[0], "Menu", STORY[1]]
    assert left_out(texts, [True, True, True, False, True]) == [2, 4]


def test_a_page_with_no_block_kept_has_no_copies() -> None:
    assert left_out(list(STORY), [False] * 3) == []


def test_an_article_in_two_layouts_is_read_once() -> None:
    body = "".join(f"<p>{text}</p>" for text in STORY)
    more = "".join(f"<p>{text} As the harbour office says.</p>" for text in STORY)
    menu = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/boats'>Boats</a></li></ul></nav>"
    page = lxml.html.document_fromstring(
        f"<html><head><title>The ferry is back</title></head><body>{menu}<article><h1>The ferry is back</h1>"
        f"<div class='desktop'>{body}</div><div class='mobile'>{body}</div>{more}</article></body></html>"
    )
    text = extract(page).text
    assert all(text.count(sentence) == 2 for sentence in STORY)  # once, and once more in a longer paragraph
