"""What is kept of each disposition."""

from __future__ import annotations

import msgspec
import pytest
from inspector.made import NOW, enriched, entry, letter, rejection

from streams.inspector.entries import page_entry
from streams.records import Disposition, Evidence, Reason


def test_an_enriched_page_keeps_what_lists_show_and_its_record() -> None:
    found = entry(enriched(7), arrived=NOW - 3_000)
    assert (found.id, found.site, found.language, found.page_type) == (
        "page-7",
        "news1.example",
        "en",
        "article",
    )
    assert (found.label, found.reason, found.raw) == ("enriched", "", "pages.raw/0/7")
    assert found.position == "pages.enriched/0/7"
    assert (found.clean_seconds, found.enrich_seconds) == (0.05, 0.3)
    assert found.value is not None and found.size == len(found.value)


def test_a_rejection_is_explained_by_its_strongest_evidence() -> None:
    found = entry(rejection(3))
    assert found.label == "soft_404"
    assert found.why == "title_phrase: 'not found'"


def test_evidence_without_a_score_is_evidence_too() -> None:
    record = rejection(3, evidence=(Evidence(signal="status", detail="404"),))
    assert entry(record).why == "status: 404"


def test_a_copy_names_its_original() -> None:
    found = entry(
        rejection(3, Reason.DUPLICATE_NEAR, duplicate_of="page-1", similarity=0.91, cluster="page-1")
    )
    assert (found.duplicate_of, found.similarity, found.cluster, found.stage) == (
        "page-1",
        0.91,
        "page-1",
        "dedup",
    )


@pytest.mark.parametrize(
    "value", [b"", b"{}", b"[1]", b"\xff", b'{"id":"a","url":"b","disposition":"lost"}', b"[" * 100_000]
)
def test_a_record_that_is_no_disposition_is_refused(value: bytes) -> None:
    with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError, RecursionError)):
        page_entry(value, NOW)


def test_a_record_of_a_later_version_is_read_by_the_fields_that_are_known() -> None:
    found = page_entry(
        b'{"id":"a","url":"b","disposition":"enriched","new":{"deep":[1]},"provenance":{"more":1}}', NOW
    )
    assert (found.id, found.title, found.raw) == ("a", None, "")


def test_long_texts_are_cut_in_the_entry_and_whole_in_the_record() -> None:
    found = entry(rejection(1, url="https://a.example/" + "x" * 50_000, title="t" * 50_000))
    assert len(found.url) == 2_000
    assert found.title is not None and len(found.title) == 300
    assert found.value is not None and len(found.value) > 100_000


def test_a_dead_letter_of_the_first_stage_is_known_by_its_place() -> None:
    found = letter(4, b'{"id":"page-4","url":"https://a.example/4"}')
    assert (found.id, found.url, found.disposition) == (
        "pages.raw/1/4",
        "https://a.example/4",
        Disposition.DEADLETTER,
    )
    assert found.why == "BadRecord: no JSON"


def test_a_dead_letter_of_a_later_stage_is_known_by_its_page() -> None:
    assert letter(4, b'{"id":"page-4","url":"u"}', stage="enrich").id == "page-4"
    assert letter(4, b'{"document":{"id":"page-5","url":"u"}}', stage="dedup").id == "page-5"


@pytest.mark.parametrize(
    "value", [None, b"", b"no", b'{"url":["x"],"id":7}', b'{"url":"\\ud800"}', b"[" * 100_000, b"\xff"]
)
def test_the_message_of_a_dead_letter_may_be_anything(value: bytes | None) -> None:
    found = letter(4, value)
    assert found.id == "pages.raw/1/4"
    assert isinstance(found.url, str)
