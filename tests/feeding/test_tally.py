"""What is skipped is counted, and said with where it is and what to do."""

from __future__ import annotations

import pytest

from streams.feeding import Skip, Tally


@pytest.mark.parametrize("reason", [Skip.WARC_REQUEST, Skip.WARC_DNS, Skip.FILE_KIND])
def test_what_archives_have_beside_pages_is_no_failure(reason: Skip) -> None:
    tally = Tally()
    tally.skip(reason, 3)
    assert tally.skipped == {reason: 3}
    assert not tally.failed


@pytest.mark.parametrize("reason", [Skip.DAMAGED, Skip.TOO_LARGE, Skip.URL_ONLY, Skip.NOT_OBJECTS])
def test_what_somebody_wanted_to_feed_is_a_failure(reason: Skip) -> None:
    tally = Tally()
    tally.skip(reason)
    assert tally.failed


def test_a_message_says_the_file_the_offset_and_what_is_wrong() -> None:
    tally = Tally()
    tally.damaged("a.warc.gz", 12_345, "the gzip data is cut short")
    assert tally.messages() == ["a.warc.gz: byte 12,345: the gzip data is cut short"]


def test_a_thousand_damages_are_counted_and_a_hundred_told() -> None:
    tally = Tally()
    for number in range(1_000):
        tally.damaged("a", number, "damaged")
    assert tally.skipped[Skip.DAMAGED] == 1_000
    assert len(tally.messages()) == 101
    assert tally.messages()[-1] == "and 900 more"


def test_a_remedy_follows_where_there_is_one() -> None:
    tally = Tally()
    tally.skip(Skip.URL_ONLY, 2)
    assert tally.messages()[0].startswith("url_only, 2 times: ")
