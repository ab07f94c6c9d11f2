"""Pages are chosen by type, sample and number, and those that are not are counted."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeding import Item, Skip, Tally
from streams.feeding.selection import Selection, in_sample, select
from streams.feeding.types import ContentType
from streams.records import Message


def _item(number: int, html: str = "<p>Text</p>", url: str | None = None) -> Item:
    address = f"https://a.example/{number}" if url is None else url
    value = json.dumps({"url": address, "html": html}).encode()
    return Item(Message(value=value), f"a:{number}", number, address)


def test_pages_of_other_types_are_counted() -> None:
    tally = Tally()
    items = [_item(1), _item(2, "%PDF-1.7 x"), _item(3, "<rss></rss>")]
    chosen = Selection(types=(ContentType.HTML, ContentType.XML))
    assert [item.consumed for item in select(items, chosen, tally)] == [1, 3]
    assert tally.skipped == {Skip.NOT_OF_TYPE: 1}
    assert not tally.failed


def test_nothing_is_read_behind_the_limit() -> None:
    read: list[int] = []

    def items() -> Iterator[Item]:
        for number in range(100):
            read.append(number)
            yield _item(number)

    assert len(list(select(items(), Selection(limit=3), Tally()))) == 3
    assert read == [0, 1, 2]


def test_a_sample_has_about_its_share_and_is_the_same_every_time() -> None:
    items = [_item(number) for number in range(4_000)]
    tally = Tally()
    first = list(select(items, Selection(sample=0.25), tally))
    assert first == list(select(items, Selection(sample=0.25), Tally()))
    # The standard deviation of a fair draw is 27 pages.
    assert 1_000 - 5 * 27 < len(first) < 1_000 + 5 * 27
    assert tally.skipped == {Skip.NOT_SAMPLED: 4_000 - len(first)}


@given(st.integers(0, 1_000_000), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_sample_has_all_of_a_smaller_one(number: int, one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert not in_sample(_item(number), small) or in_sample(_item(number), large)


def test_pages_without_an_address_are_sampled_by_their_record() -> None:
    items = [_item(number, html=f"<p>{number}</p>", url="") for number in range(400)]
    assert 50 < len(list(select(items, Selection(sample=0.25), Tally()))) < 150


@pytest.mark.parametrize(
    ("chosen", "text"),
    [
        (Selection(), "type all, sample 1"),
        (Selection((ContentType.TEXT, ContentType.HTML), 0.1, 5), "type html,text, sample 0.1"),
    ],
)
def test_a_selection_has_a_description_without_the_limit(chosen: Selection, text: str) -> None:
    assert chosen.description() == text


def test_a_limit_may_be_any_number() -> None:
    assert list(select([], Selection(limit=10**30), Tally())) == []
