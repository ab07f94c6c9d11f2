"""Where blocks are: within which elements, and in how many list items."""

from __future__ import annotations

import lxml.html

from streams.cleaning.extract.blocks.places import WITHIN, item_depths, places_of, within
from streams.cleaning.extract.blocks.tree import BlockTree, read_blocks

PAGE = """
<main><p>The ferry is back.</p><ul><li>From Mirefield<ul><li>at nine</li></ul></li></ul></main>
<nav><a href="/">Home</a></nav><div style="display: none"><p>We use cookies.</p></div>
"""


def read(body: str) -> BlockTree:
    return read_blocks(lxml.html.document_fromstring(f"<html><body>{body}</body></html>"))


def test_a_block_is_within_the_elements_of_its_path_and_no_others() -> None:
    blocks = read(PAGE)
    found = within(blocks, places_of(blocks).homes)
    said = {
        text: {name for name, inside in zip(WITHIN, column, strict=True) if inside}
        for text, column in zip(blocks.texts, found.T.tolist(), strict=True)
    }
    assert said == {
        "The ferry is back.": {"in_main", "in_p"},
        "From Mirefield": {"in_main", "in_ul", "in_li"},
        "at nine": {"in_main", "in_ul", "in_li"},
        "Home": {"in_nav"},
        "We use cookies.": {"in_p", "in_hidden"},
    }


def test_items_of_a_list_within_a_list_are_deeper() -> None:
    blocks = read(PAGE)
    depths = item_depths(blocks)[places_of(blocks).homes]
    assert dict(zip(blocks.texts, depths.tolist(), strict=True)) == {
        "The ferry is back.": 0,
        "From Mirefield": 1,
        "at nine": 2,
        "Home": 0,
        "We use cookies.": 0,
    }


def test_a_page_without_lists_has_no_items() -> None:
    assert not item_depths(read("<p>The ferry is back.</p>")).any()
