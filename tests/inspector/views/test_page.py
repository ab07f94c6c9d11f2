"""One page: its way, its comparison, what belongs to it."""

from __future__ import annotations

from inspector.made import NOW, TEXT, enriched, entry, letter, rejection

from streams.inspector.store import Store
from streams.inspector.views.page import counterpart, page_view
from streams.records import Reason, encode


def _store(*entries: object) -> Store:
    store = Store(10_000_000)
    for one in entries:
        store.add(one)  # type: ignore[arg-type]
    return store


def test_an_enriched_page_went_through_every_stage() -> None:
    page = entry(enriched(1), arrived=NOW - 2_500)
    view = page_view(_store(page), page, page.value)
    assert [(step.stage, step.verdict, step.passed) for step in view.steps] == [
        ("clean", "article", True), ("dedup", "no copy", True), ("enrich", "enriched", True),
    ]  # fmt: skip
    assert [step.seconds for step in view.steps] == [0.05, 0.0004, 0.3]
    assert view.steps[2].note == "en; 1 entity, 1 quotation, 1 event"
    assert view.latency == 2.5
    assert "".join(stretch.text for stretch in view.text) == TEXT


def test_a_rejected_page_ended_where_it_was_rejected_with_the_evidence() -> None:
    page = entry(rejection(1))
    (step,) = page_view(_store(page), page, page.value).steps
    assert (step.stage, step.verdict, step.passed) == ("clean", "soft_404", False)
    assert [item.signal for item in step.evidence] == ["shape", "title_phrase"]


def test_a_copy_is_shown_beside_its_original() -> None:
    original = entry(enriched(1, text=TEXT + "\n\nMore of it."))
    copy = entry(
        rejection(2, Reason.DUPLICATE_NEAR, duplicate_of="page-1", excerpt=TEXT.replace("Lisbon", "Madrid"))
    )
    store = _store(original, copy)
    assert counterpart(store, copy) is original
    view = page_view(store, copy, copy.value, original.value)
    (comparison,) = view.comparisons
    assert comparison.difference is not None
    differing = [piece.text for row in comparison.difference.rows for piece in row.right if piece.differs]
    assert differing == ["Madrid"]
    assert "first 67 characters" in comparison.note
    assert view.original is original
    assert page_view(store, original, original.value).copies == [copy]


def test_a_revision_is_compared_with_what_it_revises() -> None:
    first = entry(enriched(1), NOW)
    second = entry(
        enriched(2, canonical_url=enriched(1).canonical_url, revision_of="page-1", text=TEXT + " Now."),
        NOW + 1,
    )
    store = _store(first, second)
    view = page_view(store, second, second.value, first.value)
    assert view.comparisons[0].other is first
    assert view.comparisons[0].note == ""
    assert view.revisions == [first]
    assert (view.steps[1].verdict, view.steps[1].note) == ("revision", "revises page-1")


def test_what_is_gone_from_memory_is_said_to_be() -> None:
    original = entry(enriched(1))
    copy = entry(rejection(2, Reason.DUPLICATE_NEAR, duplicate_of="page-1"))
    store = _store(original, copy)
    assert page_view(store, copy, copy.value, None).comparisons[0].difference is None
    gone = page_view(store, original, None)
    assert (gone.document, gone.raw, gone.text) == (None, "", [])
    assert [step.stage for step in gone.steps] == ["clean", "dedup", "enrich"]


def test_a_dead_letter_has_the_command_that_replays_it() -> None:
    page = letter(4, b"\xff not JSON")
    view = page_view(_store(page), page, page.value)
    assert view.replay == "crawlmill deadletters replay --id pages.raw/1/4"
    assert view.raw == "\ufffd not JSON"
    assert [(step.stage, step.verdict) for step in view.steps] == [("clean", "bad_record")]


def test_a_record_of_a_later_version_is_shown_as_it_is() -> None:
    value = encode(enriched(1)).replace(b'"text":"', b'"text":7,"was":"')
    page = entry(enriched(1))
    view = page_view(_store(page), page, value)
    assert view.document is None
    assert '"text": 7' in view.raw


def test_an_id_cannot_leave_its_place_in_a_command() -> None:
    page = entry(enriched(1, id="x; rm -rf ~"))
    assert page_view(_store(page), page, page.value).where == "crawlmill where 'x; rm -rf ~'"
