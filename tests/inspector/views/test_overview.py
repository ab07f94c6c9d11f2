"""What there is to see first, and what needs attention."""

from __future__ import annotations

from inspector.made import NOW, enriched, entry, letter, rejection

from streams.inspector.flow import NOTHING, FlowHistory, Sample
from streams.inspector.store import Store
from streams.inspector.views.overview import overview_view
from streams.records import Reason


def _texts(store: Store, flow: object = NOTHING, *not_ready: str) -> list[str]:
    return [notice.text for notice in overview_view(store.known(), flow, NOW + 1_000, not_ready).notices]  # type: ignore[arg-type]


def test_a_quiet_mill_needs_no_attention() -> None:
    store = Store(10_000_000)
    for number in range(100):
        store.add(entry(enriched(number), NOW + number))
    view = overview_view(store.known(), NOTHING, NOW + 100)
    assert view.notices == []
    assert [page.id for page in view.newest[:2]] == ["page-99", "page-98"]
    assert view.shares[0].part == 1


def test_dead_letters_a_rising_reason_and_a_changed_site_are_named() -> None:
    store = Store(10_000_000)
    for number in range(75):
        store.add(entry(enriched(number, site="a.example"), NOW + number))
    for number in range(75, 100):
        store.add(entry(rejection(number, Reason.TOO_SHORT, site="a.example"), NOW + number))
    store.add(letter(1))
    store.add(letter(2))
    assert _texts(store) == [
        "2 of 102 pages became dead letters",
        "too_short rose from 0% to 100% of the pages",
        "a.example may have changed its layout",
    ]


def test_a_queue_that_nobody_works_off_is_named_and_so_is_a_long_one() -> None:
    still, slow = FlowHistory(), FlowHistory()
    for at in (0.0, 5.0):
        still.add(Sample(at, {"pages.raw": 500}, {"pages.raw": 0}))
        slow.add(Sample(at, {"pages.clean": 5_000}, {"pages.clean": int(at)}))
    store = Store(1_000_000)
    assert _texts(store, still.flow()) == ["500 messages of pages.raw wait and clean finishes none"]
    assert _texts(store, slow.flow()) == ["4,995 messages of pages.clean wait: 83 min at this rate"]


def test_a_worker_that_is_not_ready_and_a_broker_that_is_gone_are_named() -> None:
    problem = FlowHistory().flow(problem="the topics cannot be read: gone")
    assert _texts(Store(1_000_000), problem, "partitions") == [
        "this worker waits for partitions",
        "the topics cannot be read: gone",
    ]


def test_what_was_passed_over_is_said() -> None:
    store = Store(1_000_000)
    store.skipped = 40
    assert _texts(store) == ["40 records were not read, to stay cheap: shares are of a sample"]
