"""Blocks of visible text: weights, prose, teasers, hidden blocks and limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cleaning.classify.block_scan import MAX_BLOCKS, MAX_KEPT, PROSE, BlockCollector

SENTENCE = "The harbour council voted on Tuesday to rebuild the eastern pier, which a storm had broken."


def link(collector: BlockCollector, text: str, href: str = "/a") -> None:
    collector.open_link(href)
    collector.add(text)
    collector.close_link()
    collector.end_block("p")


def sentence(collector: BlockCollector, text: str = SENTENCE) -> None:
    collector.add(text)
    collector.end_block("p")


def test_text_between_block_ends_is_one_block_with_collapsed_spaces() -> None:
    collector = BlockCollector()
    collector.add("  Pier ")
    collector.add("is\n rebuilt")
    collector.end_block("h2")
    sentence(collector, "Soon")
    assert [(block.text, block.kind) for block in collector.blocks] == [
        ("Pier is rebuilt", "body"),
        ("Soon", "h2"),
    ]
    assert collector.headings == ["Soon"]


def test_the_same_link_below_each_sentence_makes_teasers_of_them() -> None:
    collector = BlockCollector()
    for _ in range(3):
        sentence(collector)
        link(collector, "Read on")
    assert collector.prose == 3 * len(SENTENCE)
    assert collector.prose_besides_teasers() == 3 * len(SENTENCE) // 4


def test_different_links_between_sentences_make_no_teasers() -> None:
    collector = BlockCollector()
    for name in ("ann", "bob", "cid", "dan"):
        sentence(collector)
        link(collector, name)
    assert collector.prose_besides_teasers() == collector.prose == 4 * len(SENTENCE)


def test_a_link_within_the_page_has_no_teaser() -> None:
    collector = BlockCollector()
    link(collector, "Chapter about the pier", "#pier")
    sentence(collector)
    assert collector.prose == len(SENTENCE)


def test_hidden_text_is_marked_and_gives_no_heading() -> None:
    collector = BlockCollector()
    collector.hidden = True
    collector.end_block("h1")
    collector.add("Page not found")
    collector.end_block("p")
    assert [block.hidden for block in collector.blocks] == [True]
    assert collector.headings == []


@pytest.mark.parametrize("count", [MAX_BLOCKS, MAX_BLOCKS + 50])
def test_blocks_are_limited_and_counts_are_not(count: int) -> None:
    collector = BlockCollector()
    for number in range(count):
        sentence(collector, str(number % 10))
    assert len(collector.blocks) == MAX_BLOCKS and collector.weight == count


@given(st.lists(st.tuples(st.text(max_size=200), st.booleans()), max_size=30))
def test_counts_agree_with_the_blocks_of_any_text(texts: list[tuple[str, bool]]) -> None:
    collector = BlockCollector()
    for text, linked in texts:
        if linked:
            link(collector, text)
        else:
            sentence(collector, text)
    assert sum(block.weight for block in collector.blocks) <= collector.weight
    assert sum(len(block.text) for block in collector.blocks) <= MAX_KEPT + 2_000
    assert 0 <= collector.prose_besides_teasers() <= collector.prose <= collector.weight
    assert collector.prose == 0 or any(block.weight >= PROSE for block in collector.blocks)
