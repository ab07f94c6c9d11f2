"""Feeding on the command line."""

from __future__ import annotations

import pytest
from cli.run import NO_BROKER, invoke

from streams.cli.broker.feed import with_progress
from streams.feeding import Item
from streams.records import Message


def test_each_page_is_reported_before_it_is_fed() -> None:
    items = [Item(Message(value=b"x"), f"a:{at}", 10 * at) for at in range(3)]
    seen: list[int] = []
    for number, item in enumerate(with_progress(items, seen.append)):
        assert item is items[number]
        assert seen == [0, 10, 20][: number + 1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [((), 2), (("seeds", "--rate", "0"), 2), (("nowhere.jsonl",), 1), (("seeds/errors.jsonl",), 3)],
)
def test_wrong_usage_missing_files_and_a_missing_broker_have_their_exit_codes(
    arguments: tuple[str, ...], code: int
) -> None:
    assert invoke(*NO_BROKER, "feed", *arguments).exit_code == code
