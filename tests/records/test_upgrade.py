"""What an older release left between the stages is read as today's; tests/upgrade has its files."""

from __future__ import annotations

import msgspec
import pytest

from streams.records import CleanDocument, TimePrecision, encode, upgrade


@pytest.mark.parametrize("value", [b"{}", b"[]", b'{"fingerprint": {"doors": []}, "schema": 2}', b"x"])
def test_what_is_no_candidate_of_any_release_is_refused_with_the_field_that_is_wrong(value: bytes) -> None:
    with pytest.raises(Exception, match=r"required field|Expected|malformed"):
        upgrade.candidate(value)


def test_a_time_of_an_older_release_that_is_none_is_left_out() -> None:
    value = b'{"id": "a", "url": "u", "text": "t", "published_at": "soon", "parts": [{"start": 0, "end": 1, "time": "2024-05-01T22:30:00-05:00"}, {"start": 0, "end": 1, "time": "once"}]}'
    found = upgrade.clean_document(value)
    assert (found.published_at, found.published_precision) == (None, None)
    assert [(part.time, part.time_offset) for part in found.parts] == [
        ("2024-05-02T03:30:00Z", -300),
        (None, None),
    ]


@pytest.mark.parametrize("version", [b"-1", b"1000000000000001", b"1e3", b"1" + b"0" * 40])
def test_a_version_that_no_release_writes_is_refused(version: bytes) -> None:
    """It would stand before every later version of its page, or not fit into the table's entry."""
    with pytest.raises(msgspec.ValidationError, match="version"):
        upgrade.clean_document(b'{"id": "a", "url": "u", "text": "t", "version": %s}' % version)


def test_a_document_of_today_is_read_as_it_is() -> None:
    document = CleanDocument(
        id="a",
        url="u",
        text="t",
        published_at="2026-02-28T00:00:00Z",
        published_precision=TimePrecision.DAY,
        fetched_at="2026-03-01T10:00:00Z",
        fetched_precision=TimePrecision.SECOND,
    )
    assert upgrade.clean_document(encode(document)) == document
